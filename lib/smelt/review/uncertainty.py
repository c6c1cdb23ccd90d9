"""Finds uncertain pairs for review: scores close to pass marks, measures that disagree, dominant answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from smelt.quality.config import MEASURES, QualityConfig
from smelt.review.config import ReviewConfig

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

APART = ("question_clarity", "answer_accuracy", "answer_completeness", "answer_grammar", "relevance")
"""Measures that are compared with each other; a large difference is a reason for doubt."""

DOMINANT_COPIES = 10


def with_doubts(population: DataFrame, findings: DataFrame, config: ReviewConfig) -> DataFrame:
    """``population`` without texts, with the columns for :func:`uncertain_because` and for strata.

    These are ``is_detector_unsure``, ``answer_copies`` (number of pairs with the same answer) and ``characters`` (of
    question and answer). ``findings`` is silver.pii_findings (record_id, confidence).
    """
    unsure = (
        findings.where(F.col("confidence") < config.doubtful_confidence)
        .select("record_id")
        .distinct()
        .withColumn("is_detector_unsure", F.lit(True))
    )
    narrow = (
        population.withColumn("characters", F.length("question") + F.length("answer"))
        .withColumn("said", F.xxhash64(F.lower("answer")))
        .drop("question", "answer", "context", "text_hash", "base_hash")
    )
    return (
        narrow.join(unsure, "record_id", "left")
        .withColumn("answer_copies", F.count("*").over(Window.partitionBy("said")))
        .drop("said")
    )


def uncertain_because(config: ReviewConfig, quality: QualityConfig, pairs: int) -> Column:
    """Expression of type array<string>, over the columns of :func:`with_doubts`: all reasons for doubt.

    ``pairs`` is the size of the population."""
    marks = {name: quality.pass_mark(name) for name in MEASURES}
    near = [
        F.abs(F.col(f"score_{name}") - mark) <= config.margin for name, mark in marks.items() if 0 < mark < 1
    ]
    apart = [f"score_{name}" for name in APART]
    spread = F.greatest(*apart) - F.least(*apart)
    dominates = (F.col("answer_copies") >= DOMINANT_COPIES) & (
        F.col("answer_copies") >= pairs * config.dominant_share
    )
    is_near = near[0] if near else F.lit(False)
    for condition in near[1:]:
        is_near = is_near | F.coalesce(condition, F.lit(False))
    reasons = {
        "near_pass_mark": is_near,
        "measures_disagree": spread >= config.measures_apart,
        "detector_unsure": F.col("is_detector_unsure"),
        "dominant_answer": dominates,
    }
    return F.array_compact(F.array(*(F.when(condition, F.lit(name)) for name, condition in reasons.items())))
