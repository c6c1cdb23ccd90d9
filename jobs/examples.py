"""silver.examples: cleaned question/answer pairs from conversations; a conversation without a pair has the reason.

It also holds answers of a production model that users corrected, rejected until reviewers accept them.
"""

from __future__ import annotations

from pydantic import BaseModel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.examples.arrow import READ, pairing
from smelt.examples.config import CleaningConfig, ExamplesConfig
from smelt.examples.corrections import NOT_REVIEWED, corrected, correcting
from smelt.examples.corrections import POSITION as CORRECTED
from smelt.examples.templates import POSITION, templated, templating
from smelt.identity import fingerprint
from smelt.jobs import load_stage
from smelt.pii.keys import ScrubKey, load_keys
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.review.effect import VERDICTS, pair_hash
from smelt.tables.contract import contract
from smelt.tables.increment import Changes, sync, versioned
from smelt.tables.ledger import StageResult, balance_of, first_reason
from smelt.tables.rules import with_rules
from smelt.tables.workers import mapped

STAGE = "examples"
PREDICTIONS, FEEDBACK = "silver.predictions", "silver.feedback"
READS = ("silver.conversations", "silver.records", PREDICTIONS, FEEDBACK, VERDICTS)
WRITES = ("silver.examples",)


def external_inputs(config: SmeltConfig) -> tuple[str, ...]:
    """The rows depend on tables and settings only."""
    return ()


def build(
    conversations: DataFrame, config: ExamplesConfig, cleaning: CleaningConfig, run_id: str
) -> DataFrame:
    """At least one row per conversation; ``conversations`` has the columns READ."""
    return mapped(
        conversations.select(*READ),
        pairing(config, cleaning),
        contract("silver.examples").ddl(without=["run_id"]),
    ).withColumn("run_id", F.lit(run_id))


def build_of_records(records: DataFrame, cleaning: CleaningConfig, run_id: str) -> DataFrame:
    """One row per record of a tabular source; ``records`` as from :func:`smelt.examples.templates.templated`."""
    ddl = contract("silver.examples").ddl(without=["run_id"])
    return records.mapInArrow(templating(cleaning), ddl).withColumn("run_id", F.lit(run_id))


def build_of_corrections(
    corrections: DataFrame, cleaning: CleaningConfig, key: ScrubKey, run_id: str
) -> DataFrame:
    """One row per corrected answer; ``corrections`` as from :func:`smelt.examples.corrections.corrected`.

    Each is rejected as ``not_reviewed`` unless its ``accepted``, the hash that reviewers accepted, is that of the pair.
    """
    made = mapped(
        corrections.drop("accepted"),
        correcting(cleaning, key),
        contract("silver.examples").ddl(without=["run_id"]),
    )
    is_accepted = F.coalesce(pair_hash("question", "answer") == F.col("accepted"), F.lit(False))
    flagged = F.concat("rejections", F.array(F.lit(NOT_REVIEWED)))
    return (
        made.join(corrections.select("record_id", "accepted"), "record_id")
        .withColumn("rejections", F.when(is_accepted, F.col("rejections")).otherwise(flagged))
        .drop("accepted")
        .withColumn("run_id", F.lit(run_id))
    )


def run(job: Job) -> StageResult:
    """Make pairs of conversations, tabular records and corrections that are new or changed.

    The ledger counts conversations, records and corrections: "out" are those with a usable pair, "rejected" the others,
    by first reason.
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
    all_changes = [changes, of_records, *_corrections(job)]
    if not any(each.pending for each in all_changes):
        gone = sum(each.gone for each in all_changes)
        return StageResult(note=f"-{gone:,}" if gone else "nothing new")
    written = warehouse.read("silver.examples").where(F.col("run_id") == job.run_id)
    origin = F.least("position", F.lit(0)).alias("origin")
    origins = written.groupBy("source", "record_id", origin).agg(
        F.max((F.size("rejections") == 0).cast("int")).alias("usable"),
        F.min(first_reason()).alias("reason"),
        F.count("*").alias("pairs"),
    )
    outcome = F.when(F.col("usable") == 1, F.lit(None).cast("string")).otherwise(F.col("reason"))
    pairs = origins.agg(F.sum("pairs")).collect()[0][0] or 0
    return StageResult(balance_of(origins, outcome), f"{pairs:,} pairs")


def _corrections(job: Job) -> list[Changes]:
    """Update the examples of users' corrections, if a production model is monitored."""
    warehouse, cleaning = job.warehouse, job.config.cleaning
    if not warehouse.exists(FEEDBACK):
        return []
    held = (
        warehouse.read("silver.examples").where(f"position = {CORRECTED}").select("example_id", "record_id")
    )
    accepted = (
        warehouse.read(VERDICTS)
        .where("is_effective AND decision IN ('accept', 'correct')")
        .select("example_id", F.col("base_hash").alias("accepted"))
        .join(held, "example_id")
        .drop("example_id")
    )
    rows = corrected(warehouse.read(PREDICTIONS), warehouse.read(FEEDBACK)).join(
        accepted, "record_id", "left"
    )
    decided = F.concat_ws("|", "content_hash", F.coalesce("accepted", F.lit("")))
    return [
        sync(
            warehouse,
            "silver.examples",
            _versions(rows.withColumn("content_hash", decided), cleaning),
            lambda rows: build_of_corrections(
                rows, cleaning, load_keys(job.config.pii.key).current, job.run_id
            ),
            run_id=job.run_id,
            within=f"position = {CORRECTED}",
            part=2,
        )
    ]


def _versions(rows: DataFrame, *settings: BaseModel) -> DataFrame:
    """``rows`` with the content_hash that examples made from them have."""
    digest = with_rules(STAGE, fingerprint(*settings))
    return rows.withColumn("content_hash", versioned(F.col("content_hash"), digest))


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
