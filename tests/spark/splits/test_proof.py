from __future__ import annotations

from smelt.splits.proof import find_leaks

ROWS = (
    "release string, split string, example_id string, record_id string, conversation_id string, "
    "customer_key string, cluster_id string, group_id string"
)
SIGNATURES = "example_id string, text_hash string, bands array<bigint>, shingles array<int>"


def a_row(
    split,
    example_id,
    *,
    release="r2",
    record=None,
    conversation=None,
    customer=None,
    cluster=None,
    group=None,
):
    return (
        release, split, example_id, record or f"r-{example_id}", conversation or f"c-{example_id}", customer,
        cluster, group or f"g-{example_id}",
    )  # fmt: skip


def leaks(spark, rows, *, clusters=(), signatures=()):
    found = find_leaks(
        spark.createDataFrame(rows, ROWS),
        "r2",
        spark.createDataFrame(list(clusters), "example_id string, cluster_id string"),
        spark.createDataFrame(list(signatures), SIGNATURES),
        0.7,
    )
    return {(leak.measure, leak.one, leak.other): leak.found for leak in found}


def test_a_clean_release_counts_zero_everywhere(spark):
    rows = [a_row("train", "e1", customer="k1"), a_row("test", "e2", customer="k2"), a_row("validation", "e3"),
            a_row("train", "e1", release="r1"), a_row("test", "e2", release="r1")]  # fmt: skip
    signatures = [("e1", "t1", [1, 2], [1, 2, 3]), ("e2", "t2", [1, 9], [1, 2, 9]), ("e3", "t3", [], [])]
    found = leaks(spark, rows, signatures=signatures)
    assert set(found.values()) == {0}
    assert ("near pair", "train", "test") in found
    assert ("customer_key", "train", "validation") in found


def test_every_kind_of_leak_is_counted_where_it_is(spark):
    rows = [
        a_row("train", "e1", customer="k1", group="g"),
        a_row("test", "e2", customer="k1", conversation="c", group="g"),
        a_row("validation", "e3", conversation="c", cluster="d"),
        a_row("train", "e4", cluster="d"),
        a_row("train", "e5"),
        a_row("validation", "e6", record="r"),
        a_row("test", "e7", record="r"),
        a_row("test", "old", release="r1", conversation="c-e5"),
    ]
    clusters = [("e6", "m"), ("e5", "m")]
    signatures = [
        ("e4", "t4", [7], [1, 2, 3, 4]), ("e7", "t7", [7], [1, 2, 3, 4, 5]), ("e1", "same", [8], [8]),
        ("e3", "same", [8], [8]), ("e5", "t5", [7], [1, 2, 3, 99, 98]),
    ]  # fmt: skip
    found = {
        key: count
        for key, count in leaks(spark, rows, clusters=clusters, signatures=signatures).items()
        if count
    }
    assert found == {
        ("customer_key", "train", "test"): 1,
        ("group_id", "train", "test"): 1,
        ("conversation_id", "validation", "test"): 1,
        ("record_id", "validation", "test"): 1,
        ("cluster_id", "train", "validation"): 2,
        ("text_hash", "train", "validation"): 1,
        ("near pair", "train", "test"): 1,
        ("near pair", "train", "validation"): 1,
        ("conversation_id, once held out", "train", "earlier"): 1,
    }


def test_both_sides_must_be_alike_where_both_were_compared(spark):
    rows = [a_row("train", "e1"), a_row("test", "e2")]
    high = -(2**31)
    question_differs = [
        ("e1", "t1", [7], [1, high + 1, high + 2]),
        ("e2", "t2", [7], [2, high + 1, high + 2]),
    ]
    both_alike = [("e1", "t1", [7], [1, high + 1, high + 2]), ("e2", "t2", [7], [1, high + 1, high + 2])]
    assert leaks(spark, rows, signatures=question_differs)["near pair", "train", "test"] == 0
    assert leaks(spark, rows, signatures=both_alike)["near pair", "train", "test"] == 1
