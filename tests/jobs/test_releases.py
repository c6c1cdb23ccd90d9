"""A release: immutable rows, a manifest that makes them official, and a fingerprint of their content."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from pyspark.sql import functions as F
from smelt.config import SmeltConfig
from smelt.contracts import contract
from smelt.jobs import releases
from smelt.pipeline import Job, run_stage
from smelt.releases.manifest import ReleaseError, find_manifest, read_manifests

COLUMNS = contract("gold.curated_examples").column_names
DAY = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.timezone.utc)


def an_example(number, **changes):
    row = {
        "example_id": f"{number:032x}",
        "record_id": f"{number + 4096:032x}",
        "conversation_id": f"{number + 8192:032x}",
        "customer_key": None,
        "cluster_id": None,
        "source": "tickets",
        "kind": "tickets",
        "question": f"How do I reset device {number}?",
        "answer": f"Hold the button for {number} seconds until the light is green.",
        "context": [],
        "category": "devices",
        "priority": "normal",
        "asked_at": DAY,
        "language": "en",
        "composite": 0.8,
        "content_hash": f"{number:032x}",
        "run_id": "r0",
    }
    return tuple((row | changes)[name] for name in COLUMNS)


def curate(warehouse, numbers, **changes):
    rows = [an_example(number, **changes) for number in numbers]
    df = warehouse.spark.createDataFrame(rows, contract("gold.curated_examples").empty_schema())
    warehouse.merge("gold.curated_examples", df)


@pytest.fixture
def job(spark, warehouse):
    curate(warehouse, range(60))
    return Job(spark, SmeltConfig(), warehouse, "r1", started_at=DAY)


def named(job, name):
    return replace(job, release=name, run_id=f"run-{name}")


def test_rows_and_manifest(job):
    report = run_stage(job, "releases")
    manifest = find_manifest(job.warehouse, "latest")
    assert manifest.release == "2026-11-24.1"
    assert report.result.total("in") == report.result.total("out") == manifest.rows == 60
    assert sum(manifest.counts.values()) == 60
    assert set(manifest.counts) == {"train", "validation", "test"}
    assert manifest.input_versions["gold.curated_examples"] == job.warehouse.version("gold.curated_examples")
    rows = job.warehouse.read("gold.training_splits")
    assert rows.where(F.col("release") == manifest.release).count() == 60
    row = rows.where(F.col("example_id") == f"{7:032x}").collect()[0]
    assert row["messages"][-1]["content"] == "Hold the button for 7 seconds until the light is green."


def test_nothing_new_makes_no_release_unless_it_is_asked_for(job):
    releases.run(job)
    again = releases.run(replace(job, run_id="r2"))
    assert again.note == "nothing changed since release 2026-11-24.1"
    releases.run(named(job, "again"))
    one, other = read_manifests(job.warehouse)
    assert one.fingerprint == other.fingerprint
    assert one.split_fingerprints == other.split_fingerprints


def test_a_name_in_use_is_refused(job):
    releases.run(named(job, "v1"))
    with pytest.raises(ReleaseError, match="exists already"):
        releases.run(named(job, "v1"))


@pytest.mark.parametrize("name", ["", "../up", "v1/x", "Ü", "a' OR '1", "latest"])
def test_unsafe_names_are_refused(job, name):
    with pytest.raises(ReleaseError, match="cannot name a release"):
        releases.run(named(job, name))


def test_a_crash_before_the_manifest_is_finished_by_the_next_run(job):
    releases.run(named(job, "v1"))
    whole = find_manifest(job.warehouse, "v1")
    # What a kill -9 leaves behind: rows without a manifest, here with too few of them.
    job.warehouse.delete_where("gold.releases", "release = 'v1'")
    job.warehouse.delete_where("gold.training_splits", f"example_id < '{30:032x}'")
    releases.run(replace(named(job, "v1"), run_id="r9"))
    assert find_manifest(job.warehouse, "v1").fingerprint == whole.fingerprint
    assert job.warehouse.read("gold.training_splits").count() == 60


def test_other_content_is_another_fingerprint_and_old_rows_stay(job):
    releases.run(named(job, "v1"))
    before = {row["example_id"]: row["split"] for row in job.warehouse.read("gold.training_splits").collect()}
    curate(job.warehouse, range(60, 70))
    releases.run(named(job, "v2"))
    one, other = find_manifest(job.warehouse, "v1"), find_manifest(job.warehouse, "v2")
    assert (one.rows, other.rows) == (60, 70)
    assert one.fingerprint != other.fingerprint
    rows = job.warehouse.read("gold.training_splits").collect()
    assert {row["example_id"]: row["split"] for row in rows if row["release"] == "v1"} == before
    assert all(before.get(row["example_id"], row["split"]) == row["split"] for row in rows)


def test_one_customer_is_in_one_split(job):
    curate(job.warehouse, range(100, 140), customer_key="c" * 32, question="Where is it?")
    releases.run(named(job, "v1"))
    rows = job.warehouse.read("gold.training_splits").where(F.col("customer_key").isNotNull())
    assert rows.select("split").distinct().count() == 1


def test_nothing_accepted_is_no_release(spark, warehouse):
    job = Job(spark, SmeltConfig(), warehouse, "r1", started_at=DAY)
    assert releases.run(job).note.startswith("nothing to release")
    with pytest.raises(ReleaseError, match="would be empty"):
        releases.run(named(job, "v1"))


def test_an_unknown_release_is_named_with_those_that_exist(job):
    releases.run(named(job, "v1"))
    with pytest.raises(ReleaseError, match="known: v1"):
        find_manifest(job.warehouse, "v9")


def test_tables_have_neither_deletion_vectors_nor_column_mapping(job):
    releases.run(named(job, "v1"))
    for table in ("gold.training_splits", "gold.releases"):
        detail = job.spark.sql(f"DESCRIBE DETAIL {job.warehouse.identifier(table)}").collect()[0]
        assert detail["properties"]["delta.enableDeletionVectors"] == "false"
        assert "deletionVectors" not in detail["tableFeatures"]
        assert "columnMapping" not in detail["tableFeatures"]
