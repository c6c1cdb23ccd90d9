"""A real Label Studio on loopback: our project and tasks in, two people's answers, its three exports read back.

Installed beside, because it pins much: ``python -m venv ls && ls/bin/pip install label-studio``, then
``LABEL_STUDIO=ls/bin/label-studio make test-services``.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest

from smelt.review.config import ReviewConfig
from smelt.review.formats import label_studio
from smelt.review.formats.read import read_answers
from smelt.review.reconcile import reconcile
from tests.ports import free_port
from tests.unit.review.builders import a_task

START = 540
PASSWORD = "only-on-loopback-7"


class Person:
    """Somebody with an account, as a browser is: cookies and the token against forged requests."""

    def __init__(self, base: str, email: str) -> None:
        self._base = base
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        page = self._opener.open(f"{base}/user/signup/").read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        form = {"csrfmiddlewaretoken": token, "email": email, "password": PASSWORD, "how_find_us": "other"}
        request = urllib.request.Request(
            f"{base}/user/signup/",
            urllib.parse.urlencode(form).encode(),
            {"Referer": f"{base}/user/signup/"},
        )
        self._opener.open(request)

    def call(self, method: str, path: str, body: object = None) -> bytes:
        """What the server answers."""
        headers = {"Content-Type": "application/json", "Referer": self._base}
        [headers["X-CSRFToken"]] = [cookie.value for cookie in self._jar if cookie.name == "csrftoken"]
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._base}{path}", data, headers, method=method)
        return self._opener.open(request, timeout=600).read()

    def says(self, task: int, decision: str | None, **more: object) -> None:
        """Answer a task, or skip it."""
        result = [] if decision is None else [choice("decision", [decision])]
        result += [choice("reasons", value) for name, value in more.items() if name == "reasons"]
        result += [
            {
                "from_name": name,
                "to_name": "answer",
                "type": "textarea",
                "value": {"text": [value]},
            }
            for name, value in more.items()
            if name != "reasons"
        ]
        body = {"result": result, "was_cancelled": decision is None, "lead_time": 3.5}
        self.call("POST", f"/api/tasks/{task}/annotations/", body)


def choice(name: str, values: object) -> dict[str, object]:
    return {"from_name": name, "to_name": "answer", "type": "choices", "value": {"choices": values}}


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[str]:
    program = os.environ.get("LABEL_STUDIO") or shutil.which("label-studio")
    if not program:
        pytest.skip("no Label Studio: set LABEL_STUDIO to its program")
    folder = tmp_path_factory.mktemp("label-studio")
    port = free_port()
    quiet = {"COLLECT_ANALYTICS": "False", "LABEL_STUDIO_COLLECT_ANALYTICS": "False", "LATEST_VERSION_CHECK": "False",
             "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": ""}  # fmt: skip
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [program, "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port), "--data-dir",
             str(folder)],
            env=os.environ | quiet, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + START
        while time.monotonic() < until and running.poll() is None:
            try:
                urllib.request.urlopen(f"{base}/health", timeout=5).read()
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(1)
        else:
            pytest.fail(f"Label Studio did not start:\n{(folder / 'log').read_text()[-2000:]}")
        yield base
    finally:
        running.terminate()
        running.wait(timeout=300)


def test_the_round_over_a_real_label_studio(server, tmp_path):
    tasks = [a_task(str(number)) for number in range(5)]
    config = ReviewConfig()
    label_studio.write(tasks, tmp_path, config)
    ann = Person(server, "ann@example.org")
    project = json.loads(ann.call("POST", "/api/projects/", (tmp_path / "project.json").read_bytes()))["id"]
    ann.call("POST", f"/api/projects/{project}/import", (tmp_path / "tasks.json").read_bytes())
    listed = json.loads(ann.call("GET", f"/api/tasks/?project={project}"))
    of_task = {entry["data"]["task_id"]: entry["id"] for entry in listed["tasks"]}
    assert of_task.keys() == {task.task_id for task in tasks}
    bob = Person(server, "bob@example.org")
    accepted, rejected, corrected, skipped, _ = (of_task[task.task_id] for task in tasks)
    for person in (ann, bob):
        person.says(accepted, "accept")
        person.says(rejected, "reject", reasons=["wrong_answer", "outdated"])
    ann.says(corrected, "correct", corrected_answer="Open the settings.", comment="wording")
    ann.says(skipped, None)

    export = tmp_path / "export.json"
    export.write_bytes(
        ann.call("GET", f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true")
    )
    answers = read_answers([export])
    by_id = {task.task_id: task for task in tasks}
    found = reconcile(answers, by_id, reasons=config.reasons, stale=(), answered_before={}, samples={"pilot"})
    assert len({kept.answer.annotator for kept in found.kept}) == 2
    said = sorted(
        (list(by_id).index(kept.task.task_id), kept.answer.decision, kept.answer.reasons)
        for kept in found.kept
    )
    assert said == [
        (0, "accept", ()), (0, "accept", ()),
        (1, "reject", ("wrong_answer", "outdated")), (1, "reject", ("wrong_answer", "outdated")),
        (2, "correct", ()),
    ]  # fmt: skip
    [kept] = [kept for kept in found.kept if kept.answer.decision == "correct"]
    assert (kept.answer.answer, kept.answer.comment, kept.answer.seconds) == (
        "Open the settings.",
        "wording",
        3.5,
    )
    assert dict(found.refused) == {"skipped": 1}
    assert found.tasks == {
        "answered": 2, "partly_answered": 1, "stale": 0, "skipped": 1, "refused": 0, "lost": 1,
    }  # fmt: skip

    for kind in ("JSON_MIN", "CSV"):
        short = tmp_path / f"export.{'csv' if kind == 'CSV' else 'json'}"
        short.write_bytes(ann.call("GET", f"/api/projects/{project}/export?exportType={kind}"))
        decisions = sorted(a.decision for a in read_answers([short]) if a.decision)
        assert decisions == ["accept", "accept", "correct", "reject", "reject"]
