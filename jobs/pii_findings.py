"""silver.pii_findings: what was found and replaced in each conversation, one row per finding, without the value."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.jobs import load_stage, pii_vault
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.privacy.audit import to_findings
from smelt.tables.increment import sync
from smelt.tables.ledger import StageResult, balance_of

STAGE = "pii_findings"
READS = ("silver.conversations",)
WRITES = ("silver.pii_findings",)


def external_inputs(config: SmeltConfig) -> tuple[str, ...] | None:
    """None if the vault is enabled, which reads further tables."""
    return None if config.pii.vault.enabled else ()


def build(conversations: DataFrame, *, run_id: str) -> DataFrame:
    """One row per finding in ``conversations``."""
    return conversations.transform(to_findings).withColumn("run_id", F.lit(run_id))


def run(job: Job) -> StageResult:
    """Update silver.pii_findings to match silver.conversations; the ledger counts findings.

    If the vault is enabled, it is filled next, from the same conversations.
    """
    sync(
        job.warehouse,
        "silver.pii_findings",
        job.warehouse.read("silver.conversations").where(F.col("pii_count") > 0),
        lambda conversations: build(conversations, run_id=job.run_id),
        run_id=job.run_id,
    )
    written = job.warehouse.read("silver.pii_findings").where(F.col("run_id") == job.run_id)
    note = pii_vault.run(job).note if job.config.pii.vault.enabled else ""
    return StageResult(balance_of(written), note)


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
