"""What stands in for a missing value, by the policy of its column."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.records.config import NUMERIC, ColumnConfig, RecordSource

ACCURACY = 10_000
"""Of percentile_approx: the rank is off by at most one in ten thousand."""


def filled(df: DataFrame, source: RecordSource) -> DataFrame:
    """Missing values by policy; ``flags`` gains ``missing:<name>``, or ``filled:<name>`` where something stands in.

    Medians and modes are those of the whole source, from one extra pass; of equally frequent values the
    smallest is the mode. ``drop`` marks the row in ``rejections``, it does not remove it.
    """
    lacking = {name: F.col(f"v_{name}").isNull() for name in source.columns}
    with_standins = df
    for name, column in source.columns.items():
        if column.missing in ("median", "mode"):
            with_standins = with_standins.crossJoin(F.broadcast(standin_of(df, name, column)))
    flags, reasons = [], []
    values: dict[str, Column] = {}
    for name, column in source.columns.items():
        standin = standin_value(name, column)
        values[f"v_{name}"] = F.col(f"v_{name}") if standin is None else F.coalesce(f"v_{name}", standin)
        if standin is not None:
            flags.append(F.when(lacking[name] & standin.isNotNull(), F.lit(f"filled:{name}")))
        elif column.missing == "flag":
            flags.append(F.when(lacking[name], F.lit(f"missing:{name}")))
        if column.missing == "drop":
            reasons.append(F.when(lacking[name], F.lit(f"missing:{name}")))
    nothing = F.array().cast("array<string>")
    found = F.array_compact(F.array(*flags)) if flags else nothing
    return with_standins.select(
        *(c for c in df.columns if c not in values and c != "flags"),
        F.concat("flags", found).alias("flags"),
        (F.array_compact(F.array(*reasons)) if reasons else nothing).alias("rejections"),
        *(value.alias(name) for name, value in values.items()),
    )


def standin_of(df: DataFrame, name: str, column: ColumnConfig) -> DataFrame:
    """One row, one column ``s_<name>``: the median or the mode of the source."""
    value = F.col(f"v_{name}")
    if column.missing == "median":
        return df.agg(F.percentile_approx(value, 0.5, ACCURACY).alias(f"s_{name}"))
    counts = df.where(value.isNotNull()).groupBy(value.alias("value")).agg((-F.count(F.lit(1))).alias("rank"))
    return counts.agg(F.min_by("value", F.struct("rank", "value")).alias(f"s_{name}"))


def standin_value(name: str, column: ColumnConfig) -> Column | None:
    """The expression that stands in, or None where nothing does."""
    if column.missing in ("median", "mode"):
        return F.col(f"s_{name}")
    if column.missing == "constant":
        kind = (
            "double"
            if column.type in NUMERIC
            else {"boolean": "boolean", "date": "timestamp"}.get(column.type)
        )
        kind = kind or ("timestamp" if column.type == "timestamp" else "string")
        return F.lit(column.constant).cast(kind)
    return None
