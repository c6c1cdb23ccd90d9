from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from smelt.errors import ContractError, EnvironmentProblem
from smelt.tables.contract import all_contracts, contract
from smelt.tables.lease.lease import WarehouseBusy
from smelt.tables.lease.plain import PlainClaims
from smelt.tables.lease.terms import BY_COMMITS, ON_DISK, ON_S3
from smelt.tables.without_spark import PlainTables

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
FEEDBACK = "silver.feedback"


def a_feedback(key="f1", score=1.0, **changes):
    row = {
        "feedback_id": key, "record_id": "r1", "source": "prod", "kind": "rating", "score": score,
        "is_right": score > 0.5,
        "text": None, "customer_key": None, "at": NOW, "predicted_at": NOW, "content_hash": str(score),
        "ingested_at": NOW, "run_id": "run",
    }  # fmt: skip
    return row | changes


def rows_of(*rows, table=FEEDBACK):
    return pa.Table.from_pylist(list(rows), contract(table).arrow_schema())


@pytest.fixture
def tables(tmp_path):
    return PlainTables(root=str(tmp_path / "warehouse"), wait_seconds=0)


def test_a_table_that_is_not_there_has_no_rows_and_the_contracts_columns(tables):
    assert not tables.exists(FEEDBACK)
    assert tables.version(FEEDBACK) is None
    assert tables.read(FEEDBACK).schema == contract(FEEDBACK).arrow_schema()
    assert tables.delete(FEEDBACK, "feedback_id", ["f1"]) == 0


def test_rows_are_appended_merged_and_deleted(tables):
    tables.append(FEEDBACK, rows_of(a_feedback("f1"), a_feedback("f2")))
    tables.merge(FEEDBACK, rows_of(a_feedback("f2", 0.0), a_feedback("f3")))
    held = {row["feedback_id"]: row["score"] for row in tables.read(FEEDBACK).to_pylist()}
    assert held == {"f1": 1.0, "f2": 0.0, "f3": 1.0}
    assert tables.delete(FEEDBACK, "feedback_id", ["f1", "nobody"]) == 1
    assert set(tables.read(FEEDBACK)["feedback_id"].to_pylist()) == {"f2", "f3"}


def test_an_append_of_one_transaction_is_made_once(tables):
    assert tables.append(FEEDBACK, rows_of(a_feedback("f1")), transaction=("smelt:test", 3))
    assert not tables.append(FEEDBACK, rows_of(a_feedback("f1")), transaction=("smelt:test", 3))
    assert tables.read(FEEDBACK).num_rows == 1


def test_partitions_are_merged_within_their_day(tables):
    schema = contract("silver.predictions").arrow_schema()
    flags = dict.fromkeys(("is_empty", "is_refusal", "is_repetitive"), False)
    row = dict.fromkeys(schema.names) | flags | {
        "record_id": "r1", "source": "prod", "day": NOW.date(), "at": NOW, "model_version": "1", "answer_pii": 0,
        "content_hash": "a", "ingested_at": NOW, "run_id": "run", "answer": "old",
    }  # fmt: skip
    tables.append("silver.predictions", pa.Table.from_pylist([row], schema))
    tables.merge("silver.predictions", pa.Table.from_pylist([row | {"answer": "new"}], schema))
    assert tables.read("silver.predictions", ["answer"]).to_pylist() == [{"answer": "new"}]


def test_what_does_not_fit_the_contract_is_named_at_once(tables):
    rows = rows_of(a_feedback(source=None)).append_column("more", pa.array(["x"]))
    with pytest.raises(ContractError, match="column more is not in the contract"):
        tables.append(FEEDBACK, rows)
    with pytest.raises(ContractError, match="column source has nulls"):
        tables.append(FEEDBACK, rows.drop_columns("more"))


def test_a_broken_check_is_an_error_that_quotes_no_row(tables):
    with pytest.raises(EnvironmentProblem) as caught:
        tables.append(FEEDBACK, rows_of(a_feedback(text="call me on 555 0100", score=7.0)))
    assert "555" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_logs_keep_no_statistics_of_what_names_a_record(tables):
    tables.append(FEEDBACK, rows_of(a_feedback("f1")))
    log = tables_folder(tables) / "_delta_log"
    added = [line for file in log.glob("*.json") for line in file.read_text().splitlines() if '"add"' in line]
    assert len(added) == 1
    assert "predicted_at" in added[0]
    assert "record_id" not in added[0]


def tables_folder(tables):
    from pathlib import Path

    return Path(tables.location(FEEDBACK))


def test_one_process_writes_at_a_time(tables, tmp_path):
    other = PlainTables(root=tables.root, wait_seconds=0)
    with tables.writing("one"), pytest.raises(WarehouseBusy):
        other.create(FEEDBACK)
    other.create(FEEDBACK)


def test_a_lease_by_commits_excludes_others_too(tables):
    from smelt.tables.lease.lease import Lease, Pace

    pace = Pace(beat=30, expiry=100, poll=0.01)
    first, second = (Lease(PlainClaims(tables), pace, java=None, owns_java=True) for _ in range(2))
    first.take("one", 0)
    with pytest.raises(WarehouseBusy):
        second.take("two", 0)
    first.check()
    first.give_back()
    second.take("two", 0)
    second.give_back()


def test_a_column_that_came_later_is_added_and_null_in_old_rows(tables):
    from deltalake import DeltaTable

    whole = contract(FEEDBACK)
    early = whole.arrow_schema(without=["text"])
    DeltaTable.create(tables.place(FEEDBACK), early)
    from deltalake import write_deltalake

    write_deltalake(
        tables.place(FEEDBACK), rows_of(a_feedback("f1")).drop_columns("text").cast(early), mode="append"
    )
    assert tables.read(FEEDBACK, ["text"]).to_pylist() == [{"text": None}]
    tables.append(FEEDBACK, rows_of(a_feedback("f2", text="clean")))
    assert sorted(tables.read(FEEDBACK)["text"].to_pylist(), key=str) == [None, "clean"]


def test_a_catalog_is_sparks_alone():
    with pytest.raises(EnvironmentProblem, match="Spark only"):
        PlainTables(catalog="main")


@pytest.mark.parametrize(
    "table",
    ["silver.predictions", "silver.feedback", "gold.monitoring", "gold.alerts", "bronze.quarantined_logs"],
)
def test_tables_of_monitoring_need_nothing_that_delta_rs_lacks(tables, table):
    tables.create(table)
    assert not all_contracts()[table].cluster_by
    assert tables.read(table).num_rows == 0


def test_taking_over_leaves_the_tables_alone_to_which_anybody_appends(tmp_path):
    tables = PlainTables(root=str(tmp_path))
    tables.create("ops.exports", "silver.feedback")
    before = {table: tables.version(table) for table in ("ops.exports", "silver.feedback")}
    tables._fence()
    assert tables.version("ops.exports") == before["ops.exports"]
    assert tables.version("silver.feedback") == before["silver.feedback"] + 1


@pytest.mark.parametrize(
    ("root", "pace"), [("s3a://bucket/smelt", ON_S3), ("gs://bucket/smelt", BY_COMMITS), ("{tmp}", ON_DISK)]
)
def test_the_lease_is_renewed_as_often_as_with_spark(tmp_path, monkeypatch, root, pace):
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    tables = PlainTables(root=root.replace("{tmp}", str(tmp_path)))
    assert tables._lease()._pace == pace
