"""The examples of earlier releases, with their current clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def earlier_examples(training_splits: DataFrame, duplicates: DataFrame) -> DataFrame:
    """(example_id, record_id, conversation_id, customer_key, cluster_id, split) of all earlier releases.

    ``training_splits`` is gold.training_splits; an example has one row per split that it had in any release.
    ``cluster_id`` is from the current silver.duplicates: an example that has become a near duplicate of one in test
    follows it there, as does a cluster member that is now kept instead of the released one.
    """
    columns = [c for c in ("record_id", "conversation_id", "customer_key") if c in training_splits.columns]
    released = training_splits.select("example_id", *columns, "split").distinct()
    return released.join(duplicates.select("example_id", "cluster_id"), "example_id", "left")
