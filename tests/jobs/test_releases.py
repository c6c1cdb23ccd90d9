"""A release: immutable rows, a manifest that makes them official, and a fingerprint of their content."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace

import pytest
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.jobs import load_stage, releases
from smelt.pipeline.job import Job
from smelt.pipeline.run import run_stage
from smelt.releases.manifest import ReleaseError, find_manifest, publish, read_manifests
from smelt.tables.contract import contract
from smelt.tables.warehouse import Warehouse

COLUMNS = contract("gold.curated_examples").column_names
DAY = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


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
    df = warehouse.spark.createDataFrame(rows, contract("gold.curated_examples").ddl())
    warehouse.merge("gold.curated_examples", df)


def named(job, name):
    return replace(job, release=name, run_id=f"run-{name}")


@pytest.fixture(scope="module")
def job(spark, empty_tables, tmp_path_factory):
    """Four releases: of a day, of the same once more, of more examples, and of those again after a crash."""
    warehouse = Warehouse(
        spark, root=str(shutil.copytree(empty_tables, tmp_path_factory.mktemp("w") / "warehouse"))
    )
    job = Job(spark, SmeltConfig(), warehouse, "r1", started_at=DAY)
    curate(warehouse, range(60))
    report = run_stage(job, load_stage("releases"))
    assert report.result.total("in") == report.result.total("out") == 60
    assert releases.run(replace(job, run_id="r2")).note == "nothing changed since release 2026-11-24.1"
    releases.run(named(job, "again"))
    curate(warehouse, range(60, 70))
    curate(warehouse, range(100, 140), customer_key="c" * 32, question="Where is it?")
    releases.run(named(job, "more"))
    releases.run(named(job, "killed"))
    # What a kill -9 before the manifest leaves behind: rows without one, here with too few of them.
    warehouse.delete_where("gold.releases", "release = 'killed'")
    warehouse.delete_where("gold.training_splits", f"release = 'killed' AND example_id < '{30:032x}'")
    releases.run(replace(named(job, "killed"), run_id="r9"))
    return job


def splits_of(job, release):
    rows = job.warehouse.read("gold.training_splits").where(F.col("release") == release).collect()
    return {row["example_id"]: row["split"] for row in rows}


def test_rows_and_manifest(job):
    manifest = find_manifest(job.warehouse, "2026-11-24.1")
    assert manifest.rows == sum(manifest.counts.values()) == 60
    assert set(manifest.counts) == {"train", "validation", "test"}
    assert manifest.groups == 60
    assert {table: version for table, version in manifest.input_versions.items() if version} == {
        "gold.curated_examples": 1
    }
    rows = job.warehouse.read("gold.training_splits").where("release = '2026-11-24.1'")
    row = rows.where(F.col("example_id") == f"{7:032x}").collect()[0]
    assert row["messages"][-1]["content"] == "Hold the button for 7 seconds until the light is green."


def test_the_same_inputs_give_the_same_fingerprint_under_any_name(job):
    one, other = find_manifest(job.warehouse, "2026-11-24.1"), find_manifest(job.warehouse, "again")
    assert one.fingerprint == other.fingerprint
    assert one.split_fingerprints == other.split_fingerprints


def test_other_content_is_another_fingerprint_and_old_rows_stay(job):
    one, other = find_manifest(job.warehouse, "again"), find_manifest(job.warehouse, "more")
    assert (one.rows, other.rows) == (60, 110)
    assert one.fingerprint != other.fingerprint
    before, after = splits_of(job, "again"), splits_of(job, "more")
    assert len(before) == 60
    assert {example: after[example] for example in before} == before


def test_one_customer_is_in_one_split(job):
    after = splits_of(job, "more")
    assert len({after[f"{number:032x}"] for number in range(100, 140)}) == 1


def test_a_crash_before_the_manifest_is_finished_by_the_next_run(job):
    killed, whole = find_manifest(job.warehouse, "killed"), find_manifest(job.warehouse, "more")
    assert killed.fingerprint == whole.fingerprint
    assert splits_of(job, "killed") == splits_of(job, "more")


def test_a_name_in_use_is_refused(job):
    with pytest.raises(ReleaseError, match="exists already"):
        releases.run(named(job, "again"))


def test_unsafe_names_are_refused(job):
    for name in ("", "../up", "v1/x", "Ü", "a' OR '1", "latest"):
        with pytest.raises(ReleaseError, match="cannot name a release"):
            releases.run(named(job, name))


def test_an_unknown_release_is_named_with_those_that_exist(job):
    with pytest.raises(ReleaseError, match=r"known: .*killed"):
        find_manifest(job.warehouse, "v9")


def test_nothing_accepted_is_no_release(spark, warehouse):
    job = Job(spark, SmeltConfig(), warehouse, "r1", started_at=DAY)
    assert releases.run(job).note.startswith("nothing to release")
    with pytest.raises(ReleaseError, match="would be empty"):
        releases.run(named(job, "v1"))


@pytest.mark.of_spark
def test_tables_have_neither_deletion_vectors_nor_column_mapping(job):
    for table in ("gold.training_splits", "gold.releases"):
        detail = job.spark.sql(f"DESCRIBE DETAIL {job.warehouse.identifier(table)}").collect()[0]
        assert detail["properties"]["delta.enableDeletionVectors"] == "false"
        assert "deletionVectors" not in detail["tableFeatures"]
        assert "columnMapping" not in detail["tableFeatures"]


def test_a_name_has_one_manifest_whoever_writes_it(job):
    """Also where two that make a release both found its name free."""
    manifest = find_manifest(job.warehouse, "again")
    with pytest.raises(ReleaseError, match="another run"):
        publish(job.warehouse, replace(manifest, run_id="other", rows=1))
    found = [each for each in read_manifests(job.warehouse) if each.release == "again"]
    assert [(each.run_id, each.rows) for each in found] == [(manifest.run_id, manifest.rows)]
