from __future__ import annotations

import datetime as dt

import pytest
from pyspark.sql import functions as F

from smelt.splits.assign import assign_splits, plan_groups
from smelt.splits.config import SplitsConfig
from smelt.splits.groups import group_examples

CURATED = (
    "example_id string, record_id string, conversation_id string, customer_key string, cluster_id string, "
    "category string, asked_at timestamp"
)
EARLIER = (
    "example_id string, record_id string, conversation_id string, customer_key string, cluster_id string, "
    "split string"
)
NOON = dt.datetime(2026, 1, 1, 12)


def an_example(
    example_id, *, record=None, conversation=None, customer=None, cluster=None, category="a", at=NOON
):
    return (example_id, record or f"r-{example_id}", conversation, customer, cluster, category, at)


def was(example_id, split, *, record=None, conversation=None, customer=None, cluster=None):
    return (example_id, record or f"r-{example_id}", conversation, customer, cluster, split)


def splits_of(spark, curated, earlier, config):
    assigned = assign_splits(
        spark.createDataFrame(curated, CURATED), spark.createDataFrame(earlier, EARLIER), config
    )
    return {row["example_id"]: (row["group_id"], row["split"]) for row in assigned.collect()}


def test_all_that_belongs_together_is_one_group(spark):
    curated = [
        an_example("e1", conversation="c1"),
        an_example("e2", conversation="c1", customer="k1"),
        an_example("e3", customer="k1", cluster="d1"),
        an_example("e4", cluster="d1", record="r9"),
        an_example("e5", record="r9"),
        an_example("e6"),
        an_example("e7"),
    ]
    found = splits_of(spark, curated, [], SplitsConfig())
    assert {example: group for example, (group, _) in found.items()} == {
        "e1": "e1", "e2": "e1", "e3": "e1", "e4": "e1", "e5": "e1", "e6": "e6", "e7": "e7",
    }  # fmt: skip
    assert (
        len({split for example, (_, split) in found.items() if example in ("e1", "e2", "e3", "e4", "e5")})
        == 1
    )


def test_an_augmented_child_follows_its_parent(spark):
    examples = spark.createDataFrame(
        [("e1", None), ("e2", "e1"), ("e3", "e2")], "example_id string, parent_id string"
    )
    assert {row["group_id"] for row in group_examples([examples], ["parent_id"]).collect()} == {"e1"}


def test_shares_are_those_of_the_configuration(spark):
    curated = [an_example(f"e{i}", category="ab"[i % 2]) for i in range(2000)]
    found = splits_of(spark, curated, [], SplitsConfig(train=0.8, validation=0.1, test=0.1))
    shares = [
        sum(split == wanted for _, split in found.values()) / 2000
        for wanted in ("train", "validation", "test")
    ]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.02)


def test_a_small_stratum_is_divided_like_the_whole(spark):
    curated = [an_example(f"e{i}", category="rare" if i < 40 else "common") for i in range(400)]
    config = SplitsConfig(train=0.8, validation=0.1, test=0.1, tolerance=0.0, min_stratum=20)
    found = splits_of(spark, curated, [], config)
    rare = [found[f"e{i}"][1] for i in range(40)]
    assert (rare.count("test"), rare.count("validation"), rare.count("train")) == (4, 4, 32)


def test_the_same_input_in_another_order_gives_the_same_splits(spark):
    curated = [an_example(f"e{i}", customer=f"k{i // 3}", category="abc"[i % 3]) for i in range(150)]
    config = SplitsConfig(salt="other")
    assert splits_of(spark, curated, [], config) == splits_of(spark, curated[::-1], [], config)
    assert splits_of(spark, curated, [], config) != splits_of(spark, curated, [], SplitsConfig())


@pytest.mark.parametrize("split", ["test", "validation", "train"])
def test_a_group_stays_where_a_member_was(spark, split):
    curated = [an_example(f"e{i}", customer=f"k{i}") for i in range(30)]
    earlier = [was(f"old{i}", split, customer=f"k{i}") for i in range(30)]
    found = splits_of(spark, curated, earlier, SplitsConfig())
    assert {found[f"e{i}"][1] for i in range(30)} == {split}


def test_two_earlier_splits_are_a_conflict_resolved_toward_test(spark):
    curated = [
        an_example("e1", customer="k1", conversation="c2"),
        an_example("e2", customer="k3", conversation="c4"),
    ]
    earlier = [
        was("o1", "train", customer="k1"), was("o2", "test", conversation="c2"),
        was("o3", "validation", customer="k3"), was("o4", "train", conversation="c4"),
    ]  # fmt: skip
    frames = spark.createDataFrame(curated, CURATED), spark.createDataFrame(earlier, EARLIER)
    config = SplitsConfig()
    members = group_examples(frames, config.links)
    plan = {row["group_id"]: row for row in plan_groups(*frames, members, config).collect()}
    assert [(plan[g]["split"], plan[g]["is_conflict"], plan[g]["reason"]) for g in ("e1", "e2")] == [
        ("test", True, "earlier"), ("validation", True, "earlier"),
    ]  # fmt: skip


def test_two_groups_joined_through_a_member_that_is_gone_are_one(spark):
    curated = [an_example("e1", customer="k1"), an_example("e2", conversation="c1")]
    earlier = [was("gone", "test", customer="k1", conversation="c1")]
    assert {split for _, split in splits_of(spark, curated, earlier, SplitsConfig()).values()} == {"test"}


def test_a_group_larger_than_a_budget_is_never_cut_and_goes_to_train(spark):
    for salt in "abcdefgh":
        curated = [an_example(f"e{i}", customer="whale" if i < 60 else f"k{i}") for i in range(100)]
        frames = spark.createDataFrame(curated, CURATED), spark.createDataFrame([], EARLIER)
        config = SplitsConfig(train=0.5, validation=0.25, test=0.25, salt=salt, stratify_by=None)
        whale = (
            plan_groups(*frames, group_examples(frames, config.links), config).where("examples = 60").first()
        )
        assert (whale["split"], whale["is_oversized"]) == ("train", True)


def test_with_a_cutoff_test_is_the_newest(spark):
    old, new = dt.datetime(2026, 1, 1), dt.datetime(2026, 3, 1)
    curated = [an_example(f"e{i}", at=new if i % 4 == 0 else old) for i in range(200)]
    curated.append(an_example("straddles", customer="k", at=old))
    curated.append(an_example("newest", customer="k", at=new))
    found = splits_of(
        spark,
        curated,
        [],
        SplitsConfig(train=0.8, validation=0.1, test=0.1, test_from=dt.datetime(2026, 2, 1)),
    )
    assert {found[f"e{i}"][1] for i in range(0, 200, 4)} == {"test"}
    assert found["straddles"][1] == found["newest"][1] == "test"
    assert {found[f"e{i}"][1] for i in range(200) if i % 4} == {"train", "validation"}


def test_every_example_is_assigned_once(spark):
    curated = [an_example(f"e{i}", customer=f"k{i % 7}" if i % 2 else None) for i in range(50)]
    assigned = assign_splits(
        spark.createDataFrame(curated, CURATED), spark.createDataFrame([], EARLIER), SplitsConfig()
    )
    assert assigned.count() == 50
    assert assigned.agg(F.countDistinct("example_id")).first()[0] == 50
