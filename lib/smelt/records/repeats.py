"""Repeated rows: equal in all columns, or equal in their key."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from smelt.records.config import RecordSource
from smelt.records.outliers import added


def marked(df: DataFrame, source: RecordSource) -> DataFrame:
    """Add ``duplicate_key`` to rejections, and ``duplicate_exact`` to rejections or flags, by ``exact_duplicates``.

    Among rows with one key the newest is kept, among exact duplicates that with the smallest ``record_id``; keys with a
    missing part are never equal. Exact comparison ignores the key columns.
    """
    reasons: list[Column] = []
    flags: list[Column] = []
    if source.key:
        keys = [F.col(f"v_{name}") for name in source.key]
        whole = F.lit(True)
        for part in keys:
            whole = whole & part.isNotNull()
        order = [F.desc(f"v_{source.newest}"), F.col("record_id")] if source.newest else [F.col("record_id")]
        df = df.withColumn("_of_key", F.row_number().over(Window.partitionBy(*keys).orderBy(*order)))
        reasons.append(F.when(whole & (F.col("_of_key") > 1), F.lit("duplicate_key")))
    if source.exact_duplicates != "keep":
        compared = [f"v_{name}" for name in source.columns if name not in source.key]
        if compared:
            same = Window.partitionBy(F.xxhash64(*compared), F.hash(*compared)).orderBy("record_id")
            df = df.withColumn("_of_all", F.row_number().over(same))
            reason = F.when(F.col("_of_all") > 1, F.lit("duplicate_exact"))
            (reasons if source.exact_duplicates == "drop" else flags).append(reason)
    return df.select(
        *(c for c in df.columns if c not in ("flags", "rejections", "_of_key", "_of_all")),
        added("flags", flags),
        added("rejections", reasons),
    )
