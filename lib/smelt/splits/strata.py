"""Stratification: every stratum is divided in the same shares, within a tolerance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smelt.splits.config import SplitsConfig

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def within_tolerance(planned: DataFrame, config: SplitsConfig) -> DataFrame:
    """Reassign the free groups (reason ``hash``) of strata whose shares are off by more than ``tolerance``.

    ``planned`` has group_id, examples, stratum, position, split, reason; the same columns come out. In such a
    stratum, free groups go in the order of their hash (group_id breaks ties) into test until its share of the stratum
    is filled, counting fixed groups, then into validation, and the rest into train. A group is taken if at least half
    of it fits. With ``test_from`` the test split is not changed.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    test = 0.0 if config.test_from else config.test
    is_free = F.col("reason") == "hash"

    def size(split: str, free: bool) -> F.Column:  # type: ignore[name-defined]
        chosen = (F.col("split") == split) & (is_free if free else ~is_free)
        return F.coalesce(F.sum(F.when(chosen, F.col("examples"))), F.lit(0))

    strata = planned.groupBy("stratum").agg(
        F.sum("examples").alias("of_stratum"),
        size("test", False).alias("fixed_test"),
        size("validation", False).alias("fixed_validation"),
        size("test", True).alias("drawn_test"),
        size("validation", True).alias("drawn_validation"),
    )
    off_test = F.abs((F.col("fixed_test") + F.col("drawn_test")) / F.col("of_stratum") - config.test)
    off_validation = F.abs(
        (F.col("fixed_validation") + F.col("drawn_validation")) / F.col("of_stratum") - config.validation
    )
    is_off = off_validation > config.tolerance
    if not config.test_from:
        is_off = is_off | (off_test > config.tolerance)
    wanted = strata.select(
        "stratum",
        (is_off & (F.col("of_stratum") >= config.min_stratum)).alias("is_off"),
        F.greatest(F.lit(0.0), F.col("of_stratum") * test - F.col("fixed_test")).alias("room_test"),
        F.greatest(
            F.lit(0.0), F.col("of_stratum") * config.validation - F.col("fixed_validation")
        ).alias("room_validation"),
    )  # fmt: skip
    joined = planned.join(wanted, "stratum")
    order = Window.partitionBy("stratum", "anew").orderBy("position", "group_id")
    middle = F.sum("examples").over(order.rowsBetween(Window.unboundedPreceding, 0)) - F.col("examples") / 2
    anew = (
        F.when(F.col("middle") <= F.col("room_test"), "test")
        .when(F.col("middle") <= F.col("room_test") + F.col("room_validation"), "validation")
        .otherwise("train")
    )
    return (
        joined.withColumn("anew", F.col("is_off") & is_free)
        .withColumn("middle", middle)
        .withColumn("split", F.when(F.col("anew"), anew).otherwise(F.col("split")))
        .withColumn("reason", F.when(F.col("anew"), "stratum").otherwise(F.col("reason")))
        .select(*planned.columns)
    )
