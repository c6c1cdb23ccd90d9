"""What people decided, over the tables: rejections as reasons, corrections in place of a question or answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from smelt.tables.warehouse import Warehouse

VERDICTS = "silver.review_verdicts"
REASON = "review:"
"""Before the reason that people gave, among the rejections of an example; ``unspecified`` where they gave none."""


def pair_hash(question: str, answer: str) -> Column:
    """The same digits as :func:`smelt.review.tasks.text_hash`, of two columns."""
    parts = F.concat_ws("\x1f", F.coalesce(question, F.lit("")), F.coalesce(answer, F.lit("")))
    return F.substring(F.sha2(parts, 256), 1, 32)


def standing_verdicts(verdicts: DataFrame, examples: DataFrame) -> DataFrame:
    """The verdicts that change something today, one row an example.

    ``verdicts`` is silver.review_verdicts, ``examples`` silver.examples (example_id, question, answer). A verdict
    about a text that ``examples`` has no more stands for nothing. Out: example_id, review_reasons
    (array<string>), review_hash.
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
    """``examples`` with people's reasons first in ``rejections``, and ``review_hash`` (null where nobody decided)."""
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
    """silver.examples as the stages after it are to see them: :func:`as_corrected`, where people corrected any."""
    examples, verdicts = warehouse.read("silver.examples"), warehouse.read(VERDICTS)
    corrections = verdicts.where("is_effective AND decision = 'correct'")
    return examples if corrections.isEmpty() else as_corrected(examples, corrections)


def as_corrected(examples: DataFrame, corrections: DataFrame) -> DataFrame:
    """``examples`` with the corrected ``question`` and ``answer``, and another ``content_hash``, where one stands.

    ``corrections`` are rows of silver.review_verdicts, one an example. A correction of a text that ``examples`` has no
    more stands for nothing. So what was corrected is scored and compared anew; the old text stays in silver.examples.
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
