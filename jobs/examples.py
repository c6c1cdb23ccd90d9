"""silver.examples: question/answer pairs from conversations, cleaned; what gives no pair says why."""

from __future__ import annotations

from pydantic import BaseModel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.examples.arrow import READ, pairing
from smelt.examples.config import CleaningConfig, ExamplesConfig
from smelt.examples.templates import POSITION, templated, templating
from smelt.identity import fingerprint
from smelt.jobs import load_stage
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.tables.contract import contract
from smelt.tables.increment import sync, versioned
from smelt.tables.ledger import StageResult, balance_of, first_reason
from smelt.tables.rules import with_rules
from smelt.tables.workers import mapped

STAGE = "examples"
READS = ("silver.conversations", "silver.records")
WRITES = ("silver.examples",)


def external_inputs(config: SmeltConfig) -> tuple[str, ...]:
    """Beside tables and settings nothing decides on the rows."""
    return ()


def build(
    conversations: DataFrame, config: ExamplesConfig, cleaning: CleaningConfig, run_id: str
) -> DataFrame:
    """At least one row a conversation; ``conversations`` has the columns READ."""
    return mapped(
        conversations.select(*READ),
        pairing(config, cleaning),
        contract("silver.examples").ddl(without=["run_id"]),
    ).withColumn("run_id", F.lit(run_id))


def build_of_records(records: DataFrame, cleaning: CleaningConfig, run_id: str) -> DataFrame:
    """One row a record of a tabular source; ``records`` as :func:`smelt.examples.templates.templated` gives them."""
    ddl = contract("silver.examples").ddl(without=["run_id"])
    return records.mapInArrow(templating(cleaning), ddl).withColumn("run_id", F.lit(run_id))


def run(job: Job) -> StageResult:
    """Make pairs of the conversations, and of the tabular records, that silver.examples does not hold as they are now.

    The ledger counts conversations and records: out are those with a usable pair, rejected those without, by first
    reason.
    """
    config, warehouse = job.config, job.warehouse
    conversations = warehouse.read("silver.conversations")
    sources = config.records.sources
    others = [source.source for source in sources if source.is_no_conversation]
    changes = sync(
        warehouse,
        "silver.examples",
        _versions(conversations.where(~F.col("source").isin(others)), config.examples, config.cleaning),
        lambda rows: build(rows, config.examples, config.cleaning, job.run_id),
        run_id=job.run_id,
        within=f"position > {POSITION}",
    )
    with_pairs = [source.source for source in sources if source.has_pairs]
    records = warehouse.read("silver.records").where(F.col("source").isin(with_pairs))
    of_records = sync(
        warehouse,
        "silver.examples",
        _versions(templated(records, conversations), config.cleaning),
        lambda rows: build_of_records(rows, config.cleaning, job.run_id),
        run_id=job.run_id,
        within=f"position = {POSITION}",
        part=1,
    )
    if not (changes.pending or of_records.pending):
        gone = changes.gone + of_records.gone
        return StageResult(note=f"-{gone:,}" if gone else "nothing new")
    written = warehouse.read("silver.examples").where(F.col("run_id") == job.run_id)
    is_of_record = (F.col("position") == POSITION).alias("is_of_record")
    origins = written.groupBy("source", "record_id", is_of_record).agg(
        F.max((F.size("rejections") == 0).cast("int")).alias("usable"),
        F.min(first_reason()).alias("reason"),
        F.count("*").alias("pairs"),
    )
    outcome = F.when(F.col("usable") == 1, F.lit(None).cast("string")).otherwise(F.col("reason"))
    pairs = origins.agg(F.sum("pairs")).collect()[0][0] or 0
    return StageResult(balance_of(origins, outcome), f"{pairs:,} pairs")


def _versions(rows: DataFrame, *settings: BaseModel) -> DataFrame:
    """``rows`` with the content_hash that the examples made of them carry."""
    digest = with_rules(STAGE, fingerprint(*settings))
    return rows.withColumn("content_hash", versioned(F.col("content_hash"), digest))


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
