"""Converts text to typed values: dates with zones, money, percent, quantities with units, booleans, enumerations."""

from __future__ import annotations

import re

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.records.config import FALSE_WORDS, TRUE_WORDS, ColumnConfig, RecordSource
from smelt.records.raw import CARRIED

ISO_FORMATS = (
    "yyyy-MM-dd HH:mm:ss[.SSSSSS][.SSS]",
    "yyyy-MM-dd'T'HH:mm:ss[.SSSSSS][.SSS]XXX",
    "yyyy-MM-dd'T'HH:mm:ss[.SSSSSS][.SSS]",
    "yyyy-MM-dd",
)
HAS_ZONE = re.compile(r"[XxzOV]")
CLOCK = r"^\d{1,3}:\d{2}(:\d{2})?$"
THOUSANDS = r"(?<=\d),(?=\d{3}(?!\d))"
"""Commas between groups of three digits; a text with any other comma is not a number."""
NUMBER = r"([-+]?(?:\d+(?:\.\d+)?|\.\d+))"


QUANTITIES = r"^\s*+(?>[-+]?(?>\d++(?:\.\d++)?|\.\d++)(?![.\d])\s*+[^\d\s.,+-]*+\s*+)++$"
"""Possessive throughout: a long run of digits with an invalid end fails at once, without backtracking."""


def typed(df: DataFrame, source: RecordSource) -> DataFrame:
    """Add a typed ``v_<name>`` per column, and ``flags`` with ``unreadable:<name>`` where the text is no such value.

    Numbers are doubles, dates and timestamps are timestamps in UTC, booleans are booleans, the rest text.
    """
    values = {name: value(F.col(f"r_{name}"), column) for name, column in source.columns.items()}
    done = df.select(
        *CARRIED,
        *(v.alias(f"v_{name}") for name, v in values.items()),
        *(F.col(f"r_{name}") for name in source.columns),
    )
    unreadable = [
        F.when(F.col(f"r_{name}").isNotNull() & F.col(f"v_{name}").isNull(), F.lit(f"unreadable:{name}"))
        for name in source.columns
    ]
    return done.withColumn("flags", F.array_compact(F.array(*unreadable))).drop(
        *(f"r_{n}" for n in source.columns)
    )


def value(text: Column, column: ColumnConfig) -> Column:
    """The expression that converts a column's text to its type; NULL if the text is no such value."""
    match column.type:
        case "integer":
            number = number_of(text, column.decimal_mark)
            return F.when(number == F.floor(number), number)
        case "number":
            return number_of(text, column.decimal_mark)
        case "money":
            return money(text, column.decimal_mark)
        case "percent":
            number = number_of(F.regexp_replace(text, r"\s*%\s*$", ""), column.decimal_mark)
            return F.when(text.rlike(r"%\s*$"), number / 100).otherwise(number)
        case "quantity":
            return quantity(text, column)
        case "boolean":
            return boolean(text, column.values)
        case "date" | "timestamp":
            return time(text, column)
        case "enum":
            return enumerated(text, column)
        case _:
            return text


def number_of(text: Column, decimal_mark: str) -> Column:
    """Parse a number with thousands grouped in threes or not at all; NULL for anything else.

    So ``7,5`` is NULL where the decimal mark is a point, since reading it as 75 would be worse.
    """
    group, mark = (r"[,\s\u00a0']", r"\.") if decimal_mark == "." else (r"[.\s\u00a0']", ",")
    signed = F.regexp_replace(F.trim(text), "^−", "-")
    reads = signed.rlike(rf"^[-+]?((\d+|\d{{1,3}}({group}\d{{3}})+)({mark}\d*)?|{mark}\d+)([eE][-+]?\d+)?$")
    plain = F.regexp_replace(F.regexp_replace(signed, group, ""), mark, ".")
    return F.when(reads, plain).cast("double")


def money(text: Column, decimal_mark: str) -> Column:
    """Parse an amount with a currency before or after it; negative in parentheses or with a trailing minus."""
    inner = F.regexp_replace(text, r"[{}]", "")
    bare = F.regexp_replace(inner, r"(?i)\p{Sc}|\b[A-Z]{3}\b|[()]|-\s*$", "")
    amount = number_of(F.trim(bare), decimal_mark)
    return F.when(inner.rlike(r"^\s*\(.*\)\s*$|-\s*$"), -amount).otherwise(amount)


def quantity(text: Column, column: ColumnConfig) -> Column:
    """Parse and add up numbers with units, in the target unit: ``2h 30m`` is 9000 seconds; ``1:30:00`` is h:m:s.

    A number without a unit is in the target unit; an undeclared unit gives NULL.
    """
    grouped, mark = (THOUSANDS, "") if column.decimal_mark == "." else (",", ".")
    plain = F.lower(F.regexp_replace(text, grouped, mark))
    parts = rf"{NUMBER}\s*([^\d\s.,+-]*)"
    numbers, units = (F.regexp_extract_all(plain, F.lit(parts), F.lit(group)) for group in (1, 2))
    factors = F.create_map(
        *(F.lit(x) for unit, factor in column.units.items() for x in (unit.lower(), float(factor)))
    )
    added = F.aggregate(
        F.zip_with(
            numbers,
            units,
            lambda n, u: n.cast("double") * F.when(u == "", 1.0).otherwise(F.element_at(factors, u)),
        ),
        F.lit(0.0),
        lambda total, x: total + x,
    )
    whole = plain.rlike(QUANTITIES)
    # Only h:m:s texts are split: in ANSI mode, casting anything else would fail the job.
    clock = F.split(F.when(plain.rlike(CLOCK), plain), ":")
    hours, minutes, seconds = (F.get(clock, F.lit(place)).cast("double") for place in range(3))
    return F.coalesce(hours * 3600 + minutes * 60 + F.coalesce(seconds, F.lit(0.0)), F.when(whole, added))


def boolean(text: Column, values: dict[str, tuple[str, ...]]) -> Column:
    """yes and no in their usual spellings, or those of ``values`` under "true" and "false"."""
    spoken = F.lower(text)
    true, false = ((*words, *(w.lower() for w in values.get(name, ()))) for name, words in
                   (("true", TRUE_WORDS), ("false", FALSE_WORDS)))  # fmt: skip
    return F.when(spoken.isin(*true), True).when(spoken.isin(*false), False)


def time(text: Column, column: ColumnConfig) -> Column:
    """Parse a time to UTC by the first format that fits; a format without a zone means the column's zone."""
    read = []
    for form in column.formats or ISO_FORMATS:
        moment = F.try_to_timestamp(text, F.lit(form))
        zoned = HAS_ZONE.search(re.sub(r"'[^']*'", "", form)) is not None
        day = column.type == "date"
        read.append(
            moment
            if zoned or day or column.time_zone == "UTC"
            else F.to_utc_timestamp(moment, column.time_zone)
        )
    found = F.coalesce(*read)
    return F.date_trunc("day", found) if column.type == "date" else found


def enumerated(text: Column, column: ColumnConfig) -> Column:
    """Replace each spelling (case-insensitive) by its value; other texts are unchanged, or NULL if ``closed``."""
    spelled = F.lower(F.regexp_replace(text, r"\s+", " "))
    found: Column = F.lit(None).cast("string")
    for kept, others in column.values.items():
        found = F.when(spelled.isin(kept.lower(), *(o.lower() for o in others)), F.lit(kept)).otherwise(found)
    return found if column.closed else F.coalesce(found, text)
