"""silver.pii_vault: the replaced values, encrypted; empty unless pii.vault.enabled."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.conversations.arrow import READ, to_conversations
from smelt.jobs import load_stage
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey, load_keys
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.privacy.sealing import SEALED, sealing
from smelt.tables.increment import pending
from smelt.tables.ledger import StageResult

STAGE = "pii_vault"
READS = ("bronze.tickets", "bronze.chats", "bronze.transcripts", "bronze.articles", "silver.conversations")
WRITES = ("silver.pii_vault",)


def external_inputs(config: SmeltConfig) -> None:
    """It looks into bronze for what silver does not hold."""


def build(
    bronze: DataFrame, conversations: DataFrame, done: DataFrame, config: PiiConfig, key: ScrubKey
) -> DataFrame:
    """Sealed values of conversations that ``done`` has none of yet; ``conversations`` as silver holds them now."""
    wanted = conversations.where(F.col("pii_count") > 0).select("record_id", "content_hash")
    return (
        bronze.drop("content_hash")
        .join(pending(wanted, done, key="record_id"), "record_id")
        .select(*READ)
        .mapInArrow(sealing(config, key, to_conversations), SEALED)
    )


def run(job: Job) -> StageResult:
    """Seal what is new and drop what is outdated, in one MERGE. Does nothing where the vault is off."""
    if not job.config.pii.vault.enabled:
        return StageResult(note="off (pii.vault.enabled)")
    house = job.warehouse
    bronze = reduce(DataFrame.unionByName, [house.read(table).select(*READ) for table in READS[:4]])
    conversations, done = house.read("silver.conversations"), house.read("silver.pii_vault")
    fresh = build(bronze, conversations, done, job.config.pii, load_keys(job.config.pii.key).current)
    outdated = done.join(
        conversations.select("record_id", "content_hash"), ["record_id", "content_hash"], "left_anti"
    )
    rows = fresh.withColumn("run_id", F.lit(job.run_id)).withColumn("is_outdated", F.lit(False))
    house.merge(
        "silver.pii_vault",
        rows.unionByName(outdated.withColumn("is_outdated", F.lit(True))),
        delete="s.is_outdated",
    )
    count = house.read("silver.pii_vault").where(F.col("run_id") == job.run_id).count()
    return StageResult(note=f"{count:,} values sealed" if count else "nothing new")


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
