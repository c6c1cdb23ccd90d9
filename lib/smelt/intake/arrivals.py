"""Decides for each arriving record whether it is new, updated, unchanged or superseded; DataFrames in and out."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from smelt.intake.mapping import AFTER_THE_CLOCK
from smelt.tables.union import union

NEW, UPDATED, UNCHANGED = "new", "updated", "unchanged"
SUPERSEDED, OLDER = "superseded_within_arrival", "older_than_stored"
QUARANTINED = "quarantined"
AHEAD = "ahead of the clock"
DISPOSITIONS = (NEW, UPDATED, UNCHANGED, SUPERSEDED, OLDER)

PLACE = ("record_id", "source_file", "source_position")
"""Columns that identify a row of bronze.arrivals."""

HELD = ("record_id", "content_hash", "updated_at")
"""Columns of bronze against which an arrival is compared."""


def good(arrivals: DataFrame) -> DataFrame:
    """Arrivals without a reason for quarantine (column reasons)."""
    return arrivals.where(F.size("reasons") == 0)


def bad(arrivals: DataFrame) -> DataFrame:
    """Arrivals with a reason for quarantine."""
    return arrivals.where(F.size("reasons") > 0)


def dispositions(arrivals: DataFrame, stored: DataFrame) -> DataFrame:
    """PLACE, source, kind and ``disposition`` (one of DISPOSITIONS) of each good arrival.

    Among arrivals with one record_id the newest ``updated_at`` wins (null counts as oldest), then the greater
    content_hash, then file and position, so the result does not depend on the order of reading. Compared with
    ``stored`` (the columns HELD of bronze), equal content is unchanged; different content replaces the stored one,
    unless both have an ``updated_at`` and the stored one is newer.
    """
    newest = Window.partitionBy("record_id").orderBy(
        F.col("updated_at").desc_nulls_last(), F.desc("content_hash"), "source_file", "source_position"
    )
    held = stored.select(
        "record_id", F.col("content_hash").alias("_hash"), F.col("updated_at").alias("_updated_at")
    )
    return (
        good(arrivals)
        .select(*PLACE, "source", "kind", "content_hash", "updated_at")
        .withColumn("_rank", F.row_number().over(newest))
        .join(held, "record_id", "left")
        .select(
            *PLACE,
            "source",
            "kind",
            F.when(F.col("_rank") > 1, SUPERSEDED)
            .when(F.col("_hash").isNull(), NEW)
            .when(F.col("_hash") == F.col("content_hash"), UNCHANGED)
            .when(F.col("updated_at") < F.col("_updated_at"), OLDER)
            .otherwise(UPDATED)
            .alias("disposition"),
        )
    )


def balance(arrivals: DataFrame, decided: DataFrame) -> DataFrame:
    """Counts by source, kind, measure (in, a disposition, quarantined) and reason.

    Under the measure AHEAD, with the file as reason, are counts of records whose time is slightly in the future.
    """
    keys = ("source", "kind", "measure", "reason")
    nothing = F.lit(None).cast("string")
    read = arrivals.select("source", "kind", F.lit("in").alias("measure"), nothing.alias("reason"))
    kept = decided.select("source", "kind", F.col("disposition").alias("measure"), nothing.alias("reason"))
    refused = bad(arrivals).select(
        "source", "kind", F.lit(QUARANTINED).alias("measure"), F.element_at("reasons", 1).alias("reason")
    )
    ahead = arrivals.where(F.instr("extras", f'"{AFTER_THE_CLOCK}":true') > 0).select(
        "source", "kind", F.lit(AHEAD).alias("measure"), F.col("source_file").alias("reason")
    )
    frames = [frame.groupBy(*keys).count() for frame in (read, kept, refused, ahead)]
    return union(frames)


def quarantine(arrivals: DataFrame, held: DataFrame) -> DataFrame:
    """Rows of bronze.quarantine for the bad arrivals that ``held`` (bronze.quarantine) does not have yet."""
    parts = ["source", "source_file", "source_position", "raw"]
    identity = F.concat_ws("\x1f", *(F.coalesce(F.col(part), F.lit("")) for part in parts), F.col("reasons"))
    return (
        bad(arrivals)
        .select(
            F.substring(F.sha2(identity, 256), 1, 32).alias("quarantine_id"),
            *("source", "kind", "source_file", "source_position", "raw", "reasons", "ingested_at", "run_id"),
        )
        .join(held.select("quarantine_id"), "quarantine_id", "left_anti")
    )
