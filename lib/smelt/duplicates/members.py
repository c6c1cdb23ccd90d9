"""Rows of silver.duplicates: every member of every cluster, and which one is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.graph import Checkpoint, local_checkpoint
from smelt.duplicates.partitions import KEPT_DDL, kept_function

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


COMPARED = ("shingles", "facts", "words")
"""Columns by which the kept text is chosen; equal for equal text_hash."""


def cluster_members(
    signatures: DataFrame,
    clusters: DataFrame,
    examples: DataFrame,
    config: DuplicatesConfig,
    *,
    checkpoint: Checkpoint = local_checkpoint,
) -> DataFrame:
    """The rows of silver.duplicates (without run_id) for all clusters of at least two examples.

    ``signatures``: example_id, record_id, text_hash, shingles, facts, words. ``clusters``: (node, component) over
    the text hashes that have a near duplicate. ``examples``: example_id, asked_at, score (see :func:`preference`).
    """
    near = clusters.select(F.col("node").alias("text_hash"), F.col("component"))
    of_cluster = Window.partitionBy("cluster_id")
    members = checkpoint(
        signatures.where("text_hash IS NOT NULL")
        .select("example_id", "record_id", "text_hash")
        .join(near, "text_hash", "left")
        .withColumn("cluster_id", F.coalesce("component", "text_hash"))
        .withColumn("members", F.count("*").over(of_cluster))
        .where("members > 1")
        .join(examples.select("example_id", "asked_at", "score"), "example_id", "left")
    )
    texts = checkpoint(
        members.groupBy("cluster_id", "text_hash")
        .agg(F.count("*").alias("copies"), F.min(preference(config)).alias("best"))
        .withColumn("texts", F.count("*").over(of_cluster))
    )
    sets = (
        signatures.select("text_hash", *COMPARED)
        .join(texts.where("texts > 1").select("text_hash"), "text_hash", "left_semi")
        .groupBy("text_hash")
        .agg(*(F.first(name).alias(name) for name in COMPARED))
    )
    kept = (
        texts.where("texts > 1")
        .join(sets, "text_hash")
        .repartition("cluster_id")
        .sortWithinPartitions("cluster_id", "best")
        .select("cluster_id", "text_hash", *COMPARED)
        .mapInArrow(kept_function(config.near.threshold), KEPT_DDL)
    )
    settled = (
        texts.join(kept, "text_hash", "left")
        .withColumn("kept_text", F.coalesce("kept_text", "text_hash"))
        .select("text_hash", "copies", "kept_text", F.coalesce("similarity", F.lit(1.0)).alias("similarity"))
    )
    best = texts.select(F.col("text_hash").alias("kept_text"), F.col("best.example_id").alias("kept_id"))
    is_exact = (F.col("text_hash") == F.col("kept_text")) & (F.col("copies") > 1)
    return members.join(settled, "text_hash").join(best, "kept_text").select(
        "example_id", "record_id", "cluster_id", "text_hash",
        F.when(is_exact, "exact").otherwise("near").alias("kind"),
        "similarity", "kept_id", (F.col("example_id") == F.col("kept_id")).alias("is_kept"), "score",
    )  # fmt: skip


def preference(config: DuplicatesConfig) -> Column:
    """A struct by which the member to keep sorts first: by ``config.prefer``, then record_id, then example_id."""
    order = {
        "score": (-F.coalesce("score", F.lit(-2.0))).alias("by_score"),
        "oldest": F.coalesce("asked_at", F.lit("9999-12-31").cast("timestamp")).alias("by_age"),
    }
    return F.struct(*(order[name] for name in config.prefer), "record_id", "example_id")


def ranks(scores: DataFrame) -> DataFrame:
    """(example_id, score) from silver.scores: the composite, minus 1 if a quality rule rejects the example.

    So an example that will be rejected is never kept instead of one that will not.
    """
    rank = F.col("composite") - F.when(F.size("rejections") > 0, 1.0).otherwise(0.0)
    return scores.select("example_id", rank.alias("score"))


def scored_examples(examples: DataFrame, scored: DataFrame) -> DataFrame:
    """(example_id, asked_at, score) of all ``examples``, with null for those not in ``scored``."""
    return examples.select("example_id", "asked_at").join(scored, "example_id", "left")
