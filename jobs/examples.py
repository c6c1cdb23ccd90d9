"""silver.examples: question/answer pairs from conversations, cleaned; what gives no pair says why."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.examples.arrow import DDL, READ, pairing
from smelt.examples.config import CleaningConfig, ExamplesConfig
from smelt.identity import fingerprint
from smelt.jobs import load_stage
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.tables.increment import find_increment, write_increment
from smelt.tables.ledger import Entry, StageResult
from smelt.tables.rules import with_rules

STAGE = "examples"
READS = ("silver.conversations",)
WRITES = ("silver.examples",)


def external_inputs(config: SmeltConfig) -> tuple[str, ...]:
    """Beside tables and settings nothing decides on the rows."""
    return ()


def build(
    conversations: DataFrame, config: ExamplesConfig, cleaning: CleaningConfig, run_id: str
) -> DataFrame:
    """At least one row a conversation; ``conversations`` has the columns READ."""
    return (
        conversations.select(*READ)
        .mapInArrow(pairing(config, cleaning), DDL)
        .withColumn("run_id", F.lit(run_id))
    )


def run(job: Job) -> StageResult:
    """Make pairs of the conversations that silver.examples does not hold as they are now.

    The ledger counts conversations: out are those with a usable pair, rejected those without, by first reason.
    """
    config, warehouse = job.config, job.warehouse
    increment = find_increment(
        warehouse.read("silver.conversations"),
        warehouse.read("silver.examples"),
        settings=with_rules(STAGE, fingerprint(config.examples, config.cleaning)),
    )
    if not increment.total:
        return StageResult(note="nothing new")
    write_increment(
        warehouse,
        "silver.examples",
        increment,
        lambda rows: build(rows, config.examples, config.cleaning, job.run_id),
        run_id=job.run_id,
    )
    written = warehouse.read("silver.examples").where(F.col("run_id") == job.run_id)
    conversations = written.groupBy("source", "record_id").agg(
        F.max((F.size("rejections") == 0).cast("int")).alias("usable"),
        F.min(F.get("rejections", F.lit(0))).alias("reason"),
        F.count("*").alias("pairs"),
    )
    outcome = F.when(F.col("usable") == 1, F.lit(None).cast("string")).otherwise(F.col("reason"))
    counted = conversations.groupBy("source", outcome.alias("reason")).agg(
        F.count("*").alias("rows"), F.sum("pairs").alias("pairs")
    )
    entries = [Entry(source, "in", None, count) for source, count in increment.counts.items()]
    pairs = 0
    for row in counted.collect():
        measure = "rejected" if row["reason"] else "out"
        pairs += row["pairs"]
        entries.append(Entry(row["source"], measure, row["reason"], row["rows"]))  # type: ignore[arg-type]
    return StageResult(tuple(entries), f"{pairs:,} pairs")


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
