"""Handles missing values by the policy of their column."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.records.config import NUMERIC, ColumnConfig, RecordSource

ACCURACY = 10_000
"""Accuracy of percentile_approx: the relative rank error is at most 1/10,000."""


def filled(df: DataFrame, source: RecordSource) -> DataFrame:
    """Fill missing values by policy, adding ``filled:<name>`` or else ``missing:<name>`` to ``flags``.

    Medians and modes are taken over the whole source, in one extra pass; among equally frequent values the smallest is
    the mode. ``drop`` adds a reason to ``rejections`` and does not remove the row.
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
    """One row with one column ``s_<name>``: the median or mode of the source."""
    value = F.col(f"v_{name}")
    if column.missing == "median":
        return df.agg(F.percentile_approx(value, 0.5, ACCURACY).alias(f"s_{name}"))
    counts = df.where(value.isNotNull()).groupBy(value.alias("value")).agg((-F.count(F.lit(1))).alias("rank"))
    return counts.agg(F.min_by("value", F.struct("rank", "value")).alias(f"s_{name}"))


def standin_value(name: str, column: ColumnConfig) -> Column | None:
    """The expression of the replacement value, or None if the policy has none."""
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
