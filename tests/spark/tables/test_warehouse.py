from __future__ import annotations

import datetime as dt
import json
import os
import resource
from pathlib import Path

import pytest
from chispa import assert_df_equality
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from smelt.errors import ContractError, EnvironmentProblem
from smelt.tables.contract import contract
from smelt.tables.local_delta import snapshot
from smelt.tables.warehouse import Warehouse

LEDGER = "run_id string, stage string, source string, measure string, reason string, count bigint"


def entries(spark, *rows):
    return spark.createDataFrame([("r1", "scores", *row) for row in rows], LEDGER)


def same(warehouse, expected):
    assert_df_equality(
        warehouse.read("ops.ledger"),
        expected,
        ignore_nullable=True,
        ignore_metadata=True,
        ignore_row_order=True,
    )


def test_an_append_of_the_same_run_is_written_once(spark, warehouse):
    rows = entries(spark, ("mail", "in", None, 3))
    warehouse.append("ops.ledger", rows, run_id="r1")
    warehouse.append("ops.ledger", rows, run_id="r1")
    same(warehouse, rows)


def test_a_later_append_of_a_run_is_written_once_whoever_asks(spark, warehouse):
    first, second = entries(spark, ("mail", "in", None, 3)), entries(spark, ("chat", "in", None, 4))
    warehouse.append("ops.ledger", first, run_id="r1")
    for writer in (warehouse, Warehouse(spark, root=warehouse.root), warehouse):
        writer.append("ops.ledger", second, run_id="r2")
    same(warehouse, first.union(second))


def test_rows_known_here_are_those_that_spark_would_write(spark, warehouse):
    known, written = ("r1", "scores", "mail", "in", None, 3), ("r2", "scores", "chat", "out", "a", 4)
    warehouse.append_rows("ops.ledger", [known], run_id="r1")
    warehouse.append_rows("ops.ledger", [known], run_id="r1")
    warehouse.append("ops.ledger", spark.createDataFrame([written], LEDGER), run_id="r2")
    same(warehouse, spark.createDataFrame([known, written], LEDGER))
    found = warehouse.collect("ops.ledger", "count", "reason")
    assert sorted(found, key=str) == [{"count": 3, "reason": None}, {"count": 4, "reason": "a"}]
    with pytest.raises(Exception, match=r"known_measure|validation"):
        warehouse.append_rows("ops.ledger", [("r3", "scores", "mail", "lost", None, 1)])
    warehouse.clear("ops.ledger")
    equal(warehouse.read("ops.ledger"), by_delta(warehouse, "ops.ledger"))
    assert warehouse.collect("ops.ledger", "count") == []
    assert warehouse.collect("ops.runs", "stage") == []


def test_times_are_aware_whoever_wrote_them(spark, warehouse):
    at = dt.datetime(2026, 11, 26, 1, 2, 3, 4, tzinfo=dt.UTC)
    row = ("mail", "f", 1, at, "x", at, "r1")
    warehouse.append_rows("ops.files", [row])
    schema = contract("ops.files").ddl()
    warehouse.append("ops.files", spark.createDataFrame([row], schema))
    assert warehouse.collect("ops.files", "modified_at") == [{"modified_at": at}] * 2


def test_a_table_made_here_takes_its_first_rows_by_merge_or_replacement_too(spark, warehouse):
    rows = spark.createDataFrame(
        [("r1", "scores", "mail", "in", "a", 9, False), ("r1", "scores", "fax", "in", "a", 4, True)],
        LEDGER + ", gone boolean",
    )
    warehouse.merge("ops.ledger", rows, delete="s.gone")
    same(warehouse, entries(spark, ("mail", "in", "a", 9)))
    warehouse.merge("ops.ledger", entries(spark, ("mail", "in", "a", 8)))
    same(warehouse, entries(spark, ("mail", "in", "a", 8)))
    assert warehouse.version("ops.ledger") == 2

    other = Warehouse(spark, root=f"{warehouse.root}-other")
    for count in (1, 2):
        other.replace_where("ops.ledger", entries(spark, ("mail", "in", None, count)), "source = 'mail'")
    same(other, entries(spark, ("mail", "in", None, 2)))


def test_a_table_whose_first_commit_never_came_is_made_anew(spark, warehouse):
    log = Path(warehouse.location("ops.ledger")) / "_delta_log"
    (log / "_commits").mkdir(parents=True)
    (log / ".00000000000000000000.json.1f2e.tmp").touch()
    assert not warehouse.exists("ops.ledger")
    rows = entries(spark, ("mail", "in", None, 3))
    warehouse.append("ops.ledger", rows, run_id="r1")
    same(warehouse, rows)


def test_the_log_on_disk_says_what_delta_says(spark, warehouse):
    warehouse.create("silver.examples")
    table = warehouse.identifier("silver.examples")
    spark.sql(f"ALTER TABLE {table} SET TBLPROPERTIES ('mine' = 'yes')")
    said = snapshot(warehouse.location("silver.examples"))
    assert StructType.fromJson(json.loads(said.schema)) == spark.read.table(table).schema
    known = {row["key"]: row["value"] for row in spark.sql(f"SHOW TBLPROPERTIES {table}").collect()}
    assert said.properties["mine"] == "yes"
    assert said.properties.items() <= known.items()


def by_delta(warehouse, table, **options):
    return warehouse.spark.read.format("delta").options(**options).load(warehouse.location(table))


def equal(left, right):
    assert_df_equality(left, right, ignore_nullable=True, ignore_metadata=True, ignore_row_order=True)


def test_rows_are_those_that_delta_reads_at_every_version(spark, warehouse):
    rows = entries(spark, ("mail", "in", "a", 1), ("chat", "in", "a", 2))
    warehouse.append("ops.ledger", rows, run_id="r1")
    warehouse.append("ops.ledger", entries(spark, ("fax", "in", "b", 3)), run_id="r2")
    warehouse.merge("ops.ledger", entries(spark, ("mail", "in", "a", 9)))
    warehouse.delete_where("ops.ledger", "source = 'chat'")
    for version in range(warehouse.version("ops.ledger") + 1):
        equal(
            warehouse.read("ops.ledger", version=version),
            by_delta(warehouse, "ops.ledger", versionAsOf=version),
        )
    equal(warehouse.read("ops.ledger"), by_delta(warehouse, "ops.ledger"))
    assert warehouse.read("ops.ledger").count() == 2
    warehouse.delete_where("ops.ledger", "true")
    equal(warehouse.read("ops.ledger"), by_delta(warehouse, "ops.ledger"))


def test_partitions_are_columns_again(spark, warehouse):
    columns = contract("gold.training_splits").columns
    for release in ("2026-11-26.1", "7", "a b"):
        values = {
            column.name: F.lit(release if column.name == "release" else "train").cast(column.type)
            for column in columns
            if column.type == "string"
        }
        others = {c.name: F.lit(None).cast(c.type) for c in columns if c.type != "string"}
        filled = {
            c.name: F.array().cast(c.type) if c.type.startswith("array") else F.lit(1).cast(c.type)
            for c in columns
            if not c.nullable and c.type != "string"
        }
        rows = spark.range(2).select(
            *((values | others | filled)[c.name].alias(c.name) for c in columns if c.name != "example_id"),
            F.concat(F.lit(release), F.col("id")).alias("example_id"),
        )
        warehouse.replace_where("gold.training_splits", rows, f"release = '{release}'")
    read = warehouse.read("gold.training_splits")
    equal(
        read.select("release", "split", "example_id"),
        by_delta(warehouse, "gold.training_splits").select("release", "split", "example_id"),
    )
    assert [field.dataType for field in read.schema] == [
        field.dataType for field in by_delta(warehouse, "gold.training_splits").schema
    ]


@pytest.mark.parametrize("name", ["a [1]{2}*?", "100 %", "naïve ü"])
def test_a_root_may_have_any_name(spark, tmp_path, name):
    warehouse = Warehouse(spark, root=str(tmp_path / name))
    rows = entries(spark, ("mail", "in", "a", 1))
    warehouse.append("ops.ledger", rows, run_id="r1")
    same(warehouse, rows)


def test_merge_replaces_inserts_and_deletes_on_the_contracts_key(spark, warehouse):
    warehouse.append(
        "ops.ledger", entries(spark, ("mail", "in", "a", 1), ("chat", "in", "a", 2)), run_id="r1"
    )
    changes = spark.createDataFrame(
        [
            ("r1", "scores", "mail", "in", "a", 9, False),
            ("r1", "scores", "chat", "in", "a", 0, True),
            ("r1", "scores", "call", "in", "a", 4, False),
            ("r1", "scores", "fax", "in", "a", 4, True),
        ],
        LEDGER + ", gone boolean",
    )
    warehouse.merge("ops.ledger", changes, delete="s.gone")
    expected = entries(spark, ("call", "in", "a", 4), ("mail", "in", "a", 9))
    same(warehouse, expected)


def test_replace_where_touches_only_its_rows(spark, warehouse):
    warehouse.append(
        "ops.ledger", entries(spark, ("mail", "in", None, 1), ("chat", "in", None, 2)), run_id="r1"
    )
    warehouse.replace_where("ops.ledger", entries(spark, ("mail", "in", None, 7)), "source = 'mail'")
    expected = entries(spark, ("chat", "in", None, 2), ("mail", "in", None, 7))
    same(warehouse, expected)


def test_a_check_refuses_a_row_that_breaks_it(spark, warehouse):
    with pytest.raises(Exception, match="known_measure"):
        warehouse.append("ops.ledger", entries(spark, ("mail", "lost", None, 1)), run_id="r1")


def test_comments_reach_sql(spark, warehouse):
    warehouse.create("ops.ledger")
    columns = warehouse.read("ops.ledger").schema
    assert columns["count"].metadata["comment"] == "Number of rows"
    assert warehouse.compare("ops.ledger") == []


def test_a_table_that_differs_is_reported_with_every_difference(spark, warehouse):
    spark.sql(
        f"CREATE TABLE {warehouse.identifier('ops.ledger')} "
        "(run_id string, stage string NOT NULL, source string NOT NULL, measure string NOT NULL, reason string, "
        "count int NOT NULL, extra string) USING delta"
    )
    with pytest.raises(ContractError) as caught:
        warehouse.create("ops.ledger")
    text = str(caught.value)
    for difference in ("run_id is nullable", "count is int, not bigint", "extra is not in the contract"):
        assert difference in text


def test_missing_columns_are_named_all_at_once(spark, warehouse):
    with pytest.raises(ContractError, match=r"measure is missing[\s\S]*surplus is not in the contract"):
        warehouse.append("ops.ledger", spark.createDataFrame([("x",)], "surplus string"), run_id="r1")


def test_a_table_that_was_never_written_reads_as_no_rows(warehouse):
    assert warehouse.read("ops.ledger").columns[-1] == "count"
    assert warehouse.version("ops.ledger") is None


def test_a_warehouse_that_cannot_be_written_says_so(spark, tmp_path):
    from smelt.tables.warehouse import Warehouse

    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EnvironmentProblem, match="cannot be written"):
        Warehouse(spark, root=str(tmp_path / "file" / "warehouse")).check_writable()


def test_asking_whether_a_warehouse_can_be_written_leaves_nothing_there(spark, tmp_path):
    warehouse = Warehouse(spark, root=str(tmp_path / "w"))
    warehouse.check_writable()
    left, fresh = (tmp_path / "w" / f"smelt-probe-{name}" for name in ("left", "fresh"))
    for probe in (left, fresh):
        probe.touch()
    os.utime(left, (0, 0))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (0, before[1])
    )  # like a full disk, which takes names but no bytes
    try:
        with pytest.raises(EnvironmentProblem, match="cannot be written"):
            warehouse.check_writable()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert set(os.listdir(tmp_path / "w")) == {left.name, fresh.name}
    warehouse.check_writable()
    assert os.listdir(tmp_path / "w") == [fresh.name]
