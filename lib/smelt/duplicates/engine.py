"""Deduplicates a collection that fits into one process.

Used in one task of a Spark job, by the command line and in tests; larger collections are compared with DataFrames by
:mod:`smelt.duplicates.similar` and :mod:`smelt.duplicates.members`, with the same result.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.duplicates.candidates import buckets_of, edges_of
from smelt.duplicates.components import components
from smelt.duplicates.config import NearConfig
from smelt.duplicates.meaning import Statements
from smelt.duplicates.minhash import band_hashes, signatures
from smelt.duplicates.representatives import choose_kept
from smelt.duplicates.semantic import Meaning
from smelt.duplicates.shingles import I64, Shingles
from smelt.duplicates.texts import ComparedTexts

Bands = npt.NDArray[np.int64]


def find_duplicates(texts: ComparedTexts, preference: I64, near: NearConfig) -> pl.DataFrame:
    """One row per text, in order: row, cluster_id, kind, similarity, kept_row. See :func:`settle`."""
    hashes = pl.Series("text_hash", texts.hashes(), dtype=pl.String)
    rows = pl.DataFrame({"text_hash": hashes, "preference": preference})
    distinct = hashes.is_first_distinct() & hashes.is_not_null()
    first = distinct.arg_true().to_numpy().astype(np.int64)
    distinct_texts = ComparedTexts([part.gather(first) for part in texts.parts])
    sets = distinct_texts.shingles(near)
    number = pl.DataFrame({"text_hash": hashes.gather(first), "number": np.arange(len(first))})
    numbered = rows.join(number, on="text_hash", how="left", maintain_order="left")
    return settle(numbered, sets, bands_of(sets, near), distinct_texts.statements(near), near)


def bands_of(sets: Shingles, near: NearConfig) -> Bands:
    """``(texts, bands)`` array of band hashes."""
    shape = near.shape
    return band_hashes(signatures(sets, shape.permutations, near.seed), shape)


def settle(
    rows: pl.DataFrame,
    sets: Shingles,
    bands: Bands,
    statements: Statements,
    near: NearConfig,
    meaning: Meaning | None = None,
) -> pl.DataFrame:
    """One row per text, in order: row, cluster_id, kind, similarity, kept_row.

    ``rows`` has text_hash (equal for exact duplicates, null for empty texts), ``number`` of the text in
    ``sets``, ``bands`` and ``statements`` (one entry per distinct text_hash), ``preference`` (a rank without ties; the
    lowest is kept) and, optionally, ``linked``: rows with an equal value are already in one cluster.

    ``kind`` is exact, near or, with ``meaning`` (aligned with ``sets``), semantic for members of a cluster (for a kept
    one, that of its closest duplicate); unique for other texts; empty if no word is left to compare. ``cluster_id`` is
    the smallest text_hash of the cluster, ``similarity`` the exact Jaccard similarity to ``kept_row``, or the cosine
    for semantic ones; all three are null for unique and empty texts.
    """
    numbered = rows.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    texts = (
        numbered.drop_nulls("text_hash")
        .group_by("text_hash", "number")
        .agg(
            pl.col("row").sort_by("preference").first(),
            pl.col("preference").min(),
            pl.len().alias("copies"),
        )
        .sort("text_hash")
    )
    place = texts["number"].to_numpy().astype(np.int64)
    own = sets.take(place)
    own_meaning = meaning.take(place) if meaning is not None else None
    cluster = _clusters(own, bands[place], _links(numbered, texts), near, own_meaning)
    ordered = texts.with_columns(cluster=cluster).with_row_index("node").sort("cluster", "preference")
    node = ordered["node"].to_numpy().astype(np.int64)
    kept = choose_kept(
        ordered["cluster"].to_numpy(),
        own.take(node),
        statements.take(place[node]),
        near.threshold,
        own_meaning.take(node) if own_meaning is not None else None,
    )
    settled = ordered.select(
        "text_hash",
        "copies",
        cluster_id=texts["text_hash"].gather(ordered["cluster"]),
        kept_row=ordered["row"].gather(kept.position),
        is_own=pl.Series(kept.position == np.arange(len(ordered))),
        similarity=pl.Series(kept.similarity),
        by_meaning=pl.Series(kept.by_meaning),
        texts=pl.len().over("cluster"),
    )
    return _described(numbered, settled)


def _clusters(
    sets: Shingles, bands: Bands, links: tuple[I64, I64], near: NearConfig, meaning: Meaning | None
) -> I64:
    """For every text, the smallest number in its component of verified edges and known links."""
    left, right = links
    if near.enabled:
        found = edges_of(
            buckets_of(bands), sets, threshold=near.threshold, hot=near.hot_bucket, leaders=near.hot_leaders
        )
        left, right = np.concatenate([left, found.left]), np.concatenate([right, found.right])
    if meaning is not None:
        found = meaning.edges(near.hot_bucket)
        left, right = np.concatenate([left, found.left]), np.concatenate([right, found.right])
    return components(len(sets.sizes), left, right)


def _links(rows: pl.DataFrame, texts: pl.DataFrame) -> tuple[I64, I64]:
    """Edges between texts of rows with an equal ``linked``: each to the first one."""
    nothing = np.empty(0, dtype=np.int64)
    if "linked" not in rows.columns:
        return nothing, nothing
    nodes = texts.select("text_hash").with_row_index("node")
    linked = rows.drop_nulls(["linked", "text_hash"]).join(nodes, on="text_hash")
    first = linked.select("node", first=pl.col("node").min().over("linked"))
    return first["first"].to_numpy().astype(np.int64), first["node"].to_numpy().astype(np.int64)


def _described(rows: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    joined = rows.select("row", "text_hash").join(settled, on="text_hash", how="left", maintain_order="left")
    is_member = ((pl.col("texts") > 1) | (pl.col("copies") > 1)).fill_null(False)
    kind = (
        pl.when(pl.col("text_hash").is_null())
        .then(pl.lit("empty"))
        .when(~is_member)
        .then(pl.lit("unique"))
        .when(pl.col("is_own") & (pl.col("copies") > 1))
        .then(pl.lit("exact"))
        .when("by_meaning")
        .then(pl.lit("semantic"))
        .otherwise(pl.lit("near"))
    )
    of_member = [pl.when(is_member).then(pl.col(name)) for name in ("cluster_id", "similarity", "kept_row")]
    return joined.select("row", *of_member, kind=kind).select(
        "row", "cluster_id", "kind", "similarity", "kept_row"
    )
