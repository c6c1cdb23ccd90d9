"""Generated raw data to a release and back to files: the whole way, twice, and once over Spark Connect."""

from __future__ import annotations

import json
import re
from collections import defaultdict

import pytest
from pyspark.sql import functions as F

from smelt.config import load_config
from smelt.jobs import load_stages
from smelt.jobs.quality_reports import measure
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stages
from smelt.privacy.erasure.request import forget_customers
from smelt.releases.export import export
from smelt.releases.manifest import find_manifest
from smelt.report.card import card
from smelt.report.collect import collected
from smelt.report.render import page
from smelt.tables.ledger import STAGES
from tests.e2e.conftest import ODD_NAME, RECORDS

pytestmark = pytest.mark.connect
FOLDER = ODD_NAME


@pytest.fixture(scope="module")
def landing(finished):
    return finished.project


@pytest.fixture(scope="module")
def first(finished):
    return finished.job, finished.reports


def run_all(spark, landing, root):
    job = open_job(load_config([landing], settings=[f"warehouse.root={root}"]), spark=spark)
    return job, list(run_stages(job, load_stages([*STAGES, "releases"])))


def manifest(job):
    return [row.asDict() for row in job.warehouse.read("gold.releases").collect()]


def updates(landing):
    """Records that were planted a second time, with changes."""
    return sum(
        len(file.read_bytes().splitlines()) for file in (landing.parent / "truth" / "updates").glob("*.jsonl")
    )


def test_every_record_that_was_read_is_accounted_for(first, landing):
    job, reports = first
    read = reports[0].result
    assert read.total("in") == RECORDS + updates(landing)
    assert read.total("in") == read.total("out") + read.total("rejected") + read.total("quarantined")
    assert read.total("quarantined") == job.warehouse.read("bronze.quarantine").count() > 0
    bronze = sum(
        job.warehouse.read(f"bronze.{kind}").count()
        for kind in ("tickets", "chats", "transcripts", "articles")
    )
    assert bronze == job.warehouse.read("silver.conversations").count()
    assert reports[-1].result.total("out") == job.warehouse.read("gold.curated_examples").count() > 0


def test_the_ledger_in_the_table_balances_by_stage_and_source(first):
    job, _ = first
    sums = defaultdict(lambda: defaultdict(int))
    for row in job.warehouse.read("ops.ledger").collect():
        sums[row["stage"], row["source"]][row["measure"]] += row["count"]
    assert {stage for stage, _ in sums} >= {
        "ingest",
        "conversations",
        "examples",
        "curated_examples",
        "releases",
    }
    for by in sums.values():
        assert by["in"] == by["out"] + by["rejected"] + by["quarantined"]


def test_a_group_is_in_one_split_only(first):
    job, _ = first
    rows = (
        job.warehouse.read("gold.training_splits").select("group_id", "split", "release").distinct().collect()
    )
    assert len(rows) == len({row["group_id"] for row in rows})
    assert {row["split"] for row in rows} == {"train", "validation", "test"}


def test_messages_are_what_trainers_read(first):
    job, _ = first
    for row in job.warehouse.read("gold.training_splits").limit(20).collect():
        roles = [message["role"] for message in row["messages"]]
        assert roles[-1] == "assistant"
        assert [message["role"] for message in row["completion"]] == ["assistant"]
        assert row["prompt"][-1]["role"] == "user"
        assert row["messages"] == row["prompt"] + row["completion"]


def test_a_second_run_finds_nothing_and_makes_no_release(first, spark, landing):
    job, _ = first
    before = manifest(job)
    again, reports = run_all(spark, landing, job.warehouse.root)
    assert {report.stage: report.result.total("in") for report in reports} == dict.fromkeys(
        [*STAGES, "releases"], 0
    )
    runs = again.warehouse.read("ops.runs").where(F.col("run_id") == again.run_id)
    assert {row["stage"] for row in runs.where("state = 'done' AND rows_in = 0").collect()} == {
        *STAGES,
        "releases",
    }
    assert manifest(again) == before


def test_no_planted_value_of_the_severe_kinds_reaches_the_release(first, landing):
    job, _ = first
    planted = {
        span["value"]
        for file in (landing.parent / "truth" / "pii").glob("*.jsonl")
        for line in file.read_text("utf-8").splitlines()
        for span in json.loads(line)["spans"]
        if span["entity"] in {"EMAIL", "CREDIT_CARD", "US_SSN", "IBAN"}
    }
    assert planted
    rows = job.warehouse.read("gold.training_splits").select("messages").collect()
    text = "\n".join(message["content"] for row in rows for message in row["messages"])
    assert [value for value in planted if value in text] == []


def test_the_release_is_exported(first, tmp_path):
    job, _ = first
    found = find_manifest(job.warehouse, "latest")
    done = export(job.warehouse, found, tmp_path / "out", file_format="jsonl", shape="messages")
    lines = [
        line
        for file in (tmp_path / "out" / "data").glob("*.jsonl")
        for line in file.read_text("utf-8").splitlines()
    ]
    assert len(lines) == sum(done.rows.values()) == found.rows


def test_a_report_of_it_is_made(first):
    job, _ = first
    name = find_manifest(job.warehouse, "latest").release
    measure(job, name)
    data = collected(job.warehouse, name, job.config.report, job.config.pii)
    assert name in page(data, job.config.report, job.config.dataset_quality.history)
    assert name in card(data)


def test_the_folders_name_is_no_obstacle(first, tmp_path):
    job, _ = first
    assert ODD_NAME in job.warehouse.root
    done = export(job.warehouse, find_manifest(job.warehouse, "latest"), tmp_path / ODD_NAME)
    assert done.folder.name == ODD_NAME
    assert job.spark.read.json([str(file) for file in done.folder.rglob("*.jsonl")]).count() == sum(
        done.rows.values()
    )
    tables = job.warehouse.register(["gold.releases", "silver.examples"])
    for table in tables:
        assert job.spark.table(table).count() > 0
        job.spark.sql(f"DROP TABLE {table}")


def test_a_customer_is_forgotten_last(first, landing):
    job, _ = first
    mail = next(
        found[1]
        for file in sorted(landing.parent.glob("tickets/*.jsonl"))
        for line in file.read_text("utf-8", "replace").splitlines()
        if (found := re.search(r'"requester": ?\{[^{}]*"email": ?"([^"]+)"', line))
    )
    before = job.warehouse.read("bronze.tickets").count()
    [certificate] = forget_customers(
        job.warehouse, job.config.pii, [mail], run_id="forget-1", with_vacuum=True
    )
    assert certificate.vacuumed_at
    assert job.warehouse.read("bronze.tickets").count() == before - certificate.rows_deleted["bronze.tickets"]
