"""Withdrawal of a source: its examples are rejected from then on, and the releases that have its rows are named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from smelt.errors import SmeltError
from smelt.releases.rows import finished_rows
from smelt.tables.contract import contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.tables.warehouse import Warehouse

TABLE = "ops.withdrawals"
REASON = "source_withdrawn"
"""Rejection reason of examples of a withdrawn source."""


class WithdrawalError(SmeltError):
    """Raised if the warehouse has nothing of the source."""

    exit_code = 2


def withdrawn_sources(warehouse: Warehouse) -> frozenset[str]:
    """Names of the sources that were withdrawn."""
    return frozenset(row["source"] for row in warehouse.collect(TABLE, "source"))


def releases_holding(warehouse: Warehouse, source: str) -> dict[str, int]:
    """Finished release -> number of its rows of the source, oldest release first."""
    held = finished_rows(warehouse).where(F.col("source") == source)
    counted = {row["release"]: row["count"] for row in held.groupBy("release").count().collect()}
    known = sorted(
        (row["created_at"], row["release"])
        for row in warehouse.collect("gold.releases", "release", "created_at")
    )
    return {release: counted[release] for _, release in known if release in counted}


def withdraw(
    warehouse: Warehouse, source: str, reason: str, *, run_id: str, models: Sequence[str] = ()
) -> dict[str, int]:
    """Record that ``source`` is withdrawn; returns the releases with rows of it -> number of rows.

    ``models`` are the names of models trained on it (:mod:`smelt.tuning.handover.holding`), which are recorded too.

    Can be repeated; the later reason counts. The next run rejects the source's examples; a successor of a release
    (``smelt release --from``) is made without it. Raises WithdrawalError for a source that no table knows.
    """
    if warehouse.read("silver.examples").where(F.col("source") == source).isEmpty():
        known = [
            row["source"] for row in warehouse.read("silver.examples").select("source").distinct().collect()
        ]
        raise WithdrawalError(
            f"no example comes from {source}; sources: {', '.join(sorted(known)) or 'none yet'}"
        )
    found = releases_holding(warehouse, source)
    row = (source, reason, list(found), dt.datetime.now(dt.UTC), run_id, list(models))
    warehouse.merge(TABLE, warehouse.spark.createDataFrame([row], contract(TABLE).ddl()))
    return found


def with_withdrawals(examples: DataFrame, sources: frozenset[str]) -> DataFrame:
    """``examples`` (source, rejections) with REASON first among the rejections of withdrawn sources."""
    if not sources:
        return examples
    is_withdrawn = F.col("source").isin(*sorted(sources))
    rejected = F.array_distinct(F.concat(F.array(F.lit(REASON)), "rejections"))
    return examples.withColumn("rejections", F.when(is_withdrawn, rejected).otherwise(F.col("rejections")))
