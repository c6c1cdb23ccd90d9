"""Applies verdicts to tables: rejections become reasons, corrections replace questions and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from smelt.tables.warehouse import Warehouse

VERDICTS = "silver.review_verdicts"
REASON = "review:"
"""Prefix of annotators' reasons in the rejections of an example; without a reason: ``unspecified``."""


def pair_hash(question: str, answer: str) -> Column:
    """The hash of :func:`smelt.review.tasks.text_hash`, as an expression of two columns."""
    parts = F.concat_ws("\x1f", F.coalesce(question, F.lit("")), F.coalesce(answer, F.lit("")))
    return F.substring(F.sha2(parts, 256), 1, 32)


def effective_verdicts(verdicts: DataFrame, examples: DataFrame) -> DataFrame:
    """The verdicts that currently have an effect, one row per example.

    ``verdicts`` is silver.review_verdicts, ``examples`` silver.examples (example_id, question, answer). A verdict
    about a text that ``examples`` no longer has is ignored. Returns example_id, review_reasons (array<string>),
    review_hash.
    """
    today = examples.select("example_id", pair_hash("question", "answer").alias("base_hash"))
    named = F.when(F.size("reasons") > 0, F.col("reasons")).otherwise(F.array(F.lit("unspecified")))
    is_rejected = F.col("decision") == "reject"
    return (
        verdicts.where("is_effective AND decision <> 'accept'")
        .join(today, ["example_id", "base_hash"])
        .select(
            "example_id",
            F.when(is_rejected, F.transform(named, lambda reason: F.concat(F.lit(REASON), reason)))
            .otherwise(F.array().cast("array<string>"))
            .alias("review_reasons"),
            F.col("content_hash").alias("review_hash"),
        )
    )


def with_review_rejections(examples: DataFrame, verdicts: DataFrame) -> DataFrame:
    """``examples`` with annotators' reasons first in ``rejections``, and ``review_hash`` (null without a verdict)."""
    decided = verdicts.select("example_id", "review_reasons", "review_hash")
    nothing = F.array().cast("array<string>")
    return (
        examples.join(decided, "example_id", "left")
        .withColumn(
            "rejections", F.array_distinct(F.concat(F.coalesce("review_reasons", nothing), "rejections"))
        )
        .drop("review_reasons")
    )


def examples_as_corrected(warehouse: Warehouse) -> DataFrame:
    """silver.examples with the corrections of annotators applied (:func:`as_corrected`), for the later stages."""
    examples, verdicts = warehouse.read("silver.examples"), warehouse.read(VERDICTS)
    corrections = verdicts.where("is_effective AND decision = 'correct'")
    return examples if corrections.isEmpty() else as_corrected(examples, corrections)


def as_corrected(examples: DataFrame, corrections: DataFrame) -> DataFrame:
    """``examples`` with corrections applied to ``question``, ``answer`` and ``content_hash``.

    ``corrections`` are rows of silver.review_verdicts, one per example; a correction of a text that ``examples`` no
    longer has is ignored. Corrected pairs are then scored and compared again; silver.examples keeps the old text.
    """
    given = corrections.select(
        "example_id",
        F.col("base_hash").alias("_base"),
        F.col("question").alias("_question"),
        F.col("answer").alias("_answer"),
        F.col("content_hash").alias("_review"),
    )
    stands = F.coalesce(F.col("_base") == pair_hash("question", "answer"), F.lit(False))
    anew = F.substring(F.sha2(F.concat_ws("|", "content_hash", "_review"), 256), 1, 32)
    return (
        examples.join(F.broadcast(given), "example_id", "left")
        .withColumns(
            {
                "content_hash": F.when(stands, anew).otherwise(F.col("content_hash")),
                "question": F.when(stands, F.coalesce("_question", "question")).otherwise(F.col("question")),
                "answer": F.when(stands, F.coalesce("_answer", "answer")).otherwise(F.col("answer")),
            }
        )
        .select(*examples.columns)
    )
