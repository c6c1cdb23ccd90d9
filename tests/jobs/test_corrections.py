"""The whole way of what users corrected: logs, candidates, tasks of three tools, answers, scores, gold, erasure."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from smelt.config import load_config
from smelt.identity import record_id
from smelt.jobs import load_stage
from smelt.monitor.config import MonitorConfig
from smelt.monitor.retrain import corrected
from smelt.monitor.take_in import Intake
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage
from smelt.privacy.erasure.request import forget_customers
from smelt.review.draw_sample import draw_sample, keep
from smelt.review.formats import argilla, label_studio, sheets
from smelt.review.formats.read import read_answers
from smelt.review.take_in import import_answers
from smelt.review.tasks import ReviewError
from smelt.tables.ledger import check_balance
from smelt.tables.without_spark import PlainTables
from tests.builders import rows_of
from tests.e2e.test_erasure_complete import places_of
from tests.jobs.test_examples import a_conversation

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
STAGES = ("examples", "scores", "duplicates", "curated_examples")
WRONG = "Throw the router out of the window, please."
RIGHT = "Open the settings of router {}, choose reset, and wait until the lamp is green again."
ASKED = "How do I reset the router model {} after it lost its connection?"


def a_request(key, **more):
    line = {"id": key, "at": "2026-11-27T10:00:00Z", "model_version": "1", "category": "internet"}
    line |= {"question": ASKED.format(key), "answer": WRONG, "user": f"user-{key}@mail.example"}
    return line | more


@pytest.fixture
def plain(root, monkeypatch):
    monkeypatch.setenv("SMELT_PII_KEY", "0123456789abcdef" * 4)
    return PlainTables(root=str(root))


@pytest.fixture
def job(spark, root, plain):
    settings = [
        f"warehouse.root={root}",
        "review.overlap=1",
        "review.effect.min_answers=1",
        "review.gold.share=0",
    ]
    job = open_job(load_config(settings=settings), run_id="r0", spark=spark)
    known = [
        a_conversation(
            str(number),
            [
                ("customer", f"How do I change the password of account number {number}?"),
                (
                    "agent",
                    f"Open the settings of account {number} and choose password, then follow the mail.",
                ),
            ],
        )
        for number in range(40)
    ]
    job.warehouse.append("silver.conversations", rows_of(spark, "silver.conversations", known))
    return job


def take_in(plain, folder, *lines):
    folder.mkdir(exist_ok=True)
    (folder / f"{len(list(folder.iterdir()))}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    config = MonitorConfig.model_validate({"logs": [{"name": "prod", "path": str(folder)}]})
    Intake(plain, config, load_config().pii, run_id="logs", now=NOW).run()


def curate(job, run_id):
    job = open_job(job.config, run_id=run_id, spark=job.spark)
    return {stage: run_stage(job, load_stage(stage)).result for stage in STAGES}


def held(job, table="silver.examples"):
    rows = job.warehouse.read(table).where("source = 'prod' AND question IS NOT NULL").collect()
    return {row["question"].split(" after")[0][-1]: row for row in rows}


def draw(job, name):
    config = job.config
    drawn = draw_sample(job.warehouse, "corrections", name, config.review, config.quality, run_id=name)
    check_balance("review_sample", drawn.result.entries)
    keep(job.warehouse, drawn.tasks, run_id=name)
    return drawn.tasks


def test_what_users_corrected_reaches_gold_by_people_alone(job, plain, root, tmp_path):
    take_in(
        plain,
        tmp_path / "logs",
        a_request("a", edited=RIGHT.format("a") + " Else write to jane.roe@mail.example."),
        a_request("b", edited=RIGHT.format("b")),
        a_request("c", edited=RIGHT.format("c")),
        a_request("d", edited="You are an idiot, read the manual."),
        a_request("e", edited=WRONG[:-1] + "!"),  # hardly changed: it was right
        a_request("f", rating="down"),
        a_request("g", question=None, edited=RIGHT.format("g")),
    )
    assert corrected(plain) == 4  # nobody can decide about g
    result = curate(job, "r1")["examples"]
    check_balance("examples", result.entries)
    refused = [(entry.source, entry.count) for entry in result.entries if entry.reason == "not_reviewed"]
    assert refused == [("prod", 4)]
    assert [(entry.source, entry.count) for entry in result.entries if entry.reason == "no_question"] == [
        ("prod", 1)
    ]
    candidates = held(job)
    assert {key: row["rejections"] for key, row in candidates.items()} == {
        key: ["not_reviewed"] for key in "abcd"
    }
    assert "jane.roe@mail.example" not in candidates["a"]["answer"]
    assert {row["position"] for row in candidates.values()} == {-2}
    assert held(job, "gold.curated_examples") == {}

    tasks = draw(job, "corrections-1")
    assert {(task.inclusion_probability, task.context) for task in tasks} == {(1.0, (("model", WRONG),))}
    assert all(task.composite is not None for task in tasks)
    label_studio.write(tasks, tmp_path / "ls", job.config.review)
    shown = json.loads((tmp_path / "ls" / "tasks.json").read_text())
    assert {entry["data"]["context"] for entry in shown} == {f"model: {WRONG}"}
    argilla.write(tasks, tmp_path / "argilla", job.config.review)
    assert len(json.loads((tmp_path / "argilla" / "records.json").read_text())) == 4
    with pytest.raises(ReviewError, match="nothing"):
        draw(job, "corrections-2")

    (file,) = sheets.write(tasks, tmp_path / "csv", "csv")
    path = tmp_path / "csv" / file
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    mine = RIGHT.format("c") + " If it stays red, call us."
    decisions = {"a": ("accept", ""), "b": ("reject", ""), "c": ("correct", mine), "d": ("accept", "")}
    for row in rows:
        row["decision"], row["corrected_answer"] = decisions[row["question"].split(" after")[0][-1]]
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    answers = read_answers([path], annotator="ann")
    done = import_answers(job.warehouse, answers, job.config.review, job.config.pii, run_id="i1")
    assert done.reconciled.tasks["answered"] == 4
    assert corrected(plain) == 0

    curate(job, "r2")
    assert {key: row["rejections"] for key, row in held(job).items()} == {
        "a": [], "b": ["not_reviewed"], "c": [], "d": [],
    }  # fmt: skip
    gold = held(job, "gold.curated_examples")
    assert {key: row["answer"] for key, row in gold.items()} == {"a": candidates["a"]["answer"], "c": mine}
    again = curate(job, "r3")
    assert again["examples"].note == "nothing new"
    assert again["curated_examples"].note == "+0 -0 changed 0"

    # Another correction of the same request: what people accepted was another text.
    take_in(
        plain, tmp_path / "logs", a_request("a", edited="Turn router a off and on again after ten minutes.")
    )
    curate(job, "r4")
    assert set(held(job, "gold.curated_examples")) == {"c"}
    (asked_anew,) = draw(job, "corrections-2")
    assert asked_anew.answer.startswith("Turn router a off")

    (certificate,) = forget_customers(
        job.warehouse, job.config.pii, ["user-c@mail.example"], run_id="f1", reason=None, with_vacuum=True
    )
    assert {table for table, rows in certificate.rows_deleted.items() if rows} >= {
        *("silver.predictions", "silver.feedback", "silver.examples", "gold.curated_examples"),
        *("ops.review_tasks", "silver.reviews", "silver.review_verdicts"),
    }
    assert places_of(Path(root), RIGHT.format("c")[:30], record_id("prod", "c")) == []
    curate(job, "r5")
    assert "c" not in held(job)
    assert held(job, "gold.curated_examples") == {}
