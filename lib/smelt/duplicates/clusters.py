"""Clusters of duplicates: computed over everything, or updated for a batch of new examples.

Both give the same rows. New texts only add to the graph of similar texts (:mod:`smelt.duplicates.candidates`), so they
can join clusters but never split one. Clusters that lose a member, or with a member whose text changed, are dissolved,
and their texts compared like new ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import functions as F

from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.graph import Checkpoint, connected_components, local_checkpoint
from smelt.duplicates.members import cluster_members
from smelt.duplicates.one_task import READ, settling_function
from smelt.duplicates.similar import similar_texts, texts_in_buckets_of
from smelt.tables.contract import contract
from smelt.tables.embedded import is_embedded

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class Update(NamedTuple):
    """Changes of silver.duplicates."""

    rows: DataFrame
    """New and changed rows, with the columns of :func:`all_clusters`; some may be unchanged."""
    gone: DataFrame | None
    """example_id of rows that no longer have a duplicate; None if there can be none."""


def all_clusters(
    signatures: DataFrame,
    ranked: DataFrame,
    config: DuplicatesConfig,
    *,
    rows: int,
    checkpoint: Checkpoint = local_checkpoint,
) -> DataFrame:
    """Rows of silver.duplicates (without run_id) from all ``signatures``; ``rows`` is their number.

    ``ranked`` is (example_id, asked_at, score). With semantic duplicates, ``signatures`` have vector and buckets
    too, and are always compared in one task.
    """
    if _fits_one_task(signatures, rows, config):
        unlinked = signatures.withColumn("linked", F.lit(None).cast("string"))
        return _in_one_task(unlinked, ranked, config)
    edges = similar_texts(signatures, config.near, checkpoint=checkpoint).select("a", "b")
    clusters = connected_components(edges, checkpoint=checkpoint)
    return cluster_members(signatures, clusters, ranked, config, checkpoint=checkpoint)


def updated_clusters(
    signatures: DataFrame,
    fresh: DataFrame,
    gone: DataFrame | None,
    duplicates: DataFrame,
    scored: DataFrame,
    ranked: DataFrame,
    config: DuplicatesConfig,
    *,
    checkpoint: Checkpoint = local_checkpoint,
) -> Update:
    """Changes of ``duplicates`` (the current silver.duplicates) after examples were added, changed or removed.

    ``signatures`` are those of all current examples, ``fresh`` (example_id, text_hash) the new and changed ones among
    them, ``gone`` (example_id) the removed ones; None means that examples were only added. ``scored`` is (example_id,
    score), ``ranked`` (example_id, asked_at, score).
    """
    held = duplicates.select("example_id", "cluster_id", "text_hash", "score")
    texts = fresh.select("text_hash")
    touched = None
    if gone is not None:
        moved = fresh.select("example_id").union(gone)
        touched = held.join(F.broadcast(moved), "example_id", "left_semi").select("cluster_id").distinct()
        texts = texts.union(held.join(F.broadcast(touched), "cluster_id", "left_semi").select("text_hash"))
    compared = checkpoint(texts.where("text_hash IS NOT NULL").distinct())
    near = checkpoint(compared.union(texts_in_buckets_of(signatures, compared)).distinct())
    rescored = held.join(
        scored.select("example_id", F.col("score").alias("now")), "example_id", "left"
    ).where("NOT (score <=> now)")
    whole = (
        held.join(F.broadcast(near), "text_hash", "left_semi")
        .select("cluster_id")
        .union(rescored.select("cluster_id"))
        .distinct()
    )
    if touched is not None:
        whole = whole.join(F.broadcast(touched), "cluster_id", "left_anti")
    linked = checkpoint(
        held.join(F.broadcast(whole), "cluster_id", "left_semi").select(
            F.col("cluster_id").alias("linked"), "text_hash"
        ).distinct()
    )  # fmt: skip
    affected = near.union(linked.select("text_hash")).distinct()
    own = signatures.join(F.broadcast(affected), "text_hash", "left_semi")
    if _fits_one_task(signatures, near.count() + linked.count(), config):
        rows = _in_one_task(own.join(F.broadcast(linked), "text_hash", "left"), ranked, config)
    else:
        edges = similar_texts(own, config.near, checkpoint=checkpoint).select("a", "b")
        memberships = linked.select(F.col("linked").alias("a"), F.col("text_hash").alias("b"))
        components = connected_components(edges.union(memberships), checkpoint=checkpoint)
        rows = cluster_members(own, checkpoint(components), ranked, config, checkpoint=checkpoint)
    rows = checkpoint(rows)
    if gone is None:
        return Update(rows, None)
    stale = held.join(F.broadcast(affected), "text_hash", "left_semi")
    kept = rows.select("example_id")
    return Update(rows, stale.select("example_id").distinct().join(kept, "example_id", "left_anti"))


def _fits_one_task(signatures: DataFrame, rows: int, config: DuplicatesConfig) -> bool:
    """Whether ``rows`` are compared in one task; by the embedded engine always, for it has but one machine's memory."""
    return rows <= config.one_task_rows or config.semantic.enabled or is_embedded(signatures.sparkSession)


def _in_one_task(signatures: DataFrame, ranked: DataFrame, config: DuplicatesConfig) -> DataFrame:
    """Rows of silver.duplicates from ``signatures`` with ``linked`` (the known cluster of a text, or null)."""
    joined = signatures.where("text_hash IS NOT NULL").join(ranked, "example_id", "left")
    if "vector" not in joined.columns:
        joined = joined.withColumns(
            {"vector": F.array().cast("array<float>"), "buckets": F.array().cast("array<bigint>")}
        )
    ddl = contract("silver.duplicates").ddl(without=["run_id"])
    return joined.select(*READ).coalesce(1).mapInArrow(settling_function(config), ddl)
