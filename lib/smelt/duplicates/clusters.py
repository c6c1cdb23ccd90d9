"""Clusters of duplicates: over everything, or what a batch of fresh examples changes about them.

Both give the same rows. The graph of texts only grows with new texts (see
:mod:`smelt.duplicates.candidates`), so fresh texts can join clusters but never part one; clusters that lose a
member, or one of whose members has other text now, are taken apart and their texts compared like fresh ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import functions as F

from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.graph import Checkpoint, connected_components, local_checkpoint
from smelt.duplicates.members import cluster_members
from smelt.duplicates.similar import similar_texts

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def all_clusters(
    signatures: DataFrame,
    ranked: DataFrame,
    config: DuplicatesConfig,
    *,
    checkpoint: Checkpoint = local_checkpoint,
) -> DataFrame:
    """Rows of silver.duplicates (without run_id) from all ``signatures``; ``ranked`` is example_id, asked_at, score."""
    edges = similar_texts(signatures, config.near, checkpoint=checkpoint).select("a", "b")
    clusters = connected_components(edges, checkpoint=checkpoint)
    return cluster_members(signatures, clusters, ranked, config, checkpoint=checkpoint)


class Update(NamedTuple):
    """What changes in silver.duplicates."""

    rows: DataFrame
    """New and changed rows, as :func:`all_clusters` gives them."""
    gone: DataFrame
    """example_id of rows that have no duplicate any more."""


def updated_clusters(
    signatures: DataFrame,
    fresh: DataFrame,
    gone: DataFrame,
    duplicates: DataFrame,
    ranked: DataFrame,
    config: DuplicatesConfig,
    *,
    checkpoint: Checkpoint = local_checkpoint,
) -> Update:
    """Changes of ``duplicates`` (silver.duplicates as it stands) after some examples came, changed or went.

    ``signatures`` are those of all examples there are now, ``fresh`` (example_id) the new and changed among
    them, ``gone`` (example_id) those that are no longer there, ``ranked`` as in :func:`all_clusters`.
    """
    fresh_texts = signatures.join(F.broadcast(fresh), "example_id", "left_semi").select("text_hash")
    held = duplicates.select("example_id", "cluster_id", "text_hash", "score")
    touched = (
        held.join(F.broadcast(fresh.union(gone)), "example_id", "left_semi").select("cluster_id").distinct()
    )
    apart = held.join(F.broadcast(touched), "cluster_id", "left_semi")
    compared = checkpoint(
        fresh_texts.union(apart.select("text_hash")).where("text_hash IS NOT NULL").distinct()
    )
    edges = checkpoint(
        similar_texts(signatures, config.near, fresh=compared, checkpoint=checkpoint).select("a", "b")
    )

    reached = compared.union(edges.select("a")).union(edges.select("b")).distinct()
    now = ranked.select("example_id", F.col("score").alias("now"))
    rescored = held.join(now, "example_id").where("NOT (score <=> now)").select("cluster_id")
    near_fresh = held.join(F.broadcast(reached), "text_hash", "left_semi").select("cluster_id")
    whole = rescored.union(near_fresh).distinct().join(F.broadcast(touched), "cluster_id", "left_anti")
    memberships = (
        held.join(F.broadcast(whole), "cluster_id", "left_semi")
        .select(F.col("cluster_id").alias("a"), F.col("text_hash").alias("b"))
        .distinct()
    )
    components = checkpoint(connected_components(edges.union(memberships), checkpoint=checkpoint))
    affected = components.select(F.col("node").alias("text_hash")).union(compared).distinct()
    own = signatures.join(F.broadcast(affected), "text_hash", "left_semi")
    rows = checkpoint(cluster_members(own, components, ranked, config, checkpoint=checkpoint))
    stale = held.join(F.broadcast(affected), "text_hash", "left_semi").union(apart.select(*held.columns))
    return Update(
        rows, stale.select("example_id").distinct().join(rows.select("example_id"), "example_id", "left_anti")
    )
