"""Questions without Spark, over tables that delta-rs wrote: what is seen, what is refused, what is never quoted."""

from __future__ import annotations

import pytest
from deltalake import write_deltalake

from smelt.errors import EnvironmentProblem
from smelt.sql.answer import SqlError
from smelt.sql.duckdb_engine import DuckDbEngine, _arrow, _empty
from smelt.sql.visible import is_restricted, visible_tables
from smelt.tables.contract import all_contracts
from smelt.tables.location import TablePlaces
from smelt.tables.views import all_views

SECRET = "Jane Roe 555-0188"


@pytest.fixture
def places(tmp_path):
    import pyarrow as pa

    places = TablePlaces(root=str(tmp_path))
    ledger = _empty("ops.ledger").schema
    rows = [
        {"run_id": "r1", "stage": "ingest", "source": SECRET, "measure": "in", "reason": None, "count": 3},
        {"run_id": "r2", "stage": "ingest", "source": "b", "measure": "in", "reason": None, "count": 4},
    ]
    write_deltalake(places.location("ops.ledger"), pa.Table.from_pylist(rows, ledger))
    write_deltalake(places.location("bronze.tickets"), _empty("bronze.tickets"))
    return places


@pytest.fixture
def engine(places):
    return DuckDbEngine(places)


def test_a_table_is_asked_by_its_name(engine):
    for spelling in ("ops.ledger", "OPS.Ledger", '"ops"."ledger"', "ops . ledger"):
        assert engine.run(f"SELECT sum(count) AS n FROM {spelling}", 0).rows == [[7]]


def test_a_table_that_no_run_made_yet_is_empty(engine):
    assert engine.run("SELECT count(*) FROM gold.releases", 0).rows == [(0,)]
    for view in all_views():
        assert engine.run(f"SELECT * FROM {view}", 0).rows == []


def test_every_contracts_types_are_known():
    for declared in all_contracts().values():
        assert [str(_arrow(column.type)) for column in declared.columns]


def test_statements_are_told_apart(engine):
    assert engine.statements("SELECT ';' ; -- a; b\nSELECT 2;") == ["SELECT ';'", "-- a; b\nSELECT 2"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ops.ledger",
        "UPDATE ops.ledger SET count = 0",
        "INSERT INTO ops.ledger SELECT * FROM ops.ledger",
        "WITH a AS (SELECT * FROM ops.ledger) DELETE FROM ops.ledger USING a",
        "DROP VIEW ops.ledger",
        "CREATE OR REPLACE VIEW ops.ledger AS SELECT 1",
        "TRUNCATE ops.ledger",
        "ALTER TABLE ops.ledger ADD COLUMN x INT",
        "COPY ops.ledger TO '{here}/out.csv'",
        "ATTACH '{here}/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM places",
        "SET enable_external_access = true",
        "EXPORT DATABASE '{here}/x'",
    ],
)
def test_nothing_is_changed_and_nothing_else_is_read(engine, places, tmp_path, statement):
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SqlError) as refused:
        engine.run(statement.format(here=tmp_path), 0)
    assert "root:" not in str(refused.value)
    assert sorted(tmp_path.rglob("*")) == before
    assert engine.run("SELECT count(*) FROM ops.ledger", 0).rows == [(2,)]


def test_raw_tables_are_seen_only_where_they_are_asked_for(engine, places):
    with pytest.raises(SqlError, match="--restricted"):
        engine.run("SELECT * FROM bronze.tickets", 0)
    assert "bronze.tickets" not in dict(engine.tables())
    both = DuckDbEngine(places, restricted=True)
    assert both.run("SELECT count(*) FROM bronze.tickets", 0).rows == [(0,)]
    assert "bronze.tickets" in dict(both.tables())


def test_no_table_with_raw_data_is_visible():
    for table in visible_tables():
        assert not is_restricted(all_contracts()[table])
    assert {"silver.pii_vault", "bronze.quarantine", "bronze.arrivals"}.isdisjoint(visible_tables())
    for view in all_views().values():
        assert set(view.reads) <= set(visible_tables())


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT CAST(source AS INT) FROM ops.ledger",
        "SELECT error(source) FROM ops.ledger",
        "SELECT CAST(source AS DATE) FROM ops.ledger",
        "SELECT json_extract(source, '$.a') FROM ops.ledger",
    ],
)
def test_an_error_never_quotes_a_row(engine, statement):
    with pytest.raises(SqlError) as said:
        engine.run(statement, 0)
    assert "Jane" not in str(said.value)


def test_tables_and_columns_are_told_with_their_comments(engine):
    told = {row[0]: row[1] for row in engine.run("SHOW TABLES", 0).rows}
    assert told["ops.ledger"] == all_contracts()["ops.ledger"].comment
    assert set(all_views()) <= set(told)
    for name in ("ops.ledger", "ops.rejections"):
        answer = engine.run(f"DESCRIBE {name}", 0)
        assert list(answer.columns) == ["column", "type", "personal_data", "comment"]
        assert all(row[3] for row in answer.rows)
    assert engine.run("DESCRIBE SELECT 1 AS x", 0).rows[0][0] == "x"


@pytest.mark.parametrize("name", ["a b", "50% off", "o'brien", "a{b}#?"])
def test_tables_below_a_folder_of_any_name_are_read(tmp_path, name):
    import pyarrow as pa

    places = TablePlaces(root=str(tmp_path / name))
    folder = tmp_path / name / "ops" / "ledger"
    folder.mkdir(parents=True)
    row = {"run_id": "r1", "stage": "ingest", "source": "a", "measure": "in", "reason": None, "count": 3}
    write_deltalake(folder.as_uri(), pa.Table.from_pylist([row], _empty("ops.ledger").schema))
    assert DuckDbEngine(places).run("SELECT sum(count) FROM ops.ledger", 0).rows == [[3]]


def test_a_folder_that_delta_rs_cannot_have_needs_spark(tmp_path):
    (tmp_path / "a[1]" / "ops" / "ledger").mkdir(parents=True)
    with pytest.raises(EnvironmentProblem, match="without Spark"):
        DuckDbEngine(TablePlaces(root=str(tmp_path / "a[1]"))).run("SELECT * FROM ops.ledger", 0)


def test_a_misspelt_table_is_answered_by_the_nearest_of_ours(engine):
    with pytest.raises(SqlError) as said:
        engine.run("SELECT * FROM gold.trainig_splits", 0)
    assert "did you mean gold.training_splits? SHOW TABLES lists all" in said.value.problems
    assert "pragma" not in str(said.value)
