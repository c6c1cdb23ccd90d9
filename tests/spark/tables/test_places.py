"""The same warehouse in a catalog, on another default file system, and its temporary tables in all of them."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from smelt.errors import EnvironmentProblem
from smelt.tables.filesystem import default_filesystem, is_connect
from smelt.tables.warehouse import Warehouse

LEDGER = "run_id string, stage string, source string, measure string, reason string, count bigint"


def entries(spark, count):
    return spark.createDataFrame([("r1", "scores", "mail", "in", None, count)], LEDGER)


@pytest.fixture
def cataloged(spark):
    """A warehouse whose tables have names only, in the session's own catalog."""
    prefix = f"t{os.urandom(4).hex()}_"
    yield Warehouse(spark, catalog="spark_catalog", schema_prefix=prefix)
    for row in spark.sql(f"SHOW SCHEMAS LIKE '{prefix}*'").collect():
        spark.sql(f"DROP SCHEMA {row[0]} CASCADE")


@pytest.fixture
def elsewhere(spark, tmp_path):
    """A root without a scheme where Spark's default file system is not this disk (Hadoop's ViewFs over a folder)."""
    if is_connect(spark):
        pytest.skip("the server's Hadoop settings cannot be changed from here")
    settings = spark.sparkContext._jsc.hadoopConfiguration()
    before = settings.get("fs.defaultFS")
    (tmp_path / "store").mkdir()
    settings.set("fs.viewfs.mounttable.cluster.link./data", f"file://{tmp_path / 'store'}")
    settings.set("fs.defaultFS", "viewfs://cluster/")
    yield tmp_path
    settings.set("fs.defaultFS", before)


def exercise(spark, warehouse):
    """Every way of writing, also from other threads, and what must come of it."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        pool.submit(warehouse.append, "ops.ledger", entries(spark, 1), run_id="r0").result()
        other = type(warehouse)(
            spark, root=warehouse.root, catalog=warehouse.catalog, schema_prefix=warehouse.schema_prefix
        )
        for _ in range(2):  # the second is the same append again
            pool.submit(other.append, "ops.ledger", entries(spark, 2), run_id="r1").result()
    assert sorted(row["count"] for row in other.collect("ops.ledger", "count")) == [1, 2]
    other.merge(
        "ops.ledger",
        entries(spark, 5).selectExpr("'r9' AS run_id", "stage", "source", "measure", "reason", "count"),
    )
    assert other.read("ops.ledger").count() == 3
    other.replace_where("ops.ledger", entries(spark, 7), "run_id IS NOT NULL")
    assert [row["count"] for row in other.collect("ops.ledger", "count")] == [7]
    assert other.version("ops.ledger") >= 4
    assert other.version("gold.releases") is None
    assert other.read("gold.releases").count() == 0
    with contextlib.suppress(KeyError), other.scratch(entries(spark, 9), "trial") as kept:
        assert [row["count"] for row in kept.collect()] == [9]
        assert len(other._scratch_names()) == 1
        assert other.sweep_scratch() == []
        raise KeyError
    assert other._scratch_names() == []
    with other.checkpoints() as checkpoint:
        assert checkpoint(entries(spark, 4)).collect()[0]["count"] == 4
    assert other._scratch_names() == []
    other.clear("ops.ledger")
    other.vacuum("ops.ledger")
    assert other.read("ops.ledger").isEmpty()
    other.compare("ops.ledger")


def test_a_warehouse_in_a_catalog(spark, cataloged):
    exercise(spark, cataloged)


def test_rows_behind_deletion_vectors_leave_the_files_too(spark, cataloged):
    cataloged.append("ops.ledger", entries(spark, 3).union(entries(spark, 4)).coalesce(1))
    name = cataloged.identifier("ops.ledger")
    spark.sql(f"ALTER TABLE {name} SET TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')")
    spark.sql(f"DELETE FROM {name} WHERE count = 3").collect()
    cataloged.purge("ops.ledger")
    folder = spark.sql(f"DESCRIBE DETAIL {name}").first()["location"].removeprefix("file:")
    held = [
        row["count"] for file in Path(folder).glob("*.parquet") for row in pq.read_table(file).to_pylist()
    ]
    assert held == [4]


def test_a_warehouse_on_this_disk(spark, warehouse):
    exercise(spark, warehouse)


def test_a_plain_root_is_where_spark_takes_it_to_be(spark, elsewhere):
    assert default_filesystem(spark) == "viewfs://cluster"
    warehouse = Warehouse(spark, root="/data/warehouse")
    assert warehouse.root == "viewfs://cluster/data/warehouse"
    warehouse.check_writable()
    exercise(spark, warehouse)
    assert (elsewhere / "store/warehouse/ops/ledger/_delta_log").is_dir()


def test_tables_on_this_disk_are_not_lost_from_sight(spark, elsewhere):
    (elsewhere / "own" / "bronze").mkdir(parents=True)
    with pytest.raises(EnvironmentProblem, match="means two places"):
        Warehouse(spark, root=str(elsewhere / "own"))


def test_what_a_killed_run_left_is_swept(spark, warehouse):
    old = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
    left = [f"verdicts_{old:%Y%m%dt%H%M%S}_0a1b2c3d", "verdicts-0a1b2c3d"]
    for name in left:
        entries(spark, 1).write.parquet(f"{warehouse.root}/scratch/{name}")
    fresh = f"verdicts_{dt.datetime.now(dt.UTC):%Y%m%dt%H%M%S}_0a1b2c3d"
    entries(spark, 1).write.parquet(f"{warehouse.root}/scratch/{fresh}")
    assert sorted(warehouse.sweep_scratch()) == sorted(left)
    assert os.listdir(f"{warehouse.root}/scratch") == [fresh]
    assert warehouse.sweep_scratch(dt.timedelta(0)) == [fresh]


def test_a_store_that_does_not_answer_is_said_before_any_work(spark):
    if is_connect(spark):
        pytest.skip("the store is looked into by the server only")
    with pytest.raises(EnvironmentProblem, match="cannot be reached"):
        Warehouse(spark, root="nosuchscheme://bucket/x").check_writable()
