"""Decides which examples are accepted, and collects every reason of the others; used by gold, report and gates."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.isolate import PREFIX

NOT_SCORED = "not_scored"
"""Reason of an example that has no scores yet and no other reason."""
COPY = "duplicate_"
"""Prefix of the kind of duplicate (exact, near, semantic) if another example is kept instead of this one."""
CONTAMINATED = "contaminated:"
"""Prefix of the name of an evaluation set that contains the example."""


def score_columns(scores: DataFrame) -> list[str]:
    """The columns of silver.scores that are scores, i.e. all doubles."""
    return [name for name, kind in scores.dtypes if kind == "double"]


def judge(examples: DataFrame, scores: DataFrame, duplicates: DataFrame, signatures: DataFrame) -> DataFrame:
    """``examples`` with the reasons of all stages in ``rejections``, and with ``is_accepted``.

    ``examples`` needs example_id and rejections and keeps its other columns; the other arguments are the silver tables.
    Also adds ``score_<name>`` per score, ``score_hash`` (content_hash of the scores), ``cluster_id`` and
    ``lines_aside`` (comma-separated hashes of the lines that were not compared); null where the example has no such
    row.
    """
    scored = scores.select(
        "example_id",
        *(F.col(name).alias(f"score_{name}") for name in score_columns(scores)),
        F.col("content_hash").alias("score_hash"),
        F.col("rejections").alias("_of_scores"),
    )
    members = duplicates.select(
        "example_id",
        "cluster_id",
        _only_where(~F.col("is_kept"), F.concat(F.lit(COPY), "kind")).alias("_of_duplicates"),
    )
    signed = signatures.select(
        "example_id",
        F.transform("contaminated_by", _said_of_set).alias("_of_sets"),
        F.concat_ws(",", F.col("set_aside").cast("array<string>")).alias("lines_aside"),
    )
    found = ("rejections", "_of_scores", "_of_duplicates", "_of_sets")
    reasons = F.array_distinct(F.concat(*(F.coalesce(column, _no_reasons()) for column in found)))
    unscored = _only_where(F.col("score_composite").isNull(), F.lit(NOT_SCORED))
    return (
        examples.join(scored, "example_id", "left")
        .join(members, "example_id", "left")
        .join(signed, "example_id", "left")
        .withColumn("rejections", reasons)
        .withColumn("rejections", F.when(F.size("rejections") == 0, unscored).otherwise(F.col("rejections")))
        .withColumn("is_accepted", F.size("rejections") == 0)
        .drop(*found[1:])
    )


def _said_of_set(name: Column) -> Column:
    """The reason for a matched evaluation set; a failure while computing the signature is already a reason and kept."""
    return F.when(name.startswith(PREFIX), name).otherwise(F.concat(F.lit(CONTAMINATED), name))


def _no_reasons() -> Column:
    return F.array().cast("array<string>")


def _only_where(condition: Column, reason: Column) -> Column:
    return F.when(condition, F.array(reason)).otherwise(_no_reasons())
