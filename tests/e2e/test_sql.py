"""SQL over the tables of a real run: views on both engines, the tour, other programs, what may not be done."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import duckdb
import polars
import pytest
from deltalake import DeltaTable

from smelt.jobs import load_stages
from smelt.pipeline.run import run_stages
from smelt.privacy.erasure.request import forget_customers
from smelt.sql.answer import SqlError
from smelt.sql.ddl import Names, statements
from smelt.sql.duckdb_engine import DuckDbEngine
from smelt.sql.spark_engine import SparkEngine
from smelt.tables.contract import all_contracts
from smelt.tables.filesystem import is_connect
from smelt.tables.views import all_views

TOUR = (Path(__file__).parents[2] / "docs" / "sql-tour.md").read_text("utf-8")


@pytest.fixture(scope="module")
def project(finished):
    return finished.project


@pytest.fixture(scope="module")
def job(finished):
    list(run_stages(finished.job, load_stages(["augmentations"])))
    return finished.job


@pytest.fixture
def fast(job):
    return DuckDbEngine(job.warehouse)


@pytest.fixture(scope="module")
def slow(job):
    return SparkEngine(job.warehouse)


@pytest.fixture
def smelt(finished, project, capsys):
    from smelt.cli.app import app

    def run(*arguments):
        capsys.readouterr()
        settings = [part for setting in finished.settings for part in ("--set", setting)]
        app([*arguments, "--conf", str(project), *settings], standalone_mode=False)
        return capsys.readouterr().out

    return run


def comparable(answer):
    rows = [json.dumps([round(v, 9) if isinstance(v, float) else str(v) for v in row]) for row in answer.rows]
    return sorted(row.replace("+00:00", "") for row in rows)


@pytest.mark.parametrize("name", all_views())
def test_a_view_says_the_same_on_both_engines(fast, slow, name):
    view = all_views()[name]
    one, other = fast.run(f"SELECT * FROM {name}", 0), slow.run(f"SELECT * FROM {name}", 0)
    assert list(one.columns) == list(other.columns) == [column.name for column in view.columns]
    assert one.rows
    assert comparable(one) == comparable(other)


def test_the_rejections_view_counts_each_pair_once(job, fast):
    total = job.warehouse.read("silver.examples").count()
    accepted = job.warehouse.read("gold.curated_examples").count()
    said = "SELECT sum(rows) FROM ops.rejections WHERE is_current AND stage = 'curated_examples'"
    assert fast.run(said, 0).rows == [[total - accepted]]


def test_every_record_has_one_fate(job, fast):
    rows = fast.run("SELECT record_id, fate, released FROM gold.record_fates", 0).rows
    assert len(rows) == len({row[0] for row in rows}) == job.warehouse.read("silver.conversations").count()
    released = job.warehouse.read("gold.training_splits").select("record_id").distinct().count()
    assert sum(row[1] == "released" for row in rows) == released


@pytest.mark.parametrize("query", re.findall(r"```sql\n(.*?)```", TOUR, re.DOTALL))
def test_the_tour_can_be_taken(fast, query):
    answer = fast.run(query, 0)
    assert answer.columns
    assert bool(answer.rows) != ("No row means yes" in TOUR.partition(query)[0][-80:])


def test_the_tours_code_for_other_programs_runs(job, tmp_path):
    code = re.search(r"```python\n(.*?)```", TOUR, re.DOTALL)[1]
    names = {}
    exec(code.replace("demo/warehouse", job.warehouse.root), names)
    assert (
        names["arrow"].num_rows == names["frame"].height == sum(n for _, n in names["files"].fetchall()) > 0
    )


def readable_everywhere(job):
    """Rows of each table as Spark, delta-rs, Polars and DuckDB count and read them."""
    for table in all_contracts():
        if not job.warehouse.exists(table):
            continue
        expected = job.warehouse.read(table).count()
        location = job.warehouse.location(table)
        arrow = DeltaTable(location).to_pyarrow_table()
        frame = polars.read_delta(location)
        files = DeltaTable(location).file_uris()
        found = duckdb.sql(f"SELECT count(*) FROM read_parquet({files!r})").fetchone()[0] if files else 0
        assert (arrow.num_rows, frame.height, found) == (expected,) * 3, table
        assert arrow.column_names == frame.columns == all_contracts()[table].column_names, table


def test_other_programs_read_every_table_also_after_an_erasure(job, project):
    readable_everywhere(job)
    certificates = forget_customers(
        job.warehouse, job.config.pii, [a_customer(project)], run_id="forget-1", with_vacuum=True
    )
    assert certificates[0].vacuumed_at
    readable_everywhere(job)


def a_customer(project):
    """The customer of a ticket in the landing files."""
    for file in sorted(project.parent.glob("tickets/*.jsonl")):
        for line in file.read_text("utf-8", "replace").splitlines():
            found = re.search(r'"requester": ?\{[^{}]*"email": ?"([^"]+)"', line)
            if found:
                return found[1]
    raise AssertionError("no ticket names a customer")


CHANGING = [
    "DELETE FROM gold.training_splits",
    "UPDATE gold.releases SET rows = 1",
    "INSERT INTO gold.releases SELECT * FROM gold.releases",
    "DROP TABLE gold.releases",
    "WITH a AS (SELECT 1) INSERT INTO ops.files SELECT * FROM ops.files",
    "MERGE INTO gold.releases t USING gold.releases s ON t.release = s.release WHEN MATCHED THEN DELETE",
    "ALTER TABLE gold.releases SET TBLPROPERTIES ('a' = 'b')",
    "TRUNCATE TABLE gold.releases",
    "VACUUM gold.releases RETAIN 0 HOURS",
    "OPTIMIZE gold.releases",
    "EXPLAIN DELETE FROM gold.releases",
]


@pytest.mark.parametrize("statement", CHANGING)
def test_spark_only_reads_unless_told_otherwise(job, slow, statement):
    before = job.warehouse.version("gold.releases"), job.warehouse.version("gold.training_splits")
    with pytest.raises(SqlError, match="refused"):
        slow.run(statement, 0)
    assert before == (job.warehouse.version("gold.releases"), job.warehouse.version("gold.training_splits"))


def test_releases_never_change_whatever_is_allowed(job):
    writing = SparkEngine(job.warehouse, write=True)
    for statement in CHANGING[:-1]:
        if "gold." in statement:
            with pytest.raises(SqlError, match="never change"):
                writing.run(statement, 0)
    writing.run("USE gold", 0)
    with pytest.raises(SqlError, match="never change"):
        writing.run("DELETE FROM releases", 0)
    writing.run("USE default", 0)
    before = job.warehouse.read("ops.files").count()
    writing.run("DELETE FROM ops.files WHERE source = 'nosuch'", 0)
    assert job.warehouse.read("ops.files").count() == before


def test_raw_tables_and_files_are_not_read_by_spark_either(job, slow):
    for statement in (
        "SELECT * FROM bronze.tickets",
        "SELECT * FROM `bronze`.`quarantine`",
        "DESCRIBE EXTENDED bronze.chats",
        f"SELECT * FROM delta.`{job.warehouse.location('bronze.tickets')}`",
        f"SELECT * FROM parquet.`{job.warehouse.location('bronze.tickets')}`",
    ):
        with pytest.raises(SqlError):
            slow.run(statement, 0)


def test_csv_and_json_of_nested_columns(smelt):
    query = "SELECT example_id, messages FROM gold.training_splits ORDER BY 1 LIMIT 2"
    rows = list(csv.DictReader(io.StringIO(smelt("sql", "-e", query, "--csv"))))
    lines = [json.loads(line) for line in smelt("sql", "-e", query, "--json").splitlines()]
    assert [json.loads(row["messages"]) for row in rows] == [line["messages"] for line in lines]
    assert lines[0]["messages"][-1]["role"] == "assistant"


def test_a_look_at_raw_tables_is_noted(job, smelt):
    smelt("sql", "-e", "SELECT count(*) FROM bronze.tickets", "--restricted", "--reason", "case 7")
    noted = job.warehouse.collect("ops.access_log", "action", "outcome", "reason")
    assert {"action": "sql", "outcome": "granted", "reason": "case 7"} in noted


def test_tables_are_registered_by_statements(job, spark, smelt, tmp_path):
    script = tmp_path / "tables.sql"
    smelt("register", "--ddl", str(script), "--prefix", "tour_")
    told = script.read_text("utf-8")
    assert "bronze" not in told
    locations = {t: job.warehouse.location(t) for t in all_contracts() if job.warehouse.exists(t)}
    made = list(
        statements({t: p for t, p in locations.items() if not t.startswith("bronze")}, Names(prefix="tour_"))
    )
    assert told.count(";\n") >= len(made) - 1
    for statement in told.split(";\n"):
        if statement.strip():
            spark.sql(statement)
    try:
        assert (
            spark.table("tour_gold.newest_release").count()
            == job.warehouse.read("gold.training_splits").count()
        )
        comments = {
            row["col_name"]: row["comment"] for row in spark.sql("DESCRIBE tour_ops.rejections").collect()
        }
        assert comments["is_current"]
    finally:
        for layer in ("silver", "gold", "ops"):
            spark.sql(f"DROP SCHEMA IF EXISTS tour_{layer} CASCADE")
    if not is_connect(spark):
        assert job.warehouse.exists("gold.releases")
