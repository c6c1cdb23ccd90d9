"""Rows of gold.training_splits: curated examples with their split, as trainers read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from smelt.releases.config import ReleaseConfig
from smelt.releases.messages import add_training_columns
from smelt.tables.contract import contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TABLE = "gold.training_splits"


def training_rows(
    curated: DataFrame, assigned: DataFrame, config: ReleaseConfig, *, release: str, run_id: str
) -> DataFrame:
    """Rows of ``release``: ``curated`` examples with their group and split, as trainers read them.

    ``assigned`` has example_id, group_id and split, once for every curated example.
    """
    return (
        curated.drop("run_id")
        .join(assigned, "example_id")
        .transform(
            add_training_columns, system_prompt=config.system_prompt, context_turns=config.context_turns
        )
        .withColumn("release", F.lit(release))
        .withColumn("run_id", F.lit(run_id))
        .select(*contract(TABLE).column_names)
    )


def finished(training_splits: DataFrame, releases: DataFrame) -> DataFrame:
    """Rows of releases that have a manifest; what a killed run left behind is not history."""
    return training_splits.join(F.broadcast(releases.select("release")), "release", "left_semi")
