"""silver.conversations: bronze records of all kinds as conversations, in plain text without personal data."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.conversations.arrow import READ, WRITTEN, conversing
from smelt.identity import fingerprint
from smelt.jobs import load_stage
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey, load_keys
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.privacy.erasure.refusal import without_erased
from smelt.tables.contract import BRONZE, contract
from smelt.tables.increment import sync, versioned
from smelt.tables.ledger import Entry, StageResult
from smelt.tables.rules import with_rules
from smelt.tables.union import union
from smelt.tables.workers import mapped

STAGE = "conversations"
READS = (*BRONZE, "ops.erasures")
WRITES = ("silver.conversations",)


def external_inputs(config: SmeltConfig) -> tuple[str, ...]:
    """The key version, on which pseudonyms, hashes and surrogates depend."""
    return (load_keys(config.pii.key).current.version,)


def build(bronze: DataFrame, config: PiiConfig, key: ScrubKey, run_id: str) -> DataFrame:
    """One row per conversation, parsed and scrubbed; ``bronze`` has the columns READ."""
    if (
        config.detectors.spark_nlp.enabled
    ):  # imported here: an optional package, and the only part that needs a JVM
        from smelt.pii.detect.spark_nlp import with_recognised

        bronze = with_recognised(bronze.select(*READ), config.detectors.spark_nlp)
    ddl = contract("silver.conversations").ddl(*WRITTEN)
    return mapped(bronze.select(*READ), conversing(config, key), ddl).withColumn("run_id", F.lit(run_id))


def run(job: Job) -> StageResult:
    """Parse and scrub the bronze records that are new or changed since silver.conversations was written."""
    key = load_keys(job.config.pii.key).current
    warehouse = job.warehouse
    bronze = union([warehouse.read(table).select(*READ) for table in BRONZE])
    bronze = without_erased(warehouse, bronze, job.config.pii.key)
    settings = with_rules(STAGE, f"{fingerprint(job.config.pii.deciding())}:{key.version}")
    changes = sync(
        warehouse,
        "silver.conversations",
        bronze.withColumn("content_hash", versioned(F.col("content_hash"), settings)),
        lambda rows: build(rows, job.config.pii, key, job.run_id),
        run_id=job.run_id,
    )
    if not changes.pending:
        return StageResult(note=changes.note if changes else "nothing new")
    written = warehouse.read("silver.conversations").where(F.col("run_id") == job.run_id)
    by_source = (
        written.groupBy("source").agg(F.count("*").alias("rows"), F.sum("pii_count").alias("spans")).collect()
    )
    entries = [Entry(source, "in", None, count) for source, count in changes.pending.items()]
    entries += [Entry(row["source"], "out", None, row["rows"]) for row in by_source]
    spans = sum(row["spans"] or 0 for row in by_source)
    return StageResult(tuple(entries), f"{spans:,} spans of personal data replaced")


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
