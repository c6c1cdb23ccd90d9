"""Balance over tables: the cell of every train row, which rows of a cell stay, and what is left out with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import Window
from pyspark.sql import functions as F

from smelt.releases.balance import DIMENSIONS, NONE, Plan, plan
from smelt.releases.config import COMPLEXITIES, LENGTHS, BalanceConfig

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

LEFT_OUT = "gold.left_out"
BALANCE = "gold.balance"
OVER_TARGET = "over_target"
"""Why a row was left out: there are more of its cell than the targets take."""


class Balanced(NamedTuple):
    """The plan, and every train row with its cell and ``is_kept``."""

    plan: Plan
    placed: DataFrame


def complexity_points() -> Column:
    """Sentences or steps of the answer, questions asked, and turns before the question, together."""
    steps = F.regexp_count("answer", F.lit(r"[.!?]+(\s|$)|\n\s*([-*]|\d+[.)])\s"))
    asked = F.regexp_count("question", F.lit(r"\?"))
    return F.greatest(steps, F.lit(1)) + asked + F.size("context")


def with_cells(curated: DataFrame, config: BalanceConfig) -> DataFrame:
    """example_id, record_id, source, composite and the dimensions category, complexity and length."""
    low, high = config.complexity_bounds
    short, long = config.length_bounds
    points = complexity_points()
    characters = F.length("question") + F.length("answer")
    return curated.select(
        "example_id",
        "record_id",
        "source",
        "composite",
        F.coalesce("category", F.lit(NONE)).alias("category"),
        F.when(points < low, COMPLEXITIES[0])
        .when(points < high, COMPLEXITIES[1])
        .otherwise(COMPLEXITIES[2])
        .alias("complexity"),
        F.when(characters < short, LENGTHS[0])
        .when(characters < long, LENGTHS[1])
        .otherwise(LENGTHS[2])
        .alias("length"),
    )


def balanced(
    curated: DataFrame, assigned: DataFrame, history: DataFrame, config: BalanceConfig, *, salt: str
) -> Balanced:
    """Which rows of the train split stay.

    ``assigned`` has example_id and split; ``history`` are the rows of earlier releases. Within a cell those of an
    earlier train split come first, so that a release keeps what the last one had; then by ``prefer``, and the
    salted hash of example_id breaks ties.
    """
    train = assigned.where("split = 'train'").select("example_id")
    earlier = history.where("split = 'train'").select("example_id").distinct().withColumn("was", F.lit(True))
    rows = with_cells(curated, config).join(train, "example_id").join(earlier, "example_id", "left")
    counted = rows.groupBy(*DIMENSIONS).count().collect()
    counts = {tuple(row[name] for name in DIMENSIONS): int(row["count"]) for row in counted}
    found = plan(counts, config)
    kept = curated.sparkSession.createDataFrame(
        [(*cell, many) for cell, many in found.keep.items()],
        ", ".join([*(f"{name} string" for name in DIMENSIONS), "keep bigint"]),
    )
    draw = F.sha2(F.concat_ws("|", F.lit(salt), "example_id"), 256)
    best = [F.desc("composite")] if config.prefer == "score" else []
    order = Window.partitionBy(*DIMENSIONS).orderBy(F.coalesce("was", F.lit(False)).desc(), *best, draw)
    placed = (
        rows.join(F.broadcast(kept), [*map(str, DIMENSIONS)])
        .withColumn("is_kept", F.row_number().over(order) <= F.col("keep"))
        .drop("keep", "was")
    )
    return Balanced(found, placed)


def left_out_rows(rows: DataFrame, reason: str, *, release: str, run_id: str) -> DataFrame:
    """Rows of gold.left_out for ``rows`` (of :func:`with_cells`), which do not stay for ``reason``."""
    return rows.select(
        F.lit(release).alias("release"),
        "example_id",
        "record_id",
        "source",
        *DIMENSIONS,
        F.lit(reason).alias("reason"),
        F.lit(run_id).alias("run_id"),
    )
