"""Builds and reads gold.training_splits: curated examples with their split, in the form for trainers."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from smelt.releases.config import ReleaseConfig
from smelt.releases.messages import add_training_columns
from smelt.tables.contract import contract
from smelt.tables.embedded import to_arrow

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.releases.manifest import Manifest
    from smelt.tables.warehouse import Warehouse

TABLE = "gold.training_splits"
CURATED = "gold.curated_examples"

BATCH_ROWS = 20_000
"""Curated examples whose training rows are computed together: some 40 MB."""


def training_rows(
    curated: DataFrame, assigned: DataFrame, config: ReleaseConfig, *, release: str, run_id: str
) -> DataFrame:
    """Rows of gold.training_splits for ``release``: ``curated`` examples with group, split and training columns.

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


def write_rows(
    warehouse: Warehouse,
    release: str,
    run_id: str,
    config: ReleaseConfig,
    curated: DataFrame,
    version: int | None,
    assigned: DataFrame,
    made: DataFrame | None,
) -> None:
    """Write :func:`training_rows` of the ``curated`` examples that are ``assigned``, and those of ``made`` pairs.

    ``curated`` are rows of ``version`` of gold.curated_examples. With the embedded engine, its files are read, and the
    rows computed, in batches of this process (:mod:`smelt.releases.arrow`).
    """
    where = f"release = '{release}'"
    batches = None
    if warehouse.is_embedded:
        batches = warehouse.batches(CURATED, version=version, rows=BATCH_ROWS)
    if batches is None:
        taken = curated.withColumn("origin", F.lit(None).cast("string"))
        rows = training_rows(taken, assigned, config, release=release, run_id=run_id)
        warehouse.replace_where(TABLE, rows if made is None else rows.unionByName(made), where)
        return
    from smelt.releases.arrow import training_batches

    places = to_arrow(assigned.select("example_id", "group_id", "split"))
    written = training_batches(batches, places, config, release=release, run_id=run_id)
    schema = contract(TABLE).arrow_schema()
    if made is not None:
        written = chain(written, to_arrow(contract(TABLE).conform(made)).cast(schema).to_batches())
    warehouse.replace_where_by(TABLE, pa.RecordBatchReader.from_batches(schema, written), where)


def finished(training_splits: DataFrame, releases: DataFrame) -> DataFrame:
    """Rows of releases with a manifest, written by the manifest's run; rows left by killed runs are excluded."""
    made = releases.where("dropped_at IS NULL") if "dropped_at" in releases.columns else releases
    return training_splits.join(
        F.broadcast(made.select("release", "run_id")), ["release", "run_id"], "left_semi"
    )


def finished_rows(warehouse: Warehouse) -> DataFrame:
    """The rows of gold.training_splits that belong to a finished release; only these may be exported or trained on."""
    return finished(warehouse.read(TABLE), warehouse.read("gold.releases"))


def rows_of(warehouse: Warehouse, manifest: Manifest) -> DataFrame:
    """The rows of one finished release."""
    is_its = (F.col("release") == manifest.release) & (F.col("run_id") == manifest.run_id)
    return warehouse.read(TABLE).where(is_its)


def remove_unfinished(warehouse: Warehouse) -> list[str]:
    """Delete rows without a finished release, left by failed or killed runs; returns the names of these releases.

    Call it under the lease, so that no other run is writing such rows.
    """
    held = warehouse.read(TABLE).select("release", "run_id").distinct()
    known = finished(held, warehouse.read("gold.releases"))
    left = held.join(known, ["release", "run_id"], "left_anti").collect()
    for row in left:
        of_run = str(row["run_id"]).replace("'", "\\'")
        warehouse.delete_where(TABLE, f"release = '{row['release']}' AND run_id = '{of_run}'")
    return sorted({row["release"] for row in left})
