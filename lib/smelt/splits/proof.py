"""Proves that a release does not leak, from its rows and the silver tables only.

It uses none of the code that finds duplicates, groups examples or assigns splits: shared identifiers are counted in
SQL, and near pairs are found by a join of silver.signatures and the definition of the Jaccard similarity. All counts
must be zero.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

SHARED = ("example_id", "record_id", "conversation_id", "customer_key", "group_id", "cluster_id", "text_hash")
PAIRS = (("train", "test"), ("train", "validation"), ("validation", "test"))


class Leak(NamedTuple):
    """``found``: number of values of ``measure`` that are in both splits; zero without a leak."""

    measure: str
    one: str
    other: str
    found: int


def find_leaks(
    training_splits: DataFrame,
    release: str,
    duplicates: DataFrame,
    signatures: DataFrame,
    threshold: float,
) -> list[Leak]:
    """All measures of one release, between every two splits and against held-out splits of other releases.

    ``threshold`` is the Jaccard similarity of a near pair.
    """
    clusters = duplicates.select("example_id", F.col("cluster_id").alias("cluster_now"))
    hashes = signatures.select("example_id", "text_hash")
    rows = (
        training_splits.where(F.col("release") == release)
        .join(clusters, "example_id", "left")
        .join(hashes, "example_id", "left")
        .withColumn("cluster_id", F.coalesce("cluster_now", "cluster_id"))
    )
    held_out = training_splits.where((F.col("release") != release) & (F.col("split") != "train"))
    counted = (
        shared_values(rows)
        .union(once_held_out(rows, held_out))
        .union(near_pairs(rows, signatures, threshold))
    )
    return [Leak(*row) for row in counted.orderBy("measure", "one", "other").collect()]


def shared_values(rows: DataFrame) -> DataFrame:
    """(measure, one, other, count): number of values of each identifier that are in two splits, zeros included."""
    listed = [
        rows.select(F.lit(name).alias("measure"), F.col(name).alias("value"), "split") for name in SHARED
    ]
    values = reduce(lambda one, other: one.union(other), listed).where("value IS NOT NULL")
    of_value = values.groupBy("measure", "value").agg(F.collect_set("split").alias("splits"))
    counts = [
        of_value.groupBy("measure").agg(
            F.count_if(F.array_contains("splits", one) & F.array_contains("splits", other)).alias("count")
        ).select("measure", F.lit(one).alias("one"), F.lit(other).alias("other"), "count")
        for one, other in PAIRS
    ]  # fmt: skip
    return reduce(lambda one, other: one.union(other), counts)


def once_held_out(rows: DataFrame, held_out: DataFrame) -> DataFrame:
    """(measure, one, other, count): train rows whose identifier was in test or validation of another release."""
    counts = []
    for name in ("example_id", "record_id", "conversation_id", "customer_key"):
        before = held_out.select(name).where(F.col(name).isNotNull()).distinct()
        found = rows.where("split = 'train'").join(before, name, "left_semi")
        counts.append(
            found.agg(F.countDistinct(name).alias("count")).select(
                F.lit(f"{name}, once held out").alias("measure"),
                F.lit("train").alias("one"),
                F.lit("earlier").alias("other"),
                "count",
            )
        )
    return reduce(lambda one, other: one.union(other), counts)


def near_pairs(rows: DataFrame, signatures: DataFrame, threshold: float) -> DataFrame:
    """(measure, one, other, count): number of pairs of texts in two splits with at least ``threshold``.

    Candidates share a bucket of silver.signatures; the similarity is that of their shingle sets, the lower of
    question's and answer's if both were compared (distinguished by the sign of a hash).
    """
    signed = rows.select("example_id", "split").join(
        signatures.select("example_id", "text_hash", "bands", "shingles"), "example_id"
    )
    slots = signed.select("text_hash", "split", F.explode("bands").alias("bucket")).distinct()
    mixed = slots.groupBy("bucket").agg(F.countDistinct("split").alias("splits")).where("splits > 1")
    slots = slots.join(mixed.select("bucket"), "bucket", "left_semi")
    one = slots.select("bucket", F.col("split").alias("one"), F.col("text_hash").alias("a"))
    other = slots.select("bucket", F.col("split").alias("other"), F.col("text_hash").alias("b"))
    in_order = _place("one") < _place("other")
    pairs = one.join(other, "bucket").where(in_order).select("one", "other", "a", "b").distinct()
    sets = signed.groupBy("text_hash").agg(F.first("shingles").alias("shingles"))
    left = sets.select(F.col("text_hash").alias("a"), F.col("shingles").alias("x"))
    right = sets.select(F.col("text_hash").alias("b"), F.col("shingles").alias("y"))
    sides = [_jaccard(f"filter(x, v -> v {side} 0)", f"filter(y, v -> v {side} 0)") for side in ("<", ">=")]
    found = pairs.join(left, "a").join(right, "b").where(F.least(*sides) >= threshold)
    counts = [
        found.agg(F.count_if((F.col("one") == one) & (F.col("other") == other)).alias("count")).select(
            F.lit("near pair").alias("measure"), F.lit(one).alias("one"), F.lit(other).alias("other"), "count"
        )
        for one, other in PAIRS
    ]
    return reduce(lambda one, other: one.union(other), counts)


def _place(column: str) -> Column:
    order = {"train": 1, "validation": 2, "test": 3}
    return F.coalesce(*(F.when(F.col(column) == split, place) for split, place in order.items()))


def _jaccard(one: str, other: str) -> Column:
    """Jaccard similarity of two array columns; 1 if both are empty, so that the other side decides."""
    return F.expr(
        f"CASE WHEN size({one}) + size({other}) = 0 THEN 1.0D "
        f"ELSE size(array_intersect({one}, {other})) / size(array_union({one}, {other})) END"
    )
