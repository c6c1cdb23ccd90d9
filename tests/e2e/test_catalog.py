"""A warehouse whose tables have names in a catalog and no folders of ours: run, second run, erasure, SQL."""

from __future__ import annotations

import re

import pytest

from smelt.config import load_config
from smelt.errors import ConfigError
from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from smelt.jobs import load_stages
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stages
from smelt.privacy.erasure.request import forget_customers
from smelt.sql.answer import SqlError
from smelt.sql.spark_engine import SparkEngine
from smelt.tables.ledger import STAGES
from smelt.tables.maintain import maintain

PREFIX = "cataloged_"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("catalog")
    config = GenerateConfig(records=100, seed=3)
    generate(folder, config, lambda step: None)
    return write_project(folder, config.kinds)


def run_all(spark, project):
    settings = ["warehouse.catalog=spark_catalog", f"warehouse.schema_prefix={PREFIX}"]
    job = open_job(load_config([project], settings=settings), spark=spark)
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


def test_questions_are_asked_by_the_catalogs_names(first):
    job, _ = first
    engine = SparkEngine(job.warehouse)
    names = f"{PREFIX}gold.releases"
    assert engine.run(f"SELECT release FROM {names}", 0).rows
    for statement in (f"DELETE FROM {names}", f"SELECT * FROM {PREFIX}bronze.tickets"):
        with pytest.raises((SqlError, ConfigError)):
            engine.run(statement, 0)


@pytest.mark.slow
def test_a_customer_is_forgotten_and_the_tables_are_kept_in_order(first, project):
    job, _ = first
    text = "\n".join(
        file.read_text("utf-8", "replace") for file in sorted(project.parent.glob("tickets/*.jsonl"))
    )
    mail = re.search(r'"requester": ?\{[^{}]*"email": ?"([^"]+)"', text)[1]
    [certificate] = forget_customers(
        job.warehouse, job.config.pii, [mail], run_id="forget-1", with_vacuum=True
    )
    assert certificate.vacuumed_at
    assert certificate.rows_deleted["bronze.tickets"] > 0
    assert {each.table for each in maintain(job.warehouse)} >= {"gold.training_splits", "silver.examples"}
