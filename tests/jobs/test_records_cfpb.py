"""Complaints as they are published become silver.records by configuration alone."""

from pathlib import Path

import pytest

from smelt.config import load_config
from smelt.jobs import load_stages
from smelt.pipeline.job import Job
from smelt.pipeline.run import run_stages

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).resolve().parents[2] / "conf" / "examples" / "cfpb_records.yaml"


@pytest.fixture
def job(spark, warehouse, real_data):
    settings = [f"intake.landing={real_data}", "pii.key.demo=true"]
    return Job(spark, load_config([EXAMPLE], settings=settings), warehouse, "run-1")


def test_every_complaint_becomes_a_record(job):
    _, made = run_stages(job, load_stages(["ingest", "records"]))
    assert made.result.total("in") == 6_623
    assert made.result.total("in") == made.result.total("out") + made.result.total("rejected")

    rows = job.warehouse.read("silver.records")
    exploded = rows.selectExpr("explode(rejections) AS reason").groupBy("reason").count()
    # 35 in progress and 37 untimely responses have no outcome yet.
    assert {row["reason"]: row["count"] for row in exploded.collect()}["check:answered"] == 72

    usable = rows.where("size(rejections) = 0").select("question", "answer", "fields", "features").head(1)[0]
    assert usable["question"].startswith("I have a complaint about ")
    assert "closed the complaint, with this outcome: " in usable["answer"]
    assert "zip_code" not in usable["fields"]
    assert usable["features"]["days_to_company"] >= 0

    (again,) = run_stages(job, load_stages(["records"]))
    assert again.result.note == "nothing new"
