"""Draws pairs: a stratified random part with known probabilities, and a separate part of uncertain pairs.

The representative part is a stratified simple random sample without replacement: each stratum gives its share, at
least two pairs, and each of its pairs has the inclusion probability ``stratum_drawn / stratum_rows``. Pairs are drawn
by a salted hash of example_id, so that the same population and seed give the same sample in any order.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from smelt.quality.config import QualityConfig
from smelt.review.config import ReviewConfig
from smelt.review.uncertainty import uncertain_because

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

REST = "(small strata)"


def with_strata(population: DataFrame, config: ReviewConfig) -> DataFrame:
    """Add ``is_accepted``, ``stratum`` (text) and ``stratum_rows`` to rows of :func:`with_doubts`.

    Pairs accepted and rejected by scoring are in different strata. Strata with fewer than ``min_stratum`` pairs are
    merged.
    """
    parts = [_part(name, config) for name in config.stratify_by]
    accepted = F.size("rejections") == 0
    verdict = F.when(accepted, F.lit("accepted")).otherwise(F.lit("rejected"))
    fine = population.withColumn("is_accepted", accepted).withColumn(
        "stratum", F.concat_ws(" | ", verdict, *parts)
    )
    within = Window.partitionBy("stratum")
    sized = fine.withColumn("stratum_rows", F.count("*").over(within))
    rest = F.concat_ws(" | ", verdict, F.lit(REST))
    return sized.withColumn(
        "stratum", F.when(F.col("stratum_rows") < config.min_stratum, rest).otherwise(F.col("stratum"))
    ).withColumn("stratum_rows", F.count("*").over(within))


def draw(
    population: DataFrame,
    config: ReviewConfig,
    quality: QualityConfig,
    *,
    pairs: int,
    count: int | None = None,
) -> DataFrame:
    """Return the pairs drawn: example_id, is_accepted, composite, part, stratum, stratum_rows, stratum_drawn,
    inclusion_probability and uncertain_because.

    ``population`` are ``pairs`` rows of :func:`with_doubts`.

    ``count`` is the target size of the representative part; without it, it is ``review.rate`` of each stratum. A pair
    is in one part only: the uncertain part is taken from the pairs not in the representative part.
    """
    narrow = with_strata(population, config)
    if count is None:
        share: Column = F.lit(config.rate)
    else:
        share = F.lit(min(1.0, count / max(pairs, 1)))
    wanted = F.least(F.col("stratum_rows"), F.greatest(F.lit(2), F.ceil(F.col("stratum_rows") * share)))
    order = Window.partitionBy("stratum").orderBy("draw", "example_id")
    placed = (
        narrow.withColumn("uncertain_because", uncertain_because(config, quality, pairs))
        .withColumn("draw", F.sha2(F.concat_ws("|", F.lit(config.seed), "example_id"), 256))
        .withColumn("stratum_drawn", wanted.cast("bigint"))
        .withColumn("is_drawn", F.row_number().over(order) <= F.col("stratum_drawn"))
    )
    doubtful = ~F.col("is_drawn") & (F.size("uncertain_because") > 0)
    # One window over the candidates; the most uncertain come first.
    ranked = placed.withColumn("is_doubtful", doubtful).where(F.col("is_drawn") | F.col("is_doubtful"))
    rank = Window.partitionBy("is_drawn").orderBy(F.desc(F.size("uncertain_because")), "draw", "example_id")
    drawn_in_all = F.count_if("is_drawn").over(Window.partitionBy(F.lit(1)))
    chosen = (
        ranked.select("example_id", "is_accepted", "composite", "stratum", "stratum_rows", "stratum_drawn",
                      "uncertain_because", "draw", "is_drawn")
        .withColumn("place", F.row_number().over(rank))
        .withColumn("room", F.round(drawn_in_all * config.uncertain_share))
        .where(F.col("is_drawn") | (F.col("place") <= F.col("room")))
    )  # fmt: skip
    is_drawn = F.col("is_drawn")
    return chosen.select(
        "example_id",
        "is_accepted",
        "composite",
        F.when(is_drawn, "representative").otherwise("uncertain").alias("part"),
        F.when(is_drawn, F.col("stratum")).alias("stratum"),
        F.when(is_drawn, F.col("stratum_rows")).alias("stratum_rows"),
        F.when(is_drawn, F.col("stratum_drawn")).alias("stratum_drawn"),
        F.when(is_drawn, F.col("stratum_drawn") / F.col("stratum_rows")).alias("inclusion_probability"),
        "uncertain_because",
    )


def _part(name: str, config: ReviewConfig) -> Column:
    if name == "score_band":
        return _band(F.coalesce("composite", F.lit(0.0)), config.score_bands, "score")
    if name == "length_band":
        return _band(F.col("characters"), config.length_bands, "characters")
    return F.coalesce(name, F.lit("(none)"))


def _band(value: Column, bounds: tuple[float, ...], name: str) -> Column:
    """Label of the band of a value, such as ``score 0.6-0.75``; the lower bound is included."""
    if not bounds:
        return F.lit(name)
    band = F.when(value < bounds[0], f"{name} <{bounds[0]:g}")
    for low, high in pairwise(bounds):
        band = band.when(value < high, f"{name} {low:g}-{high:g}")
    return band.otherwise(f"{name} >={bounds[-1]:g}")
