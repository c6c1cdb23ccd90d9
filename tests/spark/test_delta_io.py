from __future__ import annotations

import json
from pathlib import Path

import pytest
from chispa import assert_df_equality
from pyspark.sql.types import StructType

from smelt.delta_io import Warehouse
from smelt.delta_log import newest_metadata
from smelt.errors import ContractError, EnvironmentProblem

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
    said = newest_metadata(warehouse.location("silver.examples"))
    assert StructType.fromJson(json.loads(said.schema)) == warehouse.read("silver.examples").schema
    known = {row["key"]: row["value"] for row in spark.sql(f"SHOW TBLPROPERTIES {table}").collect()}
    assert said.properties["mine"] == "yes"
    assert said.properties.items() <= known.items()


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
    from smelt.delta_io import Warehouse

    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EnvironmentProblem, match="cannot be written"):
        Warehouse(spark, root=str(tmp_path / "file" / "warehouse")).check_writable()
