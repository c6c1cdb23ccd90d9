"""A balanced release: train near its targets, test and validation as they were, every row accounted for."""

from __future__ import annotations

import pytest

from smelt.config import load_config
from smelt.identity import stable_id
from smelt.jobs import load_stage
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage
from smelt.tables.contract import contract
from tests.builders import NOON


def curated(spark, count):
    rows = []
    for number in range(count):
        key = stable_id("x", number)
        values = {
            "example_id": key, "record_id": key, "conversation_id": key, "customer_key": key, "cluster_id": None,
            "source": "mail", "kind": "tickets", "question": f"How do I change order {number}?",
            "answer": f"Open order {number}. " + "Then choose change. " * (number % 7), "context": [],
            "category": "rare" if number % 5 == 0 else "usual", "priority": "normal", "asked_at": NOON,
            "language": "en",
            "composite": (number % 10) / 10, "content_hash": key, "run_id": "r0",
        }  # fmt: skip
        rows.append(tuple(values[name] for name in contract("gold.curated_examples").column_names))
    return spark.createDataFrame(rows, contract("gold.curated_examples").ddl())


@pytest.fixture
def release(spark, tmp_path):
    def make(name, count, **settings):
        given = [
            f"warehouse.root={tmp_path / 'w'}",
            "pii.gate.enabled=false",
            "release.balance.keep_at_least=0",
        ]
        given += [f"{key.replace('__', '.')}={value}" for key, value in settings.items()]
        job = open_job(load_config(settings=given), run_id=name, release=name, spark=spark)
        job.warehouse.replace_where("gold.curated_examples", curated(spark, count), "true")
        result = run_stage(job, load_stage("releases")).result
        rows = job.warehouse.read("gold.training_splits").where(f"release = '{name}'").collect()
        return job, result, rows

    return make


def ids(rows, split):
    return {row["example_id"] for row in rows if row["split"] == split}


def test_train_is_balanced_and_every_row_left_out_has_its_reason(release):
    _, _, natural = release("natural", 400)
    job, result, rows = release("even", 400, release__balance__targets="{category: equal}")
    assert ids(rows, "test") == ids(natural, "test")
    assert ids(rows, "validation") == ids(natural, "validation")
    train = [row["category"] for row in rows if row["split"] == "train"]
    assert train.count("rare") / len(train) == pytest.approx(0.5, abs=0.02)
    left = job.warehouse.read("gold.left_out").collect()
    assert {row["example_id"] for row in left} == ids(natural, "train") - ids(rows, "train")
    assert {row["reason"] for row in left} == {"over_target"}
    assert [(e.measure, e.count) for e in result.entries if e.reason] == [("rejected", len(left))]
    assert job.warehouse.read("gold.curated_examples").count() == 400
    targets = {row["value"]: row for row in job.warehouse.read("gold.balance").collect()}
    assert targets["rare"]["rows_after"] == targets["rare"]["rows_before"] == train.count("rare")

    # More rows later: what was in train stays there, as long as the targets take it.
    _, _, grown = release("grown", 500, release__balance__targets="{category: equal}")
    assert ids(rows, "train") <= ids(grown, "train")


def test_what_cannot_be_reached_is_said(release):
    _, result, rows = release(
        "short",
        100,
        release__balance__targets="{category: {rare: 0.9}}",
        release__balance__keep_at_least="0.8",
    )
    assert "balance missed: category rare" in result.note
    assert len(rows) >= 80
