"""Finds similar texts with DataFrames of signatures: candidates by shared bucket, verified exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from smelt.duplicates.config import NearConfig
from smelt.duplicates.graph import Checkpoint, local_checkpoint
from smelt.duplicates.partitions import (
    EDGES_DDL,
    PAIRS_DDL,
    pairs_function,
    stars_function,
    verify_function,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def texts_in_buckets_of(signatures: DataFrame, texts: DataFrame) -> DataFrame:
    """(text_hash) of all ``signatures`` (text_hash, bands) that share a bucket with one of ``texts`` (text_hash)."""
    every = F.concat("bands", "buckets") if "buckets" in signatures.columns else F.col("bands")
    slots = F.explode(every).alias("bucket")
    buckets = signatures.join(F.broadcast(texts), "text_hash", "left_semi").select(slots).distinct()
    return (
        signatures.select("text_hash", slots)
        .join(F.broadcast(buckets), "bucket", "left_semi")
        .select("text_hash")
    )


def similar_texts(
    signatures: DataFrame, near: NearConfig, *, checkpoint: Checkpoint = local_checkpoint
) -> DataFrame:
    """(a, b, similarity): verified edges between the text hashes of ``signatures`` (text_hash, bands, shingles).

    Buckets are shuffled with a 64-bit key instead of the text_hash, to save space; texts with a colliding key are all
    verified.
    """
    signed = signatures.where("text_hash IS NOT NULL").withColumn("key", F.xxhash64("text_hash"))
    candidates = checkpoint(
        signed.select("key", F.explode("bands").alias("bucket"))
        .select("bucket", "key")
        .repartition("bucket")
        .mapInArrow(pairs_function(near.hot_bucket), PAIRS_DDL)
        .distinct()
    )
    keys = candidates.select(F.explode(F.array("a", "b")).alias("key")).where("key IS NOT NULL").distinct()
    sets = checkpoint(
        signed.select("key", "text_hash", "shingles")
        .join(keys, "key", "left_semi")
        .groupBy("key", "text_hash")
        .agg(F.first("shingles").alias("shingles"))
    )
    return _verified_pairs(candidates, sets, near).union(_hot_stars(candidates, sets, near))


def _verified_pairs(candidates: DataFrame, sets: DataFrame, near: NearConfig) -> DataFrame:
    left, right = (
        sets.select(F.col("key").alias(end), F.col("text_hash").alias(f"{end}_text"),
                    F.col("shingles").alias(f"{end}_shingles"))
        for end in ("a", "b")
    )  # fmt: skip
    return (
        candidates.where("b IS NOT NULL")
        .join(left, "a")
        .join(right, "b")
        .select(F.col("a_text").alias("a"), F.col("b_text").alias("b"), "a_shingles", "b_shingles")
        .mapInArrow(verify_function(near.threshold), EDGES_DDL)
    )


def _hot_stars(candidates: DataFrame, sets: DataFrame, near: NearConfig) -> DataFrame:
    return (
        candidates.where("bucket IS NOT NULL")
        .select("bucket", F.col("a").alias("key"))
        .join(sets, "key")
        .select("bucket", "text_hash", "shingles")
        .repartition("bucket")
        .sortWithinPartitions("bucket", "text_hash")
        .mapInArrow(stars_function(near), EDGES_DDL)
    )
