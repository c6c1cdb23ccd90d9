"""Streams of predictions with and without a known shift, written as rows, without logs and scrubbing."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from smelt.tables.without_spark import PlainTables

FIRST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CATEGORIES = 40
SHIFTS = ("none", "new_category", "shorter", "accuracy")


def stream(shift: str, windows: int, per_window: int, *, baseline: int, seed: int) -> pl.DataFrame:
    """Rows of ``windows`` days; the shift is there in every day after the ``baseline``."""
    generator = np.random.default_rng(seed)
    n = windows * per_window
    day = np.repeat(np.arange(windows), per_window)
    is_shifted = day >= baseline
    weights = 1 / np.arange(1, CATEGORIES + 1) ** 0.5
    category = generator.choice(CATEGORIES, n, p=weights / weights.sum()).astype(object)
    category = np.array([f"topic{c:02}" for c in category], dtype=object)
    if shift == "new_category":
        category[is_shifted & (generator.random(n) < 0.10)] = "new_topic"
    answer = generator.lognormal(5.3, 0.5, n)
    if shift == "shorter":
        answer = np.where(is_shifted, 0.8 * answer, answer)
    right = np.full(n, 0.85) - (0.05 * is_shifted if shift == "accuracy" else 0)
    offset = np.tile(np.linspace(0, 86_399, per_window), windows) + 86_400 * day
    return pl.DataFrame(
        {
            "number": np.arange(n), "offset": offset, "category": category, "right": generator.random(n) < right,
            "question_chars": generator.lognormal(4.5, 0.4, n).astype(np.int32) + 1,
            "answer_chars": answer.astype(np.int32) + 1, "latency_ms": generator.lognormal(6.7, 0.35, n),
            "day": day,
        }
    )  # fmt: skip


def predictions(rows: pl.DataFrame) -> pl.DataFrame:
    """As silver.predictions has them, texts left out."""
    at = pl.lit(FIRST) + pl.duration(microseconds=(pl.col("offset") * 1e6).cast(pl.Int64))
    key = pl.format("r{}", pl.col("number"))
    none = pl.lit(None)
    return rows.select(
        key.alias("record_id"), pl.lit("bench").alias("source"), at.dt.date().alias("day"), at.alias("at"),
        pl.lit("1").alias("model_version"), none.cast(pl.String).alias("release"),
        none.cast(pl.String).alias("customer_key"), pl.col("category").cast(pl.String), pl.lit("en").alias("language"),
        none.cast(pl.String).alias("question"), none.cast(pl.String).alias("answer"), key.alias("answer_hash"),
        "question_chars", "answer_chars", "latency_ms", pl.lit(90, pl.Int32).alias("tokens_in"),
        pl.lit(60, pl.Int32).alias("tokens_out"), none.cast(pl.Float64).alias("cost_usd"),
        none.cast(pl.String).alias("error"), 
        *(pl.lit(False).alias(name) for name in ("is_empty", "is_refusal", "is_repetitive")),
        pl.lit(0, pl.Int32).alias("answer_pii"), key.alias("content_hash"), pl.lit(FIRST).alias("ingested_at"),
        pl.lit("bench").alias("run_id"),
    )  # fmt: skip


def feedback(rows: pl.DataFrame) -> pl.DataFrame:
    """As silver.feedback has them: an outcome of every row."""
    at = pl.lit(FIRST) + pl.duration(microseconds=(pl.col("offset") * 1e6).cast(pl.Int64))
    key = pl.format("r{}", pl.col("number"))
    return rows.select(
        pl.format("f{}", pl.col("number")).alias("feedback_id"), key.alias("record_id"), 
        pl.lit("bench").alias("source"), pl.lit("correct").alias("kind"),
        pl.col("right").cast(pl.Float64).alias("score"),
        pl.col("right").alias("is_right"),
        pl.lit(None).cast(pl.String).alias("text"), pl.lit(None).cast(pl.String).alias("customer_key"), at.alias("at"),
        at.alias("predicted_at"), pl.col("right").cast(pl.String).alias("content_hash"),
        pl.lit(FIRST).alias("ingested_at"),
        pl.lit("bench").alias("run_id"),
    )  # fmt: skip


def write(tables: PlainTables, rows: pl.DataFrame) -> None:
    """Both tables."""
    tables.append("silver.predictions", predictions(rows).to_arrow())
    tables.append("silver.feedback", feedback(rows).to_arrow())
