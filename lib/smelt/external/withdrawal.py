"""Withdrawing a source: nothing of it goes on, and every release that holds it is named."""

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
"""Why an example of a withdrawn source is rejected."""


class WithdrawalError(SmeltError):
    """Raised where there is nothing of the source in the warehouse."""

    exit_code = 2


def withdrawn_sources(warehouse: Warehouse) -> frozenset[str]:
    """Names of the sources that were withdrawn."""
    return frozenset(row["source"] for row in warehouse.collect(TABLE, "source"))


def releases_holding(warehouse: Warehouse, source: str) -> dict[str, int]:
    """Finished release -> its rows of the source, oldest name first."""
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
    """Note that ``source`` is withdrawn; returns the releases that hold rows of it, and how many.

    ``models`` are the names of models that hold it (:mod:`smelt.external.models`), which are noted too.

    Safe to repeat: the later reason counts. The next run rejects its examples; a successor of a release
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
    row = (source, reason, list(found), dt.datetime.now(dt.timezone.utc), run_id, list(models))
    warehouse.merge(TABLE, warehouse.spark.createDataFrame([row], contract(TABLE).ddl()))
    return found


def with_withdrawals(examples: DataFrame, sources: frozenset[str]) -> DataFrame:
    """``examples`` (source, rejections) with REASON first among the rejections of withdrawn sources."""
    if not sources:
        return examples
    is_withdrawn = F.col("source").isin(*sorted(sources))
    rejected = F.array_distinct(F.concat(F.array(F.lit(REASON)), "rejections"))
    return examples.withColumn("rejections", F.when(is_withdrawn, rejected).otherwise(F.col("rejections")))
