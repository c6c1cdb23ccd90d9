"""Groups of examples connected by a record, a conversation, a customer, a cluster or a parent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smelt.duplicates.graph import Checkpoint, connected_components, local_checkpoint
from smelt.tables.union import union

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def group_examples(
    examples: Sequence[DataFrame], links: Sequence[str], *, checkpoint: Checkpoint = local_checkpoint
) -> DataFrame:
    """(example_id, group_id) of all distinct examples; ``group_id`` is the smallest example_id of the group.

    ``examples`` have example_id and any of the ``links`` columns; nulls do not link. ``parent_id`` links an augmented
    example to the example of that id.
    """
    from pyspark.sql import functions as F

    edges = union([_edges(df, links) for df in examples])
    found = connected_components(edges, checkpoint=checkpoint)
    is_example = F.col("node").startswith(_EXAMPLE)
    width = len(_EXAMPLE) + 1
    return found.where(is_example).select(
        F.expr(f"substring(node, {width})").alias("example_id"),
        F.expr(f"substring(component, {width})").alias("group_id"),
    )


_EXAMPLE = "!"
"""Prefix that sorts before all others, so that the smallest node of a component is an example."""


def _edges(df: DataFrame, links: Sequence[str]) -> DataFrame:
    from pyspark.sql import functions as F

    own = F.concat(F.lit(_EXAMPLE), F.col("example_id"))
    targets = [
        F.concat(F.lit(_EXAMPLE if link == "parent_id" else f"{link}="), F.col(link).cast("string"))
        for link in links
        if link in df.columns
    ]
    return df.select(own.alias("a"), F.explode(F.array_compact(F.array(own, *targets))).alias("b"))
