"""silver.records: typed, checked and scrubbed rows of tabular sources, with question and answer."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.identity import fingerprint
from smelt.jobs import load_stage
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey, load_keys
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.privacy.erasure.refusal import without_erased
from smelt.records.build import records
from smelt.records.config import RecordSource
from smelt.tables.contract import BRONZE
from smelt.tables.increment import compare, versioned
from smelt.tables.ledger import Entry, StageResult, balance_of, first_reason
from smelt.tables.rules import RULES, with_rules

STAGE = "records"
READS = (
    *BRONZE,
    "ops.erasures",
)
WRITES = ("silver.records",)


def external_inputs(config: SmeltConfig) -> tuple[str, ...] | None:
    """The key version, on which pseudonyms, hashes and surrogates depend; None without tabular sources."""
    return None if not config.records.sources else (load_keys(config.pii.key).current.version,)


def build(
    bronze: DataFrame, source: RecordSource, config: PiiConfig, key: ScrubKey, settings: str, run_id: str
) -> DataFrame:
    """All records of one source; ``bronze`` is the table that holds it."""
    return records(version(bronze, settings), source, config, key, run_id)


def version(bronze: DataFrame, settings: str) -> DataFrame:
    """``bronze`` with the content_hash that records made from it have."""
    return bronze.withColumn("content_hash", versioned(F.col("content_hash"), settings))


def run(job: Job) -> StageResult:
    """Rebuild each tabular source with new, changed or removed records.

    The whole source is rebuilt, because medians, outlier bounds, duplicates and prior contacts depend on all of its
    rows; they are replaced in one commit. The ledger counts the records of rebuilt sources.
    """
    if not job.config.records.sources:
        return StageResult(note="no tabular source is declared")
    key = load_keys(job.config.pii.key).current
    entries: list[Entry] = []
    for source in job.config.records.sources:
        settings = settings_of(source, job.config.pii, key)
        bronze = job.warehouse.read(source.table).where(F.col("source") == source.source)
        bronze = without_erased(job.warehouse, bronze, job.config.pii.key)
        done = job.warehouse.read("silver.records").where(F.col("source") == source.source)
        if any(not compare(version(bronze, each), done) for each in settings):
            continue
        rows = build(bronze, source, job.config.pii, key, settings[0], job.run_id)
        job.warehouse.replace_where("silver.records", rows, f"source = '{source.source}'")
        written = job.warehouse.read("silver.records").where(F.col("source") == source.source)
        entries += balance_of(written, first_reason())
    return StageResult(tuple(entries), "" if entries else "nothing new")


def settings_of(source: RecordSource, config: PiiConfig, key: ScrubKey) -> list[str]:
    """Digest of what decides the records of a source, then earlier versions' digest of the same settings."""
    settings = with_rules(STAGE, f"{fingerprint(source.deciding(), config.deciding())}:{key.version}")
    return (
        [settings, f"{fingerprint(source.deciding(), config)}:{key.version}"]
        if RULES[STAGE] == 1
        else [settings]
    )


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
