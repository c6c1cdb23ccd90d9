"""Every format both ways. The Label Studio files were exported by Label Studio 1.23.2 from tasks of our own making."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from smelt.errors import ConfigError
from smelt.review.config import ReviewConfig
from smelt.review.formats import argilla, label_studio, sheets
from smelt.review.formats.read import read_answers
from tests.unit.review.builders import a_task

DATA = Path(__file__).parent / "data"


def said(answers):
    return [
        (a.annotator, a.state, a.decision, a.reasons, a.rating, a.answer, a.comment)
        for a in answers
        if a.task_id
    ]


REAL = [
    ("1", "answered", "accept", (), 5, None, None),
    ("2", "answered", "reject", ("wrong_answer", "outdated"), 1, None, None),
    ("1", "answered", "reject", ("wrong_answer", "outdated"), 1, None, None),
    ("1", "answered", "reject", ("incomplete",), None, None, None),
    ("1", "answered", "correct", (), None, "Open the settings; then choose reset.", "wording"),
]


def test_label_studios_json_keeps_annotators_apart_and_tells_who_skipped():
    answers = read_answers([DATA / "label_studio.json"])
    assert said(answers) == [*REAL, ("1", "skipped", None, (), None, None, None)]
    assert {len(a.content_hash) for a in answers} == {32}
    assert answers[0].seconds == 12.5
    assert answers[0].at.tzinfo is not None


@pytest.mark.parametrize("name", ["label_studio_min.json", "label_studio.csv"])
def test_label_studios_short_exports_say_the_same_of_what_was_answered(name):
    found = said(read_answers([DATA / name]))
    assert sorted(map(str, found[:5])) == sorted(map(str, REAL))
    # A task without annotation is a row without decision; the cancelled one is missing altogether.
    assert found[5:] == [(None, "empty", None, (), None, None, None)]


def test_label_studio_tasks_hold_ids_in_data_and_nothing_that_biases(tmp_path):
    task = a_task(part="gold", expected="reject")
    label_studio.write([task], tmp_path, ReviewConfig())
    [entry] = json.loads((tmp_path / "tasks.json").read_text())
    assert entry.keys() == {"data"}
    assert (entry["data"]["task_id"], entry["data"]["content_hash"]) == (task.task_id, task.text_hash)
    assert not {"part", "expected", "composite", "stratum"} & entry["data"].keys()
    project = json.loads((tmp_path / "project.json").read_text())
    assert project["maximum_annotations"] == 2
    assert project["label_config"] == (tmp_path / "config.xml").read_text()


def test_guidelines_with_markup_stay_one_attribute(tmp_path):
    from xml.etree import ElementTree

    view = label_studio.labelling(ReviewConfig(guidelines='Say "no" if <b> & co'))
    header = ElementTree.fromstring(view).find("Header")
    assert header.get("value") == 'Say "no" if <b> & co'


def test_argillas_flat_list_is_read_by_status():
    task = a_task()
    users = ["u1", "u2", "u3"]
    entry = {
        "id": task.task_id, "status": "completed", "_server_id": "x", "question": "q", "content_hash": task.text_hash,
        "decision.responses": ["accept", "reject", "reject"], "decision.responses.users": users,
        "decision.responses.status": ["submitted", "discarded", "draft"],
        "reasons.responses": [["other"]], "reasons.responses.users": ["u2"], "reasons.responses.status": ["discarded"],
        "rating.responses": [4], "rating.responses.users": ["u1"], "rating.responses.status": ["submitted"],
    }  # fmt: skip
    found = list(argilla.answers_of(entry, "entry 1"))
    assert [(a.annotator, a.state, a.decision, a.rating) for a in found] == [
        ("u1", "answered", "accept", 4), ("u2", "skipped", "reject", None), ("u3", "draft", "reject", None),
    ]  # fmt: skip
    assert {a.task_id for a in found} == {task.task_id}


def test_argillas_nested_json_is_refused_with_what_to_do(tmp_path):
    file = tmp_path / "export.json"
    file.write_text(
        json.dumps(
            [{"id": "1", "fields": {"question": "q"}, "responses": {"decision": [{"value": "accept"}]}}]
        )
    )
    with pytest.raises(ConfigError, match="flatten=True"):
        read_answers([file])


def test_argilla_settings_name_what_is_asked(tmp_path):
    argilla.write([a_task()], tmp_path, ReviewConfig())
    settings = json.loads((tmp_path / "settings.json").read_text())
    assert settings["distribution"] == {"strategy": "overlap", "min_submitted": 2}
    decision = settings["questions"][0]
    assert [option["value"] for option in decision["settings"]["options"]] == ["accept", "correct", "reject"]
    [record] = json.loads((tmp_path / "records.json").read_text())
    assert record["id"] == record["metadata"]["task_id"] == a_task().task_id


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_sheet_comes_back_as_it_was_filled_in(tmp_path, kind):
    tasks = [a_task("1", assigned_to=("ann", "bob")), a_task("2", assigned_to=("ann",), question="=cmd()")]
    assert sheets.write(tasks, tmp_path, kind) == [f"tasks-ann.{kind}", f"tasks-bob.{kind}"]
    file = tmp_path / f"tasks-ann.{kind}"
    if kind == "csv":
        rows = list(csv.DictReader(file.open(encoding="utf-8-sig", newline="")))
        assert sorted(row["question"] for row in rows) == ["'=cmd()", tasks[0].question]
        rows[0] |= {"decision": "Reject", "reasons": "outdated; other", "comment": "old; see [1]"}
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, fieldnames=list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
    else:
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        rows[0] |= {"decision": "Reject", "reasons": ["outdated", "other"], "comment": "old; see [1]"}
        file.write_text("\n".join(map(json.dumps, rows)))
    one, other = read_answers([file])
    assert (one.annotator, one.decision, one.reasons, one.comment) == (
        "ann",
        "reject",
        ("outdated", "other"),
        "old; see [1]",
    )
    assert other.state == "empty"


def test_without_names_as_many_copies_as_people_answer(tmp_path):
    assert sheets.write([a_task()], tmp_path, "csv") == ["tasks-annotator-1.csv", "tasks-annotator-2.csv"]
    answer = read_answers([tmp_path / "tasks-annotator-1.csv"], annotator="carol@example.org")[0]
    assert answer.annotator.startswith("person-")


def test_every_file_that_cannot_be_read_is_told_at_once(tmp_path):
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.csv").write_text("x,y\n1,2\n")
    (tmp_path / "c.jsonl").write_text('{"x": 1}\n')
    with pytest.raises(ConfigError) as error:
        read_answers(
            [
                tmp_path / "a.json",
                tmp_path / "b.csv",
                tmp_path / "c.jsonl",
                tmp_path / "d.json",
                tmp_path / "e.xml",
            ]
        )
    assert len(error.value.problems) == 5
