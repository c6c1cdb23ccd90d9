"""silver.pii_findings: what was found and replaced in each conversation, a row a span, never the value."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.jobs import load_stage, pii_vault
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.privacy.audit import to_findings
from smelt.tables.increment import pending
from smelt.tables.ledger import Entry, StageResult, by_source_and_reason

STAGE = "pii_findings"
READS = ("silver.conversations",)
WRITES = ("silver.pii_findings",)


def external_inputs(config: SmeltConfig) -> tuple[str, ...] | None:
    """Where the vault is on, it has tables of its own to look at."""
    return None if config.pii.vault.enabled else ()


def build(conversations: DataFrame, done: DataFrame, *, run_id: str) -> DataFrame:
    """Findings of conversations that ``done`` has none of yet, and of outdated content with ``is_outdated``."""
    with_findings = conversations.where(F.col("pii_count") > 0)
    fresh = pending(with_findings, done, key="record_id").transform(to_findings)
    outdated = done.join(
        with_findings.select("record_id", "content_hash"), ["record_id", "content_hash"], "left_anti"
    )
    return (
        fresh.withColumn("run_id", F.lit(run_id))
        .withColumn("is_outdated", F.lit(False))
        .unionByName(outdated.withColumn("is_outdated", F.lit(True)))
    )


def run(job: Job) -> StageResult:
    """Bring the audit up to what silver.conversations holds; one MERGE, so readers see all or nothing.

    Where the vault is on, it is filled next, from the same conversations.
    """
    house = job.warehouse
    rows = build(house.read("silver.conversations"), house.read("silver.pii_findings"), run_id=job.run_id)
    house.merge("silver.pii_findings", rows, delete="s.is_outdated")
    written = house.read("silver.pii_findings").where(F.col("run_id") == job.run_id)
    note = pii_vault.run(job).note if job.config.pii.vault.enabled else ""
    return StageResult(
        tuple(
            Entry(source, measure, None, count)
            for source, _, count in by_source_and_reason(written)
            for measure in ("in", "out")
        ),
        note,
    )


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
