"""Extracts the declared columns from bronze, still as text."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.records.config import ColumnConfig, RecordSource

CARRIED = ("record_id", "source", "content_hash", "ingested_at", "known", "turns")


def unpacked(bronze: DataFrame, source: RecordSource) -> DataFrame:
    """The rows of one source: CARRIED, and a string ``r_<name>`` per declared column, trimmed, missing words as NULL.

    A field is a column of bronze, a key of ``outcome``, or an unmapped field in ``extras``.
    """
    extras = F.from_json("extras", "map<string,string>")
    return (
        bronze.where(F.col("source") == source.source)
        .withColumn("_extras", extras)
        .select(
            *CARRIED,
            *(
                known_or_null(raw_value(column.field or name, bronze.columns), column).alias(f"r_{name}")
                for name, column in source.columns.items()
            ),
        )
    )


def raw_value(field: str, columns: list[str]) -> Column:
    """A field as text: a bronze column, else in ``extras``, else in ``outcome``."""
    if field in columns and field not in ("known", "turns", "extras", "outcome"):
        return F.col(field).cast("string")
    found = F.element_at("_extras", F.lit(field))
    return F.coalesce(found, F.element_at("outcome", F.lit(field))) if "outcome" in columns else found


def known_or_null(value: Column, column: ColumnConfig) -> Column:
    """Trimmed text; NULL for the column's ``missing_words``."""
    trimmed = F.trim(F.regexp_replace(value, r"^[\s\u00a0]+|[\s\u00a0]+$", ""))
    return F.when(~F.lower(trimmed).isin(*(word.lower() for word in column.missing_words)), trimmed)
