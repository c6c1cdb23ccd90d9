"""A release's successor: the same rows in the same splits, less those of erased records."""

from __future__ import annotations

import pytest

from smelt.config import load_config
from smelt.jobs import load_stage
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage
from smelt.privacy.erasure.request import forget_customers
from smelt.releases.manifest import Manifest, ReleaseError, find_manifest
from tests.builders import a_ticket, an_example, rows_of
from tests.spark.privacy.test_erasure import released

pytestmark = pytest.mark.slow


@pytest.fixture
def job(spark, root, monkeypatch):
    monkeypatch.setenv("SMELT_PII_KEY", "k" * 40)
    config = load_config(settings=[f"warehouse.root={root}"])
    job = open_job(config, run_id="r2", release="v2", predecessor="v1", spark=spark)
    house = job.warehouse
    house.create("ops.erasures", "ops.ledger", "ops.runs", "gold.releases")
    tickets = [a_ticket(key, subject=key, customer_id=f"C-100{key}") for key in "12"]
    house.merge("bronze.tickets", rows_of(spark, "bronze.tickets", tickets))
    house.merge("silver.examples", rows_of(spark, "silver.examples", [an_example(key) for key in "12"]))
    rows = [released("1", "v1"), released("2", "v1")]
    house.merge("gold.training_splits", rows_of(spark, "gold.training_splits", rows))
    old = Manifest(
        "v1", job.started_at, {"bronze.tickets": 1}, "c" * 16, "0.0.9", {"train": 2}, 2, 1, "f", {}, "r1"
    )
    house.append_rows("gold.releases", [old.as_row()], run_id="r1")
    return job


def test_successor_lacks_the_erased_rows_only(job):
    with pytest.raises(ReleaseError, match="nothing that was erased"):
        run_stage(job, load_stage("successors"))
    (certificate,) = forget_customers(
        job.warehouse, job.config.pii, ["C-1001"], run_id=job.run_id, reason="asked by jane.roe@mail.net"
    )
    assert (certificate.releases, certificate.reason) == (("v1",), "asked by [EMAIL]")

    result = run_stage(job, load_stage("successors")).result

    rows = job.warehouse.read("gold.training_splits").where("release = 'v2'").collect()
    assert [(row["record_id"], row["split"]) for row in rows] == [(an_example("2")["record_id"], "train")]
    assert job.warehouse.read("gold.training_splits").where("release = 'v1'").count() == 2
    manifest = find_manifest(job.warehouse, "v2")
    assert (manifest.rows, dict(manifest.input_versions), manifest.code_version) == (
        1,
        {"bronze.tickets": 1},
        "0.0.9",
    )
    assert (result.total("in"), result.total("out"), result.total("rejected")) == (2, 1, 1)
