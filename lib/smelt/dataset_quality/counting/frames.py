"""The rows that are counted: every example with its scores, reasons of rejection, and whether it was released."""

from __future__ import annotations

import re

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.family_config import BiasConfig
from smelt.quality.verdicts import judge


def judged_examples(
    examples: DataFrame,
    scores: DataFrame,
    duplicates: DataFrame,
    signatures: DataFrame,
    released: DataFrame,
) -> DataFrame:
    """silver.examples with ``score_*``, all ``rejections`` in one array, ``is_accepted`` and ``is_released``.

    ``released``: one row per example of the release, with ``example_id``. Acceptance is decided as for gold
    (:func:`smelt.quality.verdicts.judge`). Examples without scores have NULL scores.
    """
    chosen = released.select("example_id", F.lit(True).alias("_released")).dropDuplicates(["example_id"])
    return (
        judge(examples, scores, duplicates, signatures)
        .drop("score_hash", "cluster_id", "lines_aside")
        .join(chosen, "example_id", "left")
        .withColumn("is_released", F.coalesce("_released", F.lit(False)))
        .drop("_released")
    )


def cuts(config: DatasetQualityConfig) -> dict[str, Column]:
    """Dimension -> expression of its segment: declared dimensions, and those derived from the text."""
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
    """Number of occurrences of any of the words in a text, as whole words, case-insensitive."""
    if not words:
        return F.lit(0)
    alternatives = "|".join(map(re.escape, words))
    return F.regexp_count(F.coalesce(text, F.lit("")), F.lit(rf"(?i)\b({alternatives})\b"))


def tokens(text: Column) -> Column:
    """Estimated number of tokens: one per four characters, but at least the number of words, digit groups and signs.

    Four characters per token is a rule of thumb for byte-pair vocabularies of English; text with many short words,
    digits or signs has more tokens.
    """
    pieces = F.regexp_count(F.coalesce(text, F.lit("")), F.lit(r"[A-Za-z]+|[0-9]{1,3}|[^\sA-Za-z0-9]"))
    return F.greatest(pieces, F.ceil(F.coalesce(F.length(text), F.lit(0)) / 4)).cast("int")
