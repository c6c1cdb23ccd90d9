"""The audit runs in the background of the stages after it; a release waits for it."""

from __future__ import annotations

from threading import Event

import pytest

from smelt.config import SmeltConfig
from smelt.jobs import examples, load_stages, pii_findings
from smelt.pipeline.job import Job
from smelt.pipeline.run import run_stages
from smelt.tables.ledger import StageResult
from smelt.tables.warehouse import Warehouse

STAGES = ("pii_findings", "examples", "releases")


@pytest.fixture
def job(spark, tmp_path):
    return Job(spark, SmeltConfig(), Warehouse(spark, root=str(tmp_path)), "r1")


def test_it_may_end_after_them_and_before_a_release(job, monkeypatch):
    examples_are_made = Event()

    def audit(job):
        assert examples_are_made.wait(60)
        return StageResult(note="audited")

    def make(job):
        examples_are_made.set()
        return StageResult(note="made")

    monkeypatch.setattr(pii_findings, "run", audit)
    monkeypatch.setattr(examples, "run", make)
    started = []
    reports = run_stages(job, load_stages(STAGES), on_start=started.append)
    notes = {report.stage: report.result.note for report in reports}
    assert notes == {
        "examples": "made",
        "pii_findings": "audited",
        "releases": "nothing to release: no example was accepted",
    }
    assert list(notes)[-1] == "releases"
    assert started == ["examples", "releases"]


def test_without_it_there_is_no_release(job, monkeypatch):
    def fail(job):
        raise OSError("gone")

    monkeypatch.setattr(pii_findings, "run", fail)
    reports = run_stages(job, load_stages(STAGES))
    assert next(reports).stage == "examples"
    with pytest.raises(OSError, match="gone"):
        list(reports)
    rows = {row["stage"]: (row["state"], row["note"]) for row in job.warehouse.collect(
        "ops.runs", "stage", "state", "note"
    )}  # fmt: skip
    assert rows == {"examples": ("done", "nothing new"), "pii_findings": ("failed", "OSError")}
