"""The transformations from bronze to silver.records for one source."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.isolate import PREFIX
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey
from smelt.records.config import NUMERIC, TIMES, RecordSource
from smelt.records.features import with_features
from smelt.records.missing import filled
from smelt.records.outliers import bounded
from smelt.records.raw import unpacked
from smelt.records.repeats import marked
from smelt.records.scrub import scrubbed
from smelt.records.types import typed
from smelt.records.validate import validated
from smelt.records.wording import worded


def records(
    bronze: DataFrame, source: RecordSource, config: PiiConfig, key: ScrubKey, run_id: str
) -> DataFrame:
    """Rows of silver.records, one per bronze record of ``source``, with the columns of the contract."""
    return (
        bronze.transform(unpacked, source)
        .transform(typed, source)
        .transform(filled, source)
        .transform(bounded, source)
        .transform(marked, source)
        .transform(validated, source)
        .transform(with_features, source)
        .transform(scrubbed, source, config, key)
        .transform(shaped, source, run_id)
    )


def shaped(df: DataFrame, source: RecordSource, run_id: str) -> DataFrame:
    """Select the columns of the contract; question and answer are made from scrubbed text."""
    shown = {name: c for name, c in source.columns.items() if c.pii != "withhold"}
    typed_values = {
        n for n, c in shown.items() if c.type in NUMERIC or c.type in TIMES or c.type == "boolean"
    }
    values = {n: F.col(f"v_{n}") if n in typed_values else F.element_at("texts", F.lit(n)) for n in shown}
    question, answer = (
        worded(template, source.columns, values) for template in (source.question, source.answer)
    )
    lacking = []
    if source.question is not None:
        lacking.append(F.when(F.col("question").isNull(), F.lit("no_question")))
    if source.answer is not None:
        lacking.append(F.when(F.col("answer").isNull(), F.lit("no_answer")))
    failed = F.filter("pii_rejections", lambda reason: reason.startswith(PREFIX))
    lacking.append(F.when(F.size("pii_rejections") > F.size(failed), F.lit("privacy_policy")))
    booleans = [n for n in typed_values if source.columns[n].type == "boolean"]
    words = F.map_concat(F.col("texts"), map_of({n: values[n].cast("string") for n in booleans}, "string"))
    return df.withColumn("question", question).withColumn("answer", answer).select(
        "record_id",
        "source",
        words.alias("fields"),
        map_of({n: values[n] for n in typed_values if source.columns[n].type in NUMERIC}, "double").alias("numbers"),
        map_of({n: values[n] for n in typed_values if source.columns[n].type in TIMES}, "timestamp").alias("times"),
        "features",
        (values[source.category] if source.category else F.lit(None)).cast("string").alias("category"),
        (values[source.asked_at] if source.asked_at else F.lit(None)).cast("timestamp").alias("asked_at"),
        "question",
        "answer",
        F.array_sort("flags").alias("flags"),
        F.concat(failed, "rejections", F.array_compact(F.array(*lacking))).alias("rejections"),
        "pii_count",
        "content_hash",
        "ingested_at",
        F.lit(run_id).alias("run_id"),
    )  # fmt: skip


def map_of(values: dict[str, Column], kind: str) -> Column:
    """A map from name to value, sorted by name, without nulls."""
    if not values:
        return F.create_map().cast(f"map<string,{kind}>")
    found = F.create_map(*(x for name in sorted(values) for x in (F.lit(name), values[name].cast(kind))))
    return F.map_filter(found, lambda _, v: v.isNotNull())


def wide(rows: DataFrame, source: RecordSource) -> DataFrame:
    """silver.records of one source as a plain table: record_id, the declared columns with their types, features
    (double)."""
    columns: list[Column] = [F.col("record_id")]
    for name, column in source.columns.items():
        if column.pii == "withhold":
            continue
        if column.type in NUMERIC:
            columns.append(F.element_at("numbers", F.lit(name)).alias(name))
        elif column.type in TIMES:
            columns.append(F.element_at("times", F.lit(name)).alias(name))
        elif column.type == "boolean":
            columns.append(F.element_at("fields", F.lit(name)).cast("boolean").alias(name))
        else:
            columns.append(F.element_at("fields", F.lit(name)).alias(name))
    columns += [
        F.element_at("features", F.lit(name)).alias(name)
        for name in source.features
        if name not in source.columns
    ]
    return rows.where(F.col("source") == source.source).select(*columns)
