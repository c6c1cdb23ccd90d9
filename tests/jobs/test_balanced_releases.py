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


def test_children_fill_what_is_under_its_target(release, spark):
    job, _, alone = release("alone", 300, release__balance__targets="{category: equal}")
    rare = job.warehouse.read("gold.curated_examples").where("category = 'rare'").collect()
    children = [
        {
            "example_id": stable_id("child", row["example_id"], n), "parent_id": row["example_id"],
            "record_id": row["record_id"], "source": row["source"], "category": "rare", "origin": "rules:x",
            "question": f"Which way do I change this order, {n}?", "answer": row["answer"], "text_hash": "t",
            "parent_hash": row["content_hash"], "rules": ["x"], "composite": 0.5, "relevance": 0.5,
            "rejections": [], "settings": "s", "run_id": "r0",
        }
        for row in rare
        for n in range(2)
    ]  # fmt: skip
    declared = contract("silver.augmentations")
    frame = spark.createDataFrame(
        [tuple(c[name] for name in declared.column_names) for c in children], declared.ddl()
    )
    job.warehouse.replace_where("silver.augmentations", frame, "true")
    job, result, rows = release(
        "filled", 300, release__balance__targets="{category: equal}", release__augmented="true"
    )
    train = [row for row in rows if row["split"] == "train"]
    own = [row for row in train if row["origin"] is None]
    made = [row for row in train if row["origin"]]
    assert len(own) > len([row for row in alone if row["split"] == "train"])
    assert {row["category"] for row in made} == {"rare"}
    assert 0 < len(made) < len(children)
    share = sum(row["category"] == "rare" for row in train) / len(train)
    assert share == pytest.approx(0.5, abs=0.0201)
    told = {
        row["value"]: row for row in job.warehouse.read("gold.balance").where("release = 'filled'").collect()
    }
    assert told["rare"]["share"] == pytest.approx(share)
    assert "balance missed" not in result.note
    parents = {child["example_id"]: child["parent_id"] for child in children}
    ids_of_own = {row["example_id"] for row in own}
    assert {parents[row["example_id"]] for row in made} <= ids_of_own
    per_parent = {}
    for row in made:
        parent = parents[row["example_id"]]
        per_parent[parent] = per_parent.get(parent, 0) + 1
    assert (
        max(per_parent.values()) - min([per_parent.get(p, 0) for p in ids_of_own & set(parents.values())])
        <= 1
    )
