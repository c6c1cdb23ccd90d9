"""Duplicates of a collection that fits into one process: the same functions that the Spark stage chains."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.duplicates.candidates import buckets_of, edges_of
from smelt.duplicates.components import components
from smelt.duplicates.config import NearConfig
from smelt.duplicates.minhash import band_hashes, signatures
from smelt.duplicates.representatives import choose_kept
from smelt.duplicates.shingles import I64, Shingles
from smelt.duplicates.texts import ComparedTexts

RESULT_SCHEMA = {
    "row": pl.Int64,
    "cluster_id": pl.String,
    "kind": pl.String,
    "similarity": pl.Float64,
    "kept_row": pl.Int64,
}


def find_duplicates(texts: ComparedTexts, preference: I64, near: NearConfig) -> pl.DataFrame:
    """One row a text, in order: row, cluster_id, kind, similarity, kept_row.

    ``preference`` is each row's rank (least is best, no ties). ``kind`` is exact or near for members of a
    cluster (that of the kept one is the closest of its duplicates'), unique, or empty where no word is left
    to compare. ``cluster_id`` is the least hash of the cluster's texts, ``similarity`` the exact Jaccard
    similarity to ``kept_row``; all three are null for unique and empty texts.
    """
    hashes = pl.Series("text_hash", texts.hashes(), dtype=pl.String)
    rows = pl.DataFrame({"row": np.arange(len(hashes)), "preference": preference, "text_hash": hashes})
    unique = (
        rows.drop_nulls("text_hash")
        .group_by("text_hash")
        .agg(
            pl.col("row").sort_by("preference").first(), pl.col("preference").min(), pl.len().alias("copies")
        )
        .sort("text_hash")
    )
    sets = ComparedTexts([part.gather(unique["row"]) for part in texts.parts]).shingles(near)
    unique = unique.with_columns(cluster=near_clusters(sets, near))
    ordered = unique.with_row_index("node").sort("cluster", "preference")
    kept = choose_kept(
        ordered["cluster"].to_numpy(), sets.take(ordered["node"].to_numpy().astype(np.int64)), near.threshold
    )
    settled = ordered.with_columns(
        kept_row=ordered["row"].gather(kept.position),
        similarity=pl.Series(kept.similarity),
        cluster_id=unique["text_hash"].gather(ordered["cluster"]),
        texts=pl.len().over("cluster"),
    )
    return _described(rows, settled)


def near_clusters(sets: Shingles, near: NearConfig) -> npt.NDArray[np.int64]:
    """For every distinct text the least number of the texts that it is connected to by verified edges."""
    count = len(sets.sizes)
    if not near.enabled or count < 2:
        return np.arange(count, dtype=np.int64)
    shape = near.shape
    bands = band_hashes(signatures(sets, shape.permutations, near.seed), shape)
    edges = edges_of(
        buckets_of(bands), sets, threshold=near.threshold, hot=near.hot_bucket, leaders=near.hot_leaders
    )
    return components(count, edges.left, edges.right)


def _described(rows: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    joined = rows.join(
        settled.select("text_hash", "cluster_id", "similarity", "kept_row", "copies", "texts"),
        on="text_hash", how="left",
    ).sort("row")  # fmt: skip
    kept_hash = joined["text_hash"].gather(joined["kept_row"])
    is_member = (pl.col("texts") > 1) | (pl.col("copies") > 1)
    same_text = (pl.col("text_hash") == kept_hash) & (pl.col("copies") > 1)
    return joined.with_columns(
        kind=pl.when(pl.col("text_hash").is_null())
        .then(pl.lit("empty"))
        .when(~is_member)
        .then(pl.lit("unique"))
        .when(same_text)
        .then(pl.lit("exact"))
        .otherwise(pl.lit("near")),
    ).select(
        "row",
        *(
            pl.when(pl.col("kind").is_in(["exact", "near"])).then(pl.col(name)).alias(name)
            for name in ("cluster_id",)
        ),
        "kind",
        *(
            pl.when(pl.col("kind").is_in(["exact", "near"])).then(pl.col(name)).alias(name)
            for name in ("similarity", "kept_row")
        ),
    )
