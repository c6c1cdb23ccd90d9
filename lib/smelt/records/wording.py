"""Makes question and answer of a row by its source's templates."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from smelt.records.config import NUMERIC, TIMES, ColumnConfig
from smelt.records.template import Part, Slot, parse


def worded(template: str | None, columns: dict[str, ColumnConfig], values: dict[str, Column]) -> Column:
    """The text of a template for a row; NULL where a column outside brackets has no value.

    ``values`` are the columns' (scrubbed) values. The format after the colon is a Spark pattern for times (default
    ``d MMMM yyyy``), and the number of decimals for numbers.
    """
    if template is None:
        return F.lit(None).cast("string")
    parts = [part_text(part, columns, values) for part in parse(template)]
    # concat is NULL when any part is: optional parts are never NULL.
    text = F.concat(*parts) if parts else F.lit("")
    return F.nullif(F.trim(F.regexp_replace(text, r"[ \t]{2,}", " ")), F.lit(""))


def part_text(part: Part, columns: dict[str, ColumnConfig], values: dict[str, Column]) -> Column:
    """The text of one part; an optional part without a value is empty."""
    pieces = [
        written(values[piece.name], columns[piece.name], piece) if isinstance(piece, Slot) else F.lit(piece)
        for piece in part.pieces
    ]
    text = F.concat(*pieces)
    return F.coalesce(text, F.lit("")) if part.optional else text


def written(value: Column, column: ColumnConfig, slot: Slot) -> Column:
    """Format a value for its slot."""
    if column.type in TIMES:
        return F.date_format(value, slot.form or "d MMMM yyyy")
    if column.type in NUMERIC:
        decimals = (
            int(slot.form) if slot.form and slot.form.isdigit() else (0 if column.type == "integer" else 2)
        )
        return F.format_number(value, decimals)
    if column.type == "boolean":
        return F.when(value, F.lit("yes")).otherwise(F.when(value.isNotNull(), F.lit("no")))
    return value
