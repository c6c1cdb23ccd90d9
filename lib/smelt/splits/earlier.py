"""The examples of earlier releases, as today's groups see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def earlier_examples(training_splits: DataFrame, duplicates: DataFrame) -> DataFrame:
    """(example_id, record_id, conversation_id, customer_key, cluster_id, split) of all earlier releases.

    ``training_splits`` is gold.training_splits, each example with its split in any release (twice where two
    releases disagree). ``cluster_id`` is taken from silver.duplicates as it stands now: an example that has
    since become a near duplicate of one in test follows it there, and so does the member of a cluster that
    is kept today instead of the one that was released.
    """
    columns = [c for c in ("record_id", "conversation_id", "customer_key") if c in training_splits.columns]
    released = training_splits.select("example_id", *columns, "split").distinct()
    return released.join(duplicates.select("example_id", "cluster_id"), "example_id", "left")
