"""silver.duplicates: all members of clusters of duplicates, computed from silver.signatures."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.duplicates.clusters import all_clusters, updated_clusters
from smelt.duplicates.graph import Checkpoint
from smelt.duplicates.members import ranks, scored_examples
from smelt.duplicates.signatures import (
    accepted,
    evaluation_index,
    settings_of,
    update_signatures,
    with_embeddings,
)
from smelt.jobs import load_stage
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.quality.verdicts import COPY
from smelt.review.effect import VERDICTS, examples_as_corrected
from smelt.tables.ledger import Entry, StageResult, balance_of

STAGE = "duplicates"
READS = ("silver.examples", "silver.scores", VERDICTS)
WRITES = ("silver.signatures", "silver.embeddings", "silver.duplicates")


def external_inputs(config: SmeltConfig) -> tuple[str, ...] | None:
    """None with evaluation sets or a model, whose files may change at any time."""
    return None if config.duplicates.decontamination.sets or config.duplicates.semantic.enabled else ()


build = all_clusters

REBUILD_SHARE = 0.3
"""Share of fresh signatures above which a complete comparison is cheaper than an update."""


def run(job: Job) -> StageResult:
    """Sign new examples, compare them with each other and with earlier ones, and update silver.duplicates.

    Signatures are written first, clusters second; signatures of runs that are not done in ops.runs are compared again,
    so the next run finishes one killed in between. The ledger counts the compared examples: "out" are kept or unique
    ones, "rejected" the copies.
    """
    with job.warehouse.checkpoints() as checkpoint:
        return _run(job, checkpoint)


def _run(job: Job, checkpoint: Checkpoint) -> StageResult:
    config, warehouse = job.config.duplicates, job.warehouse
    index = evaluation_index(warehouse, config)
    examples = accepted(examples_as_corrected(warehouse), settings_of(config, index))
    changes = update_signatures(warehouse, examples, config, index, job.run_id, checkpoint)
    signatures = warehouse.read("silver.signatures")
    fresh_runs, fresh_rows, all_rows = _unfinished(job, signatures)
    if changes.removed:
        signatures = signatures.join(F.broadcast(changes.gone), "example_id", "left_anti")
    fresh = signatures.where(F.col("run_id").isin(fresh_runs))
    if config.semantic.enabled:
        signatures = with_embeddings(warehouse, signatures, examples, config, job.run_id)
    scored = ranks(warehouse.read("silver.scores"))
    ranked = scored_examples(examples, scored)
    own_run = F.lit(job.run_id).alias("run_id")
    if fresh_rows > REBUILD_SHARE * all_rows:
        rows = build(signatures, ranked, config, rows=all_rows, checkpoint=checkpoint).select("*", own_run)
        warehouse.replace_where("silver.duplicates", rows, "example_id IS NOT NULL")
    else:
        duplicates = warehouse.read("silver.duplicates")
        moved = fresh.select("example_id", "text_hash")
        gone = None if changes.are_new and fresh_runs == [job.run_id] else changes.gone
        update = updated_clusters(
            signatures, moved, gone, duplicates, scored, ranked, config, checkpoint=checkpoint
        )
        rows = update.rows.select("*", own_run)
        if update.gone is None:
            warehouse.merge("silver.duplicates", rows)
        else:
            single = duplicates.join(update.gone, "example_id", "left_semi").withColumn(
                "is_gone", F.lit(True)
            )
            marked = rows.withColumn("is_gone", F.lit(False)).unionByName(single)
            warehouse.merge("silver.duplicates", marked, delete="s.is_gone")
    if changes.removed:
        warehouse.delete_keys("silver.signatures", changes.gone)
    return StageResult(_entries(fresh, warehouse.read("silver.duplicates")), changes.note)


def _unfinished(job: Job, signatures: DataFrame) -> tuple[list[str], int, int]:
    """Runs whose signatures were not compared yet, the number of their signatures, and of all signatures."""
    rows = signatures.groupBy("run_id").count().collect()
    runs = job.warehouse.collect("ops.runs", "run_id", "stage", "state")
    done = {run["run_id"] for run in runs if (run["stage"], run["state"]) == (STAGE, "done")}
    open_ = {row["run_id"]: row["count"] for row in rows if row["run_id"] not in done}
    return sorted(open_), sum(open_.values()), sum(row["count"] for row in rows)


def _entries(fresh: DataFrame, duplicates: DataFrame) -> tuple[Entry, ...]:
    members = duplicates.select("example_id", "is_kept", "kind")
    reason = F.when(~F.col("is_kept"), F.concat(F.lit(COPY), F.col("kind")))
    return balance_of(fresh.select("example_id", "source").join(members, "example_id", "left"), reason)


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
