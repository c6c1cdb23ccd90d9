"""Overview of a release's splits: sizes, groups, resolved conflicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import functions as F

from smelt.splits.config import SPLITS, Split, SplitsConfig

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class SplitSize(NamedTuple):
    """One split of a release. ``oversized``: number of groups larger than the split's intended size."""

    split: Split
    examples: int
    share: float
    wanted: float
    groups: int
    largest_group: int
    oversized: int


def split_sizes(training_splits: DataFrame, release: str, config: SplitsConfig) -> list[SplitSize]:
    """One row per split, including empty ones, in the order train, validation, test."""
    groups = (
        training_splits.where(F.col("release") == release)
        .groupBy("split", "group_id")
        .agg(F.count("*").alias("examples"))
    )
    total = sum(row[0] or 0 for row in groups.agg(F.sum("examples")).collect())
    budgets = {split: config.share(split) * total for split in SPLITS}
    budget = F.create_map(*(F.lit(value) for pair in budgets.items() for value in pair))
    counted = groups.groupBy("split").agg(
        F.sum("examples").alias("examples"),
        F.count("*").alias("groups"),
        F.max("examples").alias("largest"),
        F.count_if(F.col("examples") > F.element_at(budget, F.col("split"))).alias("oversized"),
    )
    found = {row["split"]: row for row in counted.collect()}
    sizes = []
    for split in SPLITS:
        row = found.get(split)
        examples, count, largest, oversized = row[1:] if row else (0, 0, 0, 0)
        share = examples / total if total else 0.0
        sizes.append(SplitSize(split, examples, share, config.share(split), count, largest, oversized))
    return sizes


def resolved_conflicts(training_splits: DataFrame, release: str) -> int:
    """Groups of a release with members that earlier releases had in different splits.

    Members are recognised by example, record, conversation or customer. Such a group is assigned to test if any member
    was in test, else to validation.
    """
    earlier = training_splits.where(F.col("release") != release)
    own = training_splits.where(F.col("release") == release)
    found = None
    for name in ("example_id", "record_id", "conversation_id", "customer_key"):
        was = earlier.where(F.col(name).isNotNull()).select(name, F.col("split").alias("was")).distinct()
        part = own.join(was, name).select("group_id", "was")
        found = part if found is None else found.union(part)
    assert found is not None
    return found.groupBy("group_id").agg(F.countDistinct("was").alias("splits")).where("splits > 1").count()
