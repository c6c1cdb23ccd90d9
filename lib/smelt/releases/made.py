"""Adds augmented pairs to a release: the accepted children of train rows, in the form of curated examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

AUGMENTATIONS = "silver.augmentations"


def made_pairs(
    augmentations: DataFrame, curated: DataFrame, assigned: DataFrame
) -> tuple[DataFrame, DataFrame]:
    """Return the children for a release (columns of ``curated`` and ``origin``) and their assignment.

    The assignment has example_id, group_id, split and parent_id.

    ``assigned`` (example_id, group_id, split) are the rows of the release. A child is added if it was accepted, its
    parent is in train, and the parent's content has not changed since. It gets its parent's group, category and
    context.
    """
    accepted = augmentations.where(F.size("rejections") == 0).select(
        F.col("example_id").alias("child_id"),
        F.col("parent_id").alias("example_id"),
        F.col("parent_hash").alias("content_hash"),
        F.col("question").alias("child_question"),
        F.col("answer").alias("child_answer"),
        F.col("composite").alias("child_composite"),
        "origin",
    )
    parents = curated.join(assigned.where("split = 'train'"), "example_id")
    children = parents.join(accepted, ["example_id", "content_hash"])
    own = F.substring(F.sha2(F.concat_ws("|", "content_hash", "child_id"), 256), 1, 32)
    rows = (
        children.withColumn("parent_id", F.col("example_id"))
        .withColumn("content_hash", own)
        .withColumn("example_id", F.col("child_id"))
        .withColumn("question", F.col("child_question"))
        .withColumn("answer", F.col("child_answer"))
        .withColumn("composite", F.col("child_composite"))
    )
    places = rows.select("example_id", "group_id", "split", "parent_id")
    return rows.select(*curated.columns, "origin"), places
