"""Checks a row against its source's declaration: required values and checks."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.records.config import RecordSource


def validated(df: DataFrame, source: RecordSource) -> DataFrame:
    """Add ``missing:<column>`` (column not nullable) and ``check:<name>`` (check is false) to ``rejections``.

    A value that could not be parsed was flagged ``unreadable`` and is NULL, so it rejects the row if not nullable.
    """
    reasons: list[Column] = []
    for name, column in source.columns.items():
        if not column.nullable:
            reasons.append(F.when(F.col(f"v_{name}").isNull(), F.lit(f"missing:{name}")))
    plain = df.select(
        "*", *(F.col(f"v_{name}").alias(name) for name in source.columns if name not in df.columns)
    )
    for check in source.checks:
        reasons.append(F.when(~F.expr(check.expression), F.lit(f"check:{check.name}")))
    if not reasons:
        return df
    found = F.array_distinct(F.concat("rejections", F.array_compact(F.array(*reasons))))
    return plain.withColumn("rejections", found).select(*df.columns)
