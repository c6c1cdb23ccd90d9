"""gold.training_splits and gold.releases: repeats an earlier release without rows erased or withdrawn since.

All other rows keep split and text, so a model can be retrained and compared.
"""

from __future__ import annotations

from dataclasses import replace

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.jobs.releases import build as count_rows
from smelt.jobs.releases import describe
from smelt.pii.keys import load_keys
from smelt.pipeline.job import Job
from smelt.privacy.erasure.refusal import REFUSED, erased_records
from smelt.releases.attribution import TABLE as ATTRIBUTIONS
from smelt.releases.attribution import inherited, read_attributions
from smelt.releases.manifest import (
    ReleaseError,
    check_name,
    find_manifest,
    next_name,
    publish,
    read_manifests,
)
from smelt.releases.rows import remove_unfinished, rows_of
from smelt.releases.withdrawal import REASON, withdrawn_sources
from smelt.tables.contract import contract
from smelt.tables.ledger import Entry, StageResult, check_balance

STAGE = "successors"
READS = ("gold.training_splits", "gold.releases", "ops.erasures", "ops.withdrawals")
WRITES = ("gold.training_splits", "gold.releases", ATTRIBUTIONS)


def external_inputs(config: SmeltConfig) -> None:
    """None: the release is named by the caller."""


def build(
    rows: DataFrame, erased: DataFrame, *, release: str, run_id: str, withdrawn: frozenset[str] = frozenset()
) -> DataFrame:
    """The remaining rows of the predecessor, under the new name.

    Rows whose record_id is in ``erased``, and rows of ``withdrawn`` sources, are left out.
    """
    return (
        rows.join(erased, "record_id", "left_anti")
        .where(~F.col("source").isin(*sorted(withdrawn)) if withdrawn else F.lit(True))
        .withColumn("release", F.lit(release))
        .withColumn("run_id", F.lit(run_id))
        .select(*contract("gold.training_splits").column_names)
    )


def run(job: Job) -> StageResult:
    """Make the successor of ``job.predecessor``. Raises ReleaseError if nothing in it was erased or withdrawn."""
    warehouse = job.warehouse
    manifests = read_manifests(warehouse, with_dropped=True)
    old = find_manifest(warehouse, job.predecessor or "latest")
    name = job.release or next_name(job.started_at.date(), manifests)
    check_name(name, manifests)
    remove_unfinished(warehouse)
    rows = rows_of(warehouse, old)
    erased = erased_records(rows, warehouse.read("ops.erasures"), load_keys(job.config.pii.key))
    withdrawn = withdrawn_sources(warehouse)
    before = {row["source"]: row["count"] for row in rows.groupBy("source").count().collect()}
    warehouse.replace_where(
        "gold.training_splits",
        build(rows, erased, release=name, run_id=job.run_id, withdrawn=withdrawn),
        f"release = '{name}'",
    )
    written = warehouse.read("gold.training_splits").where(
        (F.col("release") == name) & (F.col("run_id") == job.run_id)
    )
    counted = count_rows(written).collect()
    after = {source: sum(row["rows"] for row in counted if row["source"] == source) for source in before}
    dropped = sum(before.values()) - sum(after.values())
    if not dropped or not sum(after.values()):
        warehouse.delete_where("gold.training_splits", f"release = '{name}'")
        why = "holds nothing that was erased or withdrawn" if not dropped else "holds nothing else"
        raise ReleaseError(f"release {old.release} {why}: there is no successor to make")
    groups = written.select("group_id").distinct().count()
    manifest = replace(
        describe(job, name, counted, groups, dict(old.input_versions), old.config_hash),
        code_version=old.code_version,
    )
    credits = inherited(read_attributions(warehouse, old.release), after, release=name, run_id=job.run_id)
    if credits:
        frame = warehouse.spark.createDataFrame(credits, contract(ATTRIBUTIONS).ddl())
        warehouse.replace_where(ATTRIBUTIONS, frame, f"release = '{name}'")
    entries: list[Entry] = []
    for source, count in before.items():
        entries += [
            Entry(source, "in", None, count),
            Entry(source, "out", None, after[source]),
            Entry(source, "rejected", REASON if source in withdrawn else REFUSED, count - after[source]),
        ]
    check_balance(STAGE, entries)
    publish(warehouse, manifest)
    return StageResult(
        tuple(entries),
        f"release {name}: {old.release} without {dropped:,} rows of erased records or withdrawn sources;"
        f" fingerprint {manifest.fingerprint}",
    )
