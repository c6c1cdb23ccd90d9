"""What a stage still has to do: the rows of its input that its output does not hold as they are now.

State is compared, not a watermark: a run that was killed anywhere is finished by the next one. The
comparison reads keys and hashes only; ``ingested_at`` of the oldest pending row then lets Delta skip the
files that hold nothing of interest, so a night's work costs what is new.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import functions as F

from smelt.tables.contract import contract

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from smelt.tables.warehouse import Warehouse


class Increment(NamedTuple):
    """Pending input rows. ``counts`` are by source; ``changed`` says whether some replace rows of the output."""

    rows: DataFrame
    """The input's columns; ``content_hash`` is what the output's rows must carry; ``is_changed`` marks updates."""
    counts: dict[str, int]
    changed: int

    @property
    def total(self) -> int:
        """Number of pending rows."""
        return sum(self.counts.values())

    @property
    def new(self) -> int:
        """Pending rows that the output has never seen."""
        return self.total - self.changed


def versioned(content_hash: Column, settings: str) -> Column:
    """Hash of an input row and of the settings that make an output row of it: 32 hex digits."""
    return F.substring(F.sha2(F.concat_ws("|", content_hash, F.lit(settings)), 256), 1, 32)


def find_increment(inputs: DataFrame, done: DataFrame, *, settings: str) -> Increment:
    """Compare ``inputs`` (record_id, content_hash, source, ingested_at, ...) with ``done`` (record_id, hash)."""
    wanted = inputs.select(
        "record_id", "source", "ingested_at", versioned(F.col("content_hash"), settings).alias("wanted")
    )
    held = done.groupBy("record_id").agg(F.min("content_hash").alias("held"))
    compared = (
        wanted.join(held, "record_id", "left")
        .where(F.col("held").isNull() | (F.col("held") != F.col("wanted")))
        .select("record_id", "source", "ingested_at", F.col("held").isNotNull().alias("is_changed"))
    )
    found = (
        compared.groupBy("source")
        .agg(
            F.count("*").alias("pending"),
            F.sum(F.col("is_changed").cast("int")).alias("changed"),
            F.min("ingested_at").alias("oldest"),
            F.max("ingested_at").alias("newest"),
        )
        .collect()
    )
    counts = {row["source"]: row["pending"] for row in found}
    changed = sum(row["changed"] for row in found)
    rows = inputs
    if found:
        oldest: dt.datetime = min(row["oldest"] for row in found)
        rows = rows.where(F.col("ingested_at") >= F.lit(oldest))
    rows = rows.join(compared.select("record_id", "is_changed"), "record_id")
    return Increment(
        rows.withColumn("content_hash", versioned(F.col("content_hash"), settings)), counts, changed
    )


def write_increment(
    warehouse: Warehouse,
    table: str,
    increment: Increment,
    build: Callable[[DataFrame], DataFrame],
    *,
    run_id: str,
) -> None:
    """Append what is new and MERGE what changed; output rows that a changed record no longer gives are deleted.

    ``build`` maps input rows to rows of ``table`` that carry ``record_id``; each part is computed once.
    """
    if increment.new:
        fresh = increment.rows.where(~F.col("is_changed")) if increment.changed else increment.rows
        warehouse.append(table, build(fresh.drop("is_changed")), run_id=run_id)
    if increment.changed:
        changed = increment.rows.where("is_changed").drop("is_changed")
        rows = build(changed)
        if contract(table).key == ("record_id",):
            warehouse.merge(table, rows)
            return
        with warehouse.scratch(contract(table).conform(rows), "changed") as built:
            key = list(contract(table).key)
            gone = (
                warehouse.read(table)
                .join(changed.select("record_id"), "record_id", "left_semi")
                .join(built.select(*key), key, "left_anti")
                .withColumn("is_gone", F.lit(True))
            )
            warehouse.merge(
                table, built.withColumn("is_gone", F.lit(False)).unionByName(gone), delete="s.is_gone"
            )


def pending(inputs: DataFrame, done: DataFrame, *, key: str, version: str = "content_hash") -> DataFrame:
    """Rows of ``inputs`` whose (``key``, ``version``) ``done`` does not hold; reads narrow columns of ``done``."""
    return inputs.join(done.select(key, version).distinct(), [key, version], "left_anti")
