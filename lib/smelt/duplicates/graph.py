"""Connected components of an edge list, distributed over DataFrames.

Alternating large-star and small-star (Kiveris, Lattanzi, Mirrokni, Rastogi, Vassilvitskii: "Connected
components in MapReduce and beyond", SoCC 2014): every round replaces edges by edges to smaller neighbours,
never joins two components, and stops when nothing changes, which the paper bounds by O(log^2 n) rounds.
An edge list that fits into one task is finished there by union-find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from smelt.duplicates.components import components

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ONE_TASK_EDGES = 4_000_000
"""Needs about 600 MB in the one task, for identifiers of 32 characters."""

Checkpoint = Callable[["DataFrame"], "DataFrame"]


def local_checkpoint(df: DataFrame) -> DataFrame:
    """Compute ``df`` now, keep it on the executors and cut its lineage."""
    return df.localCheckpoint()


def connected_components(
    edges: DataFrame, *, one_task_edges: int = ONE_TASK_EDGES, checkpoint: Checkpoint = local_checkpoint
) -> DataFrame:
    """``edges`` (a, b: string) -> (node, component: string): every node once, with the smallest node of its component.

    Only nodes with an edge are returned; self-edges are allowed. ``checkpoint`` cuts the lineage; where executors do
    not keep data (serverless), pass one that writes a table.
    """
    from pyspark.sql import functions as F

    known = checkpoint(edges.select(F.least("a", "b").alias("a"), F.greatest("a", "b").alias("b")).distinct())
    before = None
    while True:
        count, digest = known.agg(
            F.count("*"), F.sum(F.xxhash64("a", "b").cast("decimal(38,0)")).cast("string")
        ).collect()[0]
        if count <= one_task_edges:
            return _in_one_task(known)
        if (count, digest) == before:
            return _from_stars(known)
        before = (count, digest)
        known = checkpoint(_small_star(_large_star(known)))


def _large_star(edges: DataFrame) -> DataFrame:
    """Link every larger neighbour of a node to the smallest of the node and its neighbours."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    both = edges.union(edges.select(F.col("b").alias("a"), F.col("a").alias("b")))
    least = F.least("a", F.min("b").over(Window.partitionBy("a")))
    return both.select("a", "b", least.alias("least")).where("b > a OR a = b").select(
        F.col("least").alias("a"), "b"
    ).distinct()  # fmt: skip


def _small_star(edges: DataFrame) -> DataFrame:
    """Link a node and all its smaller neighbours to the smallest of them. ``a <= b`` in every edge, in and out."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    least = F.min("a").over(Window.partitionBy("b"))
    starred = edges.select("a", "b", least.alias("least"))
    return starred.select(
        F.col("least").alias("a"), F.explode(F.array("a", "b")).alias("b")
    ).distinct()  # fmt: skip


def _from_stars(stars: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    members = stars.groupBy(F.col("b").alias("node")).agg(F.min("a").alias("component"))
    centres = stars.select(F.col("a").alias("node"), F.col("a").alias("component")).distinct()
    return members.where("node != component").union(centres)


def _in_one_task(edges: DataFrame) -> DataFrame:
    return edges.coalesce(1).mapInArrow(arrow_components, "node string, component string")


def arrow_components(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """For ``mapInArrow`` on one partition: all edges (a, b) -> (node, component)."""
    received = list(batches)
    table = pa.Table.from_batches(received) if received else None
    if table is None or not table.num_rows:
        return
    ends = pa.chunked_array([*table["a"].chunks, *table["b"].chunks]).combine_chunks()
    nodes = pc.unique(ends)
    nodes = nodes.take(pc.sort_indices(nodes))
    number = pc.index_in(ends, value_set=nodes).to_numpy(zero_copy_only=False).astype(np.int64)
    label = components(len(nodes), number[: table.num_rows], number[table.num_rows :])
    result = pa.table({"node": nodes, "component": nodes.take(pa.array(label))})
    yield from result.to_batches(max_chunksize=10_000)
