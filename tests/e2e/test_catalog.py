"""A warehouse whose tables have names in a catalog and no folders of ours."""

from __future__ import annotations

import pytest

from smelt.config import load_config
from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from smelt.jobs import load_stages
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stages
from smelt.tables.ledger import STAGES

pytestmark = pytest.mark.slow
PREFIX = "cataloged_"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("catalog")
    config = GenerateConfig(records=100, seed=3, kinds=("tickets", "articles"))
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
