"""The rows that are counted: every example with its scores, its reasons and whether it was released."""

from __future__ import annotations

import re

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.dataset_quality.config import BiasConfig, DatasetQualityConfig

NOT_SCORES = ("example_id", "record_id", "rejections", "content_hash", "run_id", "plugin_scores")


def score_columns(scores: DataFrame) -> list[str]:
    """The columns of silver.scores that are scores."""
    return [name for name, kind in scores.dtypes if kind == "double" and name not in NOT_SCORES]


def judged_examples(
    examples: DataFrame, scores: DataFrame, released: DataFrame, duplicates: DataFrame
) -> DataFrame:
    """silver.examples with ``score_*``, all ``rejections`` in one array, ``is_accepted`` and ``is_released``.

    ``released``: one row an example of the release, with ``example_id``. Examples that were not scored
    (rejected before) have NULL scores; one that another stands for is rejected as ``duplicate_<kind>``.
    """
    scored = scores.select(
        "example_id",
        *(F.col(name).alias(f"score_{name}") for name in score_columns(scores)),
        F.col("rejections").alias("_score_rejections"),
    )
    chosen = released.select("example_id", F.lit(True).alias("_released")).dropDuplicates(["example_id"])
    copies = duplicates.where(~F.col("is_kept")).select(
        "example_id", F.array(F.concat(F.lit("duplicate_"), "kind")).alias("_copy")
    )
    nothing = F.array().cast("array<string>")
    return (
        examples.join(scored, "example_id", "left")
        .join(chosen, "example_id", "left")
        .join(copies, "example_id", "left")
        .withColumn(
            "rejections",
            F.array_distinct(
                F.concat(*(F.coalesce(c, nothing) for c in ("rejections", "_score_rejections", "_copy")))
            ),
        )
        .withColumn("is_accepted", F.size("rejections") == 0)
        .withColumn("is_released", F.coalesce("_released", F.lit(False)))
        .drop("_score_rejections", "_released", "_copy")
    )


def cuts(config: DatasetQualityConfig) -> dict[str, Column]:
    """Every dimension that measures are cut by: those declared, and those read from the text."""
    found = {name: F.expr(expression) for name, expression in config.dimensions.items()}
    found["task"] = F.expr(config.volume.task)
    found["intent"] = F.expr(config.coverage.intent)
    found["gendered_terms"] = gendered_terms(config.bias)
    found["sentiment"] = sentiment(config.bias)
    found["question_length"] = (
        F.when(F.length("question") < 50, "under 50 characters")
        .when(F.length("question") <= 200, "50 to 200 characters")
        .otherwise("over 200 characters")
    )
    return found


def gendered_terms(config: BiasConfig) -> Column:
    """masculine, feminine, both or neither, by the words of question and answer."""
    text = F.concat_ws(" ", "question", "answer")
    he, she = occurrences(text, config.masculine), occurrences(text, config.feminine)
    return (
        F.when((he > 0) & (she > 0), "both")
        .when(he > 0, "masculine")
        .when(she > 0, "feminine")
        .otherwise("neither")
    )


def sentiment(config: BiasConfig) -> Column:
    """positive, negative or neutral: which list has more words in the answer."""
    good, bad = (occurrences(F.col("answer"), words) for words in (config.positive, config.negative))
    return F.when(good > bad, "positive").when(bad > good, "negative").otherwise("neutral")


def occurrences(text: Column, words: tuple[str, ...]) -> Column:
    """How often any of the words stands in a text, as a whole word in any case."""
    if not words:
        return F.lit(0)
    alternatives = "|".join(map(re.escape, words))
    return F.regexp_count(F.coalesce(text, F.lit("")), F.lit(rf"(?i)\b({alternatives})\b"))


def tokens(text: Column) -> Column:
    """About how many tokens a text has: a word piece every four characters, and no fewer than its words.

    Four characters a token is the rule of thumb of byte-pair vocabularies for English; text with many
    short words, digits or signs has more, and the count of words and signs is the floor for those.
    """
    pieces = F.regexp_count(F.coalesce(text, F.lit("")), F.lit(r"[A-Za-z]+|[0-9]{1,3}|[^\sA-Za-z0-9]"))
    return F.greatest(pieces, F.ceil(F.coalesce(F.length(text), F.lit(0)) / 4)).cast("int")
