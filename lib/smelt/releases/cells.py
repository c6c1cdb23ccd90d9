"""Applies the balance to tables: the cell of every train row, the rows kept, and those left out with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import Window
from pyspark.sql import functions as F

from smelt.releases.balance import DIMENSIONS, NONE, Cell, Plan, Target, outcomes, plan, wanted_shares
from smelt.releases.config import COMPLEXITIES, LENGTHS, BalanceConfig

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

LEFT_OUT = "gold.left_out"
BALANCE = "gold.balance"
OVER_TARGET = "over_target"
"""Reason for leaving a row out: its cell has more rows than the targets allow."""


class Balanced(NamedTuple):
    """The plan, the train rows with their cell and ``is_kept``, and the same for augmented rows (None without any)."""

    plan: Plan
    placed: DataFrame
    made: DataFrame | None


def complexity_points() -> Column:
    """Complexity of an example: sentences or steps of the answer + question marks + turns before the question."""
    steps = F.regexp_count("answer", F.lit(r"[.!?]+(\s|$)|\n\s*([-*]|\d+[.)])\s"))
    asked = F.regexp_count("question", F.lit(r"\?"))
    return F.greatest(steps, F.lit(1)) + asked + F.size("context")


def with_cells(curated: DataFrame, config: BalanceConfig) -> DataFrame:
    """Select example_id, record_id, source, composite and the dimensions category, complexity and length."""
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
    curated: DataFrame,
    assigned: DataFrame,
    history: DataFrame,
    config: BalanceConfig,
    *,
    salt: str,
    made: DataFrame | None = None,
) -> Balanced:
    """Choose the rows of the train split to keep, and augmented rows to fill values below their target.

    ``assigned`` has example_id and split; ``history`` has the rows of earlier releases. Within a cell, rows of an
    earlier train split come first, so that a release keeps those of the last one, then the order is by ``prefer``; ties
    are broken by the salted hash of example_id. ``made`` (augmented rows) has the columns of ``curated`` and
    ``parent_id``: every parent gets one row before any gets a second.
    """
    train = assigned.where("split = 'train'").select("example_id")
    earlier = history.where("split = 'train'").select("example_id").distinct().withColumn("was", F.lit(True))
    rows = with_cells(curated, config).join(train, "example_id").join(earlier, "example_id", "left")
    draw = F.sha2(F.concat_ws("|", F.lit(salt), "example_id"), 256)
    before = F.coalesce("was", F.lit(False)).desc()
    best = [F.desc("composite")] if config.prefer == "score" else []
    counts = _counts(rows)
    if made is None:
        found = plan(counts, config)
        return Balanced(found, _placed(rows, found.keep, [before, *best, draw]), None)
    of_parent = Window.partitionBy("parent_id").orderBy(before, *best, draw)
    children = (
        with_cells(made, config)
        .join(made.select("example_id", "parent_id"), "example_id")
        .join(earlier, "example_id", "left")
        .withColumn("turn", F.row_number().over(of_parent))
    )
    found = plan(counts, config, _counts(children))
    return Balanced(
        found,
        _placed(rows, found.keep, [before, *best, draw]),
        _placed(children, found.add, [before, F.col("turn"), *best, draw]),
    )


def as_it_came(found: Balanced, kept_children: DataFrame, config: BalanceConfig) -> list[Target]:
    """The outcome of the targets with the final rows: children whose parent was left out are not counted."""
    keep, add = _counts(found.placed.where("is_kept")), _counts(kept_children)
    counts = _counts(found.placed)
    return outcomes(counts, wanted_shares(counts, config), keep, add)


def _counts(rows: DataFrame) -> dict[Cell, int]:
    counted = rows.groupBy(*DIMENSIONS).count().collect()
    return {tuple(row[name] for name in DIMENSIONS): int(row["count"]) for row in counted}


def _placed(rows: DataFrame, keep: Mapping[Cell, int], order: Sequence[Column]) -> DataFrame:
    """``rows`` with ``is_kept``: true for the first ``keep`` rows of each cell."""
    kept = rows.sparkSession.createDataFrame(
        [(*cell, many) for cell, many in keep.items()],
        ", ".join([*(f"{name} string" for name in DIMENSIONS), "keep bigint"]),
    )
    within = Window.partitionBy(*DIMENSIONS).orderBy(*order)
    return (
        rows.join(F.broadcast(kept), [*map(str, DIMENSIONS)], "left")
        .withColumn("is_kept", F.row_number().over(within) <= F.coalesce("keep", F.lit(0)))
        .drop("keep", "was", "turn")
    )


def left_out_rows(rows: DataFrame, reason: str, *, release: str, run_id: str) -> DataFrame:
    """Rows of gold.left_out for ``rows`` (of :func:`with_cells`), which are left out for ``reason``."""
    return rows.select(
        F.lit(release).alias("release"),
        "example_id",
        "record_id",
        "source",
        *DIMENSIONS,
        F.lit(reason).alias("reason"),
        F.lit(run_id).alias("run_id"),
    )
