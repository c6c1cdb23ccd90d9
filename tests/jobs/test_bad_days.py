"""A clock that is behind, and a landing folder of nothing but malformed records: what a run does on such days."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os

import pytest

from smelt.config import load_config
from smelt.jobs import load_stages
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stages
from smelt.tables.ledger import STAGES
from tests.malformed import rows, tickets

DAY = dt.timedelta(days=1)
MALFORMED = int(os.environ.get("SMELT_MALFORMED", "2000"))
"""Records of the last test; benchmarks name the result with 100,000."""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "landing").mkdir()

    def write(*sources):
        config = {
            "warehouse": {"root": str(tmp_path / "warehouse")},
            "pii": {"key": {"demo": True}},
            "intake": {"landing": str(tmp_path / "landing"), "sources": list(sources)},
        }
        (tmp_path / "smelt.yaml").write_text(json.dumps(config))
        return tmp_path

    return write


def a_source(**given):
    mapping = {"source_key": "id", "body": "body", "created_at": "created", "updated_at": "updated"}
    return {
        "name": "desk",
        "kind": "tickets",
        "format": "json_lines",
        "path": "desk.jsonl",
        "mapping": mapping,
    } | given


def ingest(spark, folder, now=None):
    job = open_job(load_config([folder / "smelt.yaml"]), spark=spark)
    job = dataclasses.replace(job, started_at=now) if now else job
    (report,) = run_stages(job, load_stages(["ingest"]))
    return job, report.result


def times(job):
    return [row["created_at"] for row in job.warehouse.read("bronze.tickets").collect()]


def marked(job):
    return job.warehouse.read("ops.files").count()


def test_a_clock_that_files_contradict_costs_no_time_and_marks_no_file(spark, project):
    folder = project(a_source())
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    record = {"id": 1, "body": "x", "created": now.isoformat()}
    (folder / "landing" / "desk.jsonl").write_text(json.dumps(record))
    job, result = ingest(spark, folder, now - 3 * DAY)
    assert "clock is at least 7" in result.note
    assert times(job) != [None]
    assert marked(job) == 0
    job, result = ingest(spark, folder)
    assert (result.total("in"), result.total("out")) == (1, 1)
    assert marked(job) == 1
    assert ingest(spark, folder)[1].note.startswith("nothing new")


def test_times_to_come_are_said_and_read_again_when_they_have_passed(spark, project):
    folder = project(a_source())
    file = folder / "landing" / "desk.jsonl"
    clock = dt.datetime.now(dt.UTC).replace(microsecond=0) - 10 * DAY
    record = {"id": 1, "body": "x", "created": (clock + 3 * DAY).isoformat()}
    file.write_text(json.dumps(record))
    os.utime(file, (0, (clock - DAY).timestamp()))
    job, result = ingest(spark, folder, clock)
    assert "1 files hold times after this machine's clock" in result.note
    assert times(job) == [None]
    assert marked(job) == 0
    job, result = ingest(spark, folder)
    assert times(job) != [None]
    assert marked(job) == 1
    assert "clock" not in result.note


def test_a_time_of_another_century_is_no_sign_of_the_clock(spark, project):
    folder = project(a_source())
    record = {"id": 1, "body": "x", "created": "2999-01-01"}
    (folder / "landing" / "desk.jsonl").write_text(json.dumps(record))
    job, result = ingest(spark, folder)
    assert "clock" not in result.note
    assert times(job) == [None]
    assert marked(job) == 1


def test_malformed_records_end_in_bronze_or_quarantine_and_stop_no_stage(spark, project):
    of_tickets = {"source_key": "id", "subject": "subject", "body": "body", "customer_id": "customer",
                  "customer_email": "email", "created_at": "created"}  # fmt: skip
    folder = project(
        a_source(mapping=of_tickets, known={"name": "tags"}, outcome={"tag": "tags[0]"}),
        a_source(name="packed", path="desk.csv", format="csv", header=["id", "body", "created"]),
    )
    many, few = MALFORMED, MALFORMED // 4
    (folder / "landing" / "desk.jsonl").write_bytes(b"\n".join(tickets(many, 1)))
    (folder / "landing" / "desk.csv").write_bytes(b"\n".join(rows(few, 2)))
    job = open_job(load_config([folder / "smelt.yaml"]), spark=spark)
    reports = {report.stage: report.result for report in run_stages(job, load_stages(STAGES))}
    read = reports["ingest"]
    assert read.total("in") >= many + few - many // 50  # a few lines are blank after their damage
    assert read.total("out") + read.total("rejected") + read.total("quarantined") == read.total("in")
    held = job.warehouse.read("bronze.tickets").count()
    assert held == read.total("out") > few // 4
    assert job.warehouse.read("bronze.quarantine").count() > many // 4
    assert job.warehouse.read("silver.conversations").count() == held
    assert reports["examples"].total("in") == held
    reasons = {entry.reason for result in reports.values() for entry in result.entries}
    assert not any(str(reason).startswith("failed:") for reason in reasons)
    states = {row["state"] for row in job.warehouse.read("ops.runs").collect()}
    assert states == {"done"}
