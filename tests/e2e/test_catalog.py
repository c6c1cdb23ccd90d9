"""A warehouse whose tables have names in a catalog and no folders of ours: runs, SQL, views, erasure, releases."""

from __future__ import annotations

import pytest

from smelt.config import load_config
from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from smelt.jobs import load_stages
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stages
from smelt.privacy.erasure.request import forget_customers
from smelt.sql.answer import SqlError
from smelt.sql.ddl import Names, statements
from smelt.sql.spark_engine import SparkEngine
from smelt.tables.ledger import STAGES

pytestmark = pytest.mark.connect
PREFIX = "cataloged_"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("catalog")
    config = GenerateConfig(records=100, seed=3, kinds=("tickets", "articles"))
    generate(folder, config, lambda step: None)
    return write_project(folder, config.kinds)


def opened(spark, project, **names):
    settings = ["warehouse.catalog=spark_catalog", f"warehouse.schema_prefix={PREFIX}"]
    return open_job(load_config([project], settings=settings), spark=spark, **names)


def run_all(spark, project):
    job = opened(spark, project)
    return job, list(run_stages(job, load_stages([*STAGES, "releases"])))


@pytest.fixture(scope="module")
def first(spark, project):
    yield run_all(spark, project)
    for layer in ("bronze", "silver", "gold", "ops"):
        spark.sql(f"DROP SCHEMA IF EXISTS {PREFIX}{layer} CASCADE")


def test_a_run_makes_a_release_in_the_catalog(first, spark):
    job, reports = first
    rows = spark.sql(f"SELECT count(*) AS n FROM spark_catalog.{PREFIX}gold.training_splits").collect()[0][
        "n"
    ]
    assert rows == reports[-1].result.total("out") > 0
    assert job.warehouse.described == "in catalog spark_catalog"


def test_no_temporary_table_is_left(first, spark):
    names = [row["tableName"] for row in spark.sql(f"SHOW TABLES IN {PREFIX}ops").collect()]
    assert [name for name in names if "scratch" in name] == []


def test_a_second_run_finds_nothing(first, spark, project):
    _, reports = run_all(spark, project)
    assert {report.result.total("in") for report in reports} == {0}


@pytest.fixture(scope="module")
def engine(first):
    return SparkEngine(first[0].warehouse)


def test_tables_and_views_are_asked_by_layer_and_name_whatever_the_schemas_are(first, engine):
    made = first[1][-1].result.total("out")
    for statement in (
        "SELECT count(*) FROM gold.training_splits",
        f"SELECT count(*) FROM {PREFIX}gold.training_splits",
        f"SELECT count(*) FROM spark_catalog.{PREFIX}gold.training_splits",
        "SELECT count(*) FROM gold.newest_release",
        "SELECT sum(examples) FROM gold.label_distribution WHERE label = 'kind'",
    ):
        assert engine.run(statement, 0).rows == [[made]], statement
    assert {"gold.training_splits", "gold.newest_release"} <= dict(engine.tables()).keys()
    assert engine.run("SELECT DISTINCT fate FROM gold.record_fates", 0).rows
    assert engine.run("SELECT reason FROM ops.rejections WHERE is_current", 0).rows


def test_raw_tables_and_releases_stay_closed(first, engine):
    for statement in (
        "SELECT * FROM bronze.tickets", f"SELECT * FROM spark_catalog.{PREFIX}bronze.tickets",
        "SELECT * FROM silver.pii_vault", "DELETE FROM gold.training_splits",
    ):  # fmt: skip
        with pytest.raises(SqlError):
            engine.run(statement, 0)
    writing = SparkEngine(first[0].warehouse, write=True)
    for name in ("gold.releases", f"{PREFIX}gold.releases", f"spark_catalog.{PREFIX}gold.releases"):
        with pytest.raises(SqlError, match="releases never change"):
            writing.run(f"DELETE FROM {name}", 0)


def test_views_are_registered_there(first, spark):
    job, reports = first
    known = [table for table in ("gold.training_splits", "gold.releases") if job.warehouse.exists(table)]
    for statement in statements(dict.fromkeys(known, ""), Names("spark_catalog", PREFIX)):
        if statement.startswith("CREATE OR REPLACE VIEW"):
            spark.sql(statement)
    rows = spark.sql(f"SELECT count(*) AS n FROM {PREFIX}gold.newest_release").first()["n"]
    assert rows == reports[-1].result.total("out")


def test_who_is_forgotten_is_in_no_table_and_not_in_the_releases_successor(first, spark, project):
    job, reports = first
    house = job.warehouse
    mails = {row["customer_email"] for row in house.collect("bronze.tickets", "customer_email")} - {None}
    asked = sorted(mails)[:5]
    found = forget_customers(house, job.config.pii, asked, run_id="forget", with_vacuum=True)
    assert all(each.record_keys and each.vacuumed_at for each in found)
    left = {row["customer_email"] for row in house.collect("bronze.tickets", "customer_email")}
    assert not left & set(asked)
    there = {row["record_id"] for row in house.collect("silver.conversations", "record_id")}
    [old] = house.collect("gold.releases", "release")

    again = opened(spark, project, predecessor=old["release"])
    [made] = list(run_stages(again, load_stages(["successors"])))
    rows = house.collect("gold.training_splits", "release", "record_id")
    kept = [row["record_id"] for row in rows if row["release"] != old["release"]]
    assert kept
    assert set(kept) <= there
    assert len(kept) == made.result.total("out") < reports[-1].result.total("out")
