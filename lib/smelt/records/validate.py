"""Whether a row keeps what its source declares: types, values that must be there, closed lists, checks."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.records.config import RecordSource


def validated(df: DataFrame, source: RecordSource) -> DataFrame:
    """``rejections`` gains ``missing:<column>`` (not nullable) and ``check:<name>`` (a check that is false).

    A value that could not be read is flagged as ``unreadable``; it rejects the row where the column must have one.
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
