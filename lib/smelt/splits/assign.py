"""Assigns examples to splits: whole groups, by salted hash, consistent with earlier releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smelt.duplicates.graph import Checkpoint, local_checkpoint
from smelt.splits.config import SplitsConfig
from smelt.splits.groups import group_examples
from smelt.splits.strata import within_tolerance

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def assign_splits(
    curated: DataFrame,
    earlier: DataFrame,
    config: SplitsConfig,
    *,
    checkpoint: Checkpoint = local_checkpoint,
) -> DataFrame:
    """(example_id, group_id, split) of every curated example.

    ``curated``: example_id, asked_at, the stratifying column and the link columns. ``earlier``: the same
    identifiers and ``split`` for the examples of all earlier releases (with the current ``cluster_id``, see
    :func:`smelt.splits.earlier.earlier_examples`). See :func:`plan_groups` for the rules.
    """
    members = checkpoint(group_examples([curated, earlier], config.links, checkpoint=checkpoint))
    plan = plan_groups(curated, earlier, members, config)
    own = curated.select("example_id").join(members, "example_id")
    return own.join(plan.select("group_id", "split"), "group_id").select("example_id", "group_id", "split")


def plan_groups(
    curated: DataFrame, earlier: DataFrame, members: DataFrame, config: SplitsConfig
) -> DataFrame:
    """One row per group with curated examples, with its split and the reason.

    ``members`` is (example_id, group_id) over both inputs. Out: group_id, examples (bigint), stratum, earlier
    (array of its splits in earlier releases), split, reason, is_conflict, is_oversized. In this order:

    1. ``earlier``: a group with a member in an earlier test split is test, else validation, else train; members
       in two of them are a conflict, resolved in that order and reported.
    2. ``newest``: with ``test_from``, a group with an example at or after it is test.
    3. ``hash``: the salted hash of group_id, a number in [0, 1), falls into the share of a split; but a group
       larger than the whole budget of test or validation goes to train (``oversized``). Groups are never cut.
    4. ``stratum``: if step 3 leaves a stratum's shares further off than ``tolerance``, its groups without another
    reason are reassigned in the order of their hash, until each share is filled.
    """
    from pyspark.sql import functions as F

    was = earlier.join(members, "example_id").groupBy("group_id").agg(
        F.sort_array(F.collect_set("split")).alias("earlier")
    )  # fmt: skip
    groups = _describe(curated.join(members, "example_id"), config).join(was, "group_id", "left")
    groups = groups.withColumn("earlier", F.coalesce("earlier", F.array().cast("array<string>")))
    total = curated.agg(F.count("*").alias("total"))
    drawn = groups.crossJoin(F.broadcast(total)).withColumn(
        "position", hash_position(config.salt, "group_id")
    )
    budget = _by_split(
        {split: F.col("total") * config.share(split) for split in ("test", "validation", "train")}
    )
    by_hash = _hashed_split(config)
    too_large = (by_hash != "train") & (F.col("examples") > budget(by_hash))
    sticky = _sticky_split()
    is_newest = F.col("newest") >= F.lit(config.test_from) if config.test_from else F.lit(False)
    planned = drawn.select(
        "group_id", "examples", "stratum", "earlier", "position", "total",
        F.coalesce(
            sticky, F.when(is_newest, "test"), F.when(too_large, "train"), by_hash
        ).alias("split"),
        F.when(sticky.isNotNull(), "earlier").when(is_newest, "newest").when(too_large, "oversized")
        .otherwise("hash").alias("reason"),
    )  # fmt: skip
    if config.stratify_by:
        planned = within_tolerance(planned, config)
    return planned.select(
        "group_id", "examples", "stratum", "earlier", "split", "reason",
        (F.size("earlier") > 1).alias("is_conflict"),
        ((F.col("examples") > budget(F.col("split"))) | (F.col("reason") == "oversized")).alias("is_oversized"),
    )  # fmt: skip


def hash_position(salt: str, column: str) -> Column:
    """A number in [0, 1): the first 52 bits of SHA-256 over salt and value, which a double holds exactly."""
    from pyspark.sql import functions as F

    digest = F.sha2(F.concat_ws("\x1f", F.lit(salt), F.col(column)), 256)
    return F.conv(F.substring(digest, 1, 13), 16, 10).cast("double") / float(1 << 52)


def _describe(grouped: DataFrame, config: SplitsConfig) -> DataFrame:
    """group_id, examples, newest, stratum (the most frequent value of the stratifying column; ties: the smallest)."""
    from pyspark.sql import functions as F

    has_stratum = config.stratify_by is not None and config.stratify_by in grouped.columns
    stratum = F.coalesce(F.col(config.stratify_by or ""), F.lit("")) if has_stratum else F.lit("")
    newest = F.max("asked_at") if "asked_at" in grouped.columns else F.lit(None).cast("timestamp")
    counted = grouped.groupBy("group_id", stratum.alias("stratum")).agg(
        F.count("*").alias("examples"), newest.alias("newest")
    )
    return counted.groupBy("group_id").agg(
        F.sum("examples").alias("examples"),
        F.max("newest").alias("newest"),
        F.min(F.struct((-F.col("examples")).alias("negative"), "stratum"))["stratum"].alias("stratum"),
    )


def _hashed_split(config: SplitsConfig) -> Column:
    """Split by hash position; test and validation come first, so that a larger train share moves no group between
    them."""
    from pyspark.sql import functions as F

    held_out = config.validation if config.test_from else config.test + config.validation
    test = F.lit(0.0) if config.test_from else F.lit(config.test)
    position = F.col("position")
    return F.when(position < test, "test").when(position < held_out, "validation").otherwise("train")


def _sticky_split() -> Column:
    from pyspark.sql import functions as F

    was = [F.when(F.array_contains("earlier", split), split) for split in ("test", "validation", "train")]
    return F.coalesce(*was)


def _by_split(values: dict[str, Column]):  # type: ignore[no-untyped-def]
    from pyspark.sql import functions as F

    def chosen(split: Column) -> Column:
        return F.when(split == "test", values["test"]).when(split == "validation", values["validation"]).otherwise(
            values["train"]
        )  # fmt: skip

    return chosen
