"""gold.curated_examples: the accepted pairs, without duplicates."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.duplicates.signatures import without_boilerplate
from smelt.jobs import load_stage
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.quality.verdicts import judge
from smelt.releases.withdrawal import TABLE as WITHDRAWALS
from smelt.releases.withdrawal import with_withdrawals, withdrawn_sources
from smelt.review.effect import (
    VERDICTS,
    effective_verdicts,
    examples_as_corrected,
    with_review_rejections,
)
from smelt.tables.contract import contract
from smelt.tables.increment import sync
from smelt.tables.ledger import StageResult, balance_of, first_reason
from smelt.tables.rules import RULES, with_rules

STAGE = "curated_examples"
READS = ("silver.examples", "silver.duplicates", "silver.scores", "silver.signatures", VERDICTS, WITHDRAWALS)
WRITES = ("gold.curated_examples",)


def external_inputs(config: SmeltConfig) -> tuple[str, ...]:
    """The rows depend on tables and settings only."""
    return ()


def verdicts(
    examples: DataFrame, scores: DataFrame, duplicates: DataFrame, signatures: DataFrame
) -> DataFrame:
    """One narrow row per example (:func:`smelt.quality.verdicts.judge`): source, ``all_rejections``, ``composite``,
    ``cluster_id``, and ``content_hash`` of everything that decides its row in gold (including ``review_hash``).
    """
    kept = [name for name in ("review_hash",) if name in examples.columns]
    narrow = examples.select("example_id", "source", "rejections", F.col("content_hash").alias("made"), *kept)
    decided: tuple[Column | str, ...] = (
        *([] if RULES[STAGE] == 1 else [F.lit(with_rules(STAGE, ""))]),
        "made",
        "score_hash",
        F.coalesce("cluster_id", F.lit("")),
        F.col("score_composite"),
        "lines_aside",
        *kept,
    )
    return judge(narrow, scores, duplicates, signatures).select(
        "example_id",
        "source",
        F.col("rejections").alias("all_rejections"),
        F.col("score_composite").alias("composite"),
        "cluster_id",
        F.substring(F.sha2(F.concat_ws("|", *decided), 256), 1, 32).alias("content_hash"),
    )


def build(examples: DataFrame, accepted: DataFrame, run_id: str) -> DataFrame:
    """The rows of gold.curated_examples for the ``accepted`` ones among the :func:`verdicts`."""
    columns = contract("gold.curated_examples").column_names
    return (
        examples.drop("content_hash", "run_id")
        .join(accepted.drop("source"), "example_id")
        .withColumn("run_id", F.lit(run_id))
        .select(*columns)
    )


def run(job: Job) -> StageResult:
    """Update gold.curated_examples to match silver; the ledger counts all examples, not only changes."""
    warehouse = job.warehouse
    examples = warehouse.read("silver.examples")
    signatures = warehouse.read("silver.signatures")
    reviewed = effective_verdicts(warehouse.read(VERDICTS), examples)
    judged = verdicts(
        examples.transform(with_review_rejections, reviewed).transform(
            with_withdrawals, withdrawn_sources(warehouse)
        ),
        warehouse.read("silver.scores"),
        warehouse.read("silver.duplicates"),
        signatures,
    )
    examples = examples_as_corrected(warehouse)
    if job.config.duplicates.boilerplate.remove_from_text:
        examples = without_boilerplate(examples, signatures, job.config.duplicates)
    with warehouse.scratch(judged, "verdicts") as judged:
        entries = balance_of(judged, first_reason("all_rejections"))
        changes = sync(
            warehouse,
            "gold.curated_examples",
            judged.where(F.size("all_rejections") == 0).drop("all_rejections"),
            lambda accepted: build(examples, accepted, job.run_id),
            run_id=job.run_id,
            key="example_id",
        )
    return StageResult(entries, changes.note)


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
