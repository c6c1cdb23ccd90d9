"""Outliers among the numbers of a source: flagged, capped, or their row rejected."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.records.config import RecordSource
from smelt.records.missing import ACCURACY

SCALE = 0.6745
"""The 0.75 quantile of the standard normal distribution."""


def bounded(df: DataFrame, source: RecordSource) -> DataFrame:
    """Add ``outlier:<name>`` to flags (or to rejections, for ``drop``), ``capped:<name>`` if the value was set to the
    bound.

    Bounds are computed over the whole source. A column with an IQR or MAD of 0 has no outliers.
    """
    watched = {name: column.outliers for name, column in source.columns.items() if column.outliers}
    if not watched:
        return df
    bounds = df.crossJoin(F.broadcast(bounds_of(df, source)))
    flags, reasons = [], []
    values: dict[str, Column] = {}
    for name, rule in watched.items():
        value, low, high = F.col(f"v_{name}"), F.col(f"b_{name}.low"), F.col(f"b_{name}.high")
        out = (value < low) | (value > high)
        if rule.action == "cap":
            values[f"v_{name}"] = F.least(F.greatest(value, low), high)
            flags.append(F.when(out, F.lit(f"capped:{name}")))
        elif rule.action == "drop":
            reasons.append(F.when(out, F.lit(f"outlier:{name}")))
        else:
            flags.append(F.when(out, F.lit(f"outlier:{name}")))
    return bounds.select(
        *(c for c in df.columns if c not in values and c not in ("flags", "rejections")),
        added("flags", flags),
        added("rejections", reasons),
        *(F.when(F.col(name).isNotNull(), value).alias(name) for name, value in values.items()),
    )


def added(name: str, reasons: list[Column]) -> Column:
    """The array column with those of ``reasons`` appended that are not NULL."""
    return F.concat(name, F.array_compact(F.array(*reasons))).alias(name) if reasons else F.col(name)


def bounds_of(df: DataFrame, source: RecordSource) -> DataFrame:
    """One row with a struct ``b_<name>`` (low, high) for each column with ``outliers``."""
    middles = df.agg(
        *(
            F.percentile_approx(f"v_{name}", [0.25, 0.5, 0.75], ACCURACY).alias(f"q_{name}")
            for name, column in source.columns.items()
            if column.outliers
        )
    )
    robust = {
        name: c.outliers
        for name, c in source.columns.items()
        if c.outliers and c.outliers.method == "robust_z"
    }
    if robust:
        deviations = df.crossJoin(F.broadcast(middles)).agg(
            *(
                F.percentile_approx(F.abs(F.col(f"v_{n}") - F.col(f"q_{n}")[1]), 0.5, ACCURACY).alias(
                    f"m_{n}"
                )
                for n in robust
            )
        )
        middles = middles.crossJoin(deviations)
    structs = []
    for name, column in source.columns.items():
        if column.outliers is None:
            continue
        quartiles = F.col(f"q_{name}")
        if column.outliers.method == "iqr":
            spread = column.outliers.limit * F.nullif(quartiles[2] - quartiles[0], F.lit(0.0))
            low, high = quartiles[0] - spread, quartiles[2] + spread
        else:
            spread = column.outliers.limit / SCALE * F.nullif(F.col(f"m_{name}"), F.lit(0.0))
            low, high = quartiles[1] - spread, quartiles[1] + spread
        structs.append(F.struct(low.alias("low"), high.alias("high")).alias(f"b_{name}"))
    return middles.select(*structs)
