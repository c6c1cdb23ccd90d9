"""silver.pii_vault: the replaced values, encrypted; empty unless pii.vault.enabled."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.conversations.arrow import READ, to_conversations
from smelt.jobs import load_stage
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey, load_keys
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.privacy.sealing import sealing
from smelt.tables.contract import BRONZE, contract
from smelt.tables.increment import sync
from smelt.tables.ledger import StageResult
from smelt.tables.union import union

STAGE = "pii_vault"
READS = (
    *BRONZE,
    "silver.conversations",
)
WRITES = ("silver.pii_vault",)


def external_inputs(config: SmeltConfig) -> None:
    """None: it must always compare bronze and silver."""


def build(
    bronze: DataFrame, conversations: DataFrame, config: PiiConfig, key: ScrubKey, *, run_id: str
) -> DataFrame:
    """Encrypted values replaced in ``conversations``, read from the ``bronze`` records from which these were made."""
    return (
        bronze.drop("content_hash")
        .join(conversations.select("record_id", "content_hash"), "record_id")
        .select(*READ)
        .mapInArrow(
            sealing(config, key, to_conversations), contract("silver.pii_vault").ddl(without=["run_id"])
        )
        .withColumn("run_id", F.lit(run_id))
    )


def run(job: Job) -> StageResult:
    """Seal new values and delete outdated ones. Does nothing if the vault is disabled."""
    if not job.config.pii.vault.enabled:
        return StageResult(note="off (pii.vault.enabled)")
    read, key = job.warehouse.read, load_keys(job.config.pii.key).current
    bronze = union([read(table).select(*READ) for table in BRONZE])
    sync(
        job.warehouse,
        "silver.pii_vault",
        read("silver.conversations").where(F.col("pii_count") > 0),
        lambda conversations: build(bronze, conversations, job.config.pii, key, run_id=job.run_id),
        run_id=job.run_id,
    )
    count = read("silver.pii_vault").where(F.col("run_id") == job.run_id).count()
    return StageResult(note=f"{count:,} values sealed" if count else "nothing new")


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
