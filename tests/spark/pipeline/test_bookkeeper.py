"""ops.runs and ops.ledger, and the fingerprint by which a stage is passed over."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from smelt.config import load_config
from smelt.errors import ContractError
from smelt.pipeline.bookkeeper import Bookkeeper, StageFingerprint, last_fingerprints
from smelt.tables.ledger import Entry, StageResult

BEGAN = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
DONE = StageResult(
    (Entry("mail", "in", None, 3), Entry("mail", "out", None, 2), Entry("mail", "rejected", "a", 1))
)


def test_rows_of_all_stages_are_written_when_the_books_are_closed(warehouse):
    with Bookkeeper(warehouse, "r1") as books:
        books.enter("ingest", "done", BEGAN, DONE, fingerprint="s1")
        books.enter("examples", "done", BEGAN, StageResult(note="nothing new"), fingerprint="s2")
        books.enter("scores", "failed", BEGAN, StageResult(), note="OSError")
    runs = warehouse.read("ops.runs").orderBy("stage").collect()
    assert [(row["stage"], row["state"], row["rows_in"], row["note"]) for row in runs] == [
        ("examples", "done", 0, "nothing new"),
        ("ingest", "done", 3, ""),
        ("scores", "failed", 0, "OSError"),
    ]
    ledger = warehouse.read("ops.ledger").orderBy("measure").collect()
    assert [(row["stage"], row["measure"], row["reason"], row["count"]) for row in ledger] == [
        ("ingest", "in", None, 3),
        ("ingest", "out", None, 2),
        ("ingest", "rejected", "a", 1),
    ]
    assert last_fingerprints(warehouse) == {"ingest": "s1", "examples": "s2"}


def test_a_commit_that_fails_is_raised_at_the_end(spark, warehouse):
    spark.sql(f"CREATE TABLE {warehouse.identifier('ops.runs')} (other string) USING delta")
    books = Bookkeeper(warehouse, "r1")
    books.enter("ingest", "done", BEGAN, DONE)
    with pytest.raises(ContractError, match=r"ops\.runs"):
        books.close()


def test_the_newest_fingerprint_of_a_stage_counts(warehouse):
    for number, run in enumerate(("r1", "r2")):
        with Bookkeeper(warehouse, run) as books:
            books.enter(
                "ingest", "done", BEGAN + dt.timedelta(hours=number), DONE, fingerprint=f"after {run}"
            )
    assert last_fingerprints(warehouse) == {"ingest": "after r2"}


def test_a_fingerprint_changes_with_tables_settings_and_external_inputs(spark, warehouse):
    config = load_config()
    stage = SimpleNamespace(
        STAGE="x", READS=("gold.releases",), WRITES=("ops.ledger",), external_inputs=lambda config: ("v1",)
    )

    def now(settings=config):
        return StageFingerprint.before(stage, warehouse, settings).now()

    empty = now()
    assert empty == now()
    warehouse.create("gold.releases")
    read = now()
    assert read != empty
    fingerprint = StageFingerprint.before(stage, warehouse, config)
    warehouse.create("ops.ledger")
    written = fingerprint.now()
    assert written not in (empty, read)
    assert written == now()
    assert now(load_config(settings=["quality.pass_marks.relevance=0.2"])) != written
    stage.external_inputs = lambda config: ("v2",)
    assert now() != written
    stage.external_inputs = lambda config: None
    assert now() is None


def test_versions_are_those_that_delta_reports(spark, warehouse):
    warehouse.create("ops.ledger")
    first = warehouse.version("ops.ledger")
    with Bookkeeper(warehouse, "r1") as books:
        books.enter("ingest", "done", BEGAN, DONE)
    said = spark.sql(f"DESCRIBE HISTORY {warehouse.identifier('ops.ledger')} LIMIT 1").collect()[0]["version"]
    assert warehouse.versions(["ops.ledger", "gold.releases"]) == [said, None]
    assert said == first + 1
