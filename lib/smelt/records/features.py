"""Features computed from columns: lengths, elapsed times, parts of a time, number of earlier rows."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from smelt.records.config import FeatureConfig, RecordSource

SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}


def with_features(df: DataFrame, source: RecordSource) -> DataFrame:
    """Add ``features`` map<string,double>: declared feature -> value, without those that are NULL."""
    found = {name: feature_of(feature).cast("double") for name, feature in source.features.items()}
    if not found:
        return df.withColumn("features", F.create_map().cast("map<string,double>"))
    columns = df.select("*", *(value.alias(f"f_{name}") for name, value in found.items()))
    pairs = F.create_map(*(x for name in found for x in (F.lit(name), F.col(f"f_{name}"))))
    known = F.map_filter(pairs, lambda _, v: v.isNotNull())
    return columns.withColumn("features", known).drop(*(f"f_{name}" for name in found))


def feature_of(feature: FeatureConfig) -> Column:
    """The expression of a feature; NULL if an input is missing."""
    of, start, end = (
        F.col(f"v_{name}") if name else F.lit(None) for name in (feature.of, feature.start, feature.end)
    )
    match feature.kind:
        case "length":
            return F.coalesce(F.length(of), F.lit(0))
        case "words":
            return F.coalesce(F.regexp_count(of, F.lit(r"[\p{L}\p{N}]+")), F.lit(0))
        case "elapsed":
            return between(start, end) / SECONDS[feature.unit]
        case "first_reply":
            replies = F.filter("turns", lambda turn: (turn["role"] == "agent") & turn["at"].isNotNull())
            return between(start, F.get(replies, F.lit(0))["at"]) / SECONDS[feature.unit]
        case "weekday":
            return F.weekday(of) + 1
        case "hour":
            return F.hour(of)
        case "month":
            return F.month(of)
        case "prior":
            earlier = (
                Window.partitionBy(of).orderBy(start, "record_id").rowsBetween(Window.unboundedPreceding, -1)
            )
            return F.when(of.isNotNull(), F.count(F.lit(1)).over(earlier))
        case "value":
            return of


def between(start: Column, end: Column) -> Column:
    """Seconds from one moment to another."""
    return F.unix_timestamp(end) - F.unix_timestamp(start)
