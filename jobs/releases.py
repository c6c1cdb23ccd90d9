"""gold.training_splits and gold.releases: today's curated examples as an immutable, named release.

Rows are written first, the manifest makes them official. A run that was killed between the two is repeated:
the same inputs give the same rows, which replace what was left behind.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from smelt import __version__
from smelt.config import SmeltConfig, config_hash, first_config_hash
from smelt.jobs import load_stage
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.releases.fingerprint import add_words, digest_of, sums, together
from smelt.releases.manifest import (
    INPUTS,
    TABLE,
    Manifest,
    ReleaseError,
    check_name,
    next_name,
    read_manifests,
)
from smelt.releases.residual import NOT_SCANNED, Scan, scan_new_rows
from smelt.releases.rows import finished, training_rows
from smelt.splits.assign import assign_splits
from smelt.splits.earlier import earlier_examples
from smelt.tables.ledger import Entry, StageResult
from smelt.tables.rules import RULES, with_rules
from smelt.tables.warehouse import Warehouse

STAGE = "releases"
CURATED = "gold.curated_examples"
READS = (CURATED, "silver.duplicates")
WRITES = ("gold.training_splits", "gold.releases")


def external_inputs(config: SmeltConfig) -> None:
    """A name may be asked for, and the day is part of one."""


def build(rows: DataFrame) -> DataFrame:
    """One row a split and source: rows, and the sums that make up the fingerprint."""
    return add_words(rows).groupBy("split", "source").agg(F.count("*").alias("rows"), *sums())


def run(job: Job) -> StageResult:
    """Make the release that was asked for; without a name, only when something changed since the last one."""
    warehouse = job.warehouse
    manifests = read_manifests(warehouse)
    if job.release is not None:
        check_name(job.release, manifests)
    version, (settings, *former) = warehouse.version(CURATED), settings_of(job.config)
    if job.release is None and manifests and _is_same(manifests[-1], version, (settings, *former)):
        return StageResult(note=f"nothing changed since release {manifests[-1].release}")
    versions = _versions(warehouse)
    curated = warehouse.read(CURATED, version=versions.get(CURATED))
    accepted = {row["source"]: row["count"] for row in curated.groupBy("source").count().collect()}
    if not accepted:
        if job.release is not None:
            raise ReleaseError(f"release {job.release} would be empty: no example was accepted")
        return StageResult(note="nothing to release: no example was accepted")
    name = job.release or next_name(job.started_at.date(), manifests)
    history = finished(warehouse.read("gold.training_splits"), warehouse.read(TABLE))
    last = manifests[-1] if manifests else None
    scan = scan_new_rows(curated, history, last, job.config.pii, total=sum(accepted.values()))
    _write_rows(job, name, curated, history)
    written = warehouse.read("gold.training_splits").where(F.col("release") == name)
    counted = build(written).collect()
    groups = written.select("group_id").distinct().count()
    manifest = describe(job, name, counted, groups, versions, settings, scan)
    warehouse.append_rows(TABLE, [manifest.as_row()], run_id=f"{job.run_id}:{name}")
    shares = ", ".join(
        f"{split} {manifest.counts.get(split, 0):,}" for split in ("train", "validation", "test")
    )
    return StageResult(
        _entries(accepted, counted), f"release {name}: {shares}; fingerprint {manifest.fingerprint}"
    )


def describe(
    job: Job,
    name: str,
    counted: Sequence[Row],
    groups: int,
    versions: dict[str, int],
    settings: str,
    scan: Scan = NOT_SCANNED,
) -> Manifest:
    """The manifest of rows as :func:`build` counted them."""
    digests = [(row["split"], digest_of(row)) for row in counted]
    splits = sorted({split for split, _ in digests})
    of_split = {split: together(digest for other, digest in digests if other == split) for split in splits}
    whole = together(of_split.values())
    return Manifest(
        release=name,
        created_at=job.started_at,
        input_versions=versions,
        config_hash=settings,
        code_version=__version__,
        counts={split: digest.rows for split, digest in of_split.items()},
        rows=whole.rows,
        groups=groups,
        fingerprint=whole.hex(),
        split_fingerprints={split: digest.hex() for split, digest in of_split.items()},
        scan_settings=scan.settings,
        residual_rows=scan.rows,
        residual_spans=scan.spans,
        run_id=job.run_id,
    )


def _write_rows(job: Job, name: str, curated: DataFrame, history: DataFrame) -> None:
    warehouse = job.warehouse
    earlier = earlier_examples(history, warehouse.read("silver.duplicates"))
    assigned = assign_splits(curated, earlier, job.config.splits)
    rows = training_rows(curated, assigned, job.config.release, release=name, run_id=job.run_id)
    warehouse.replace_where("gold.training_splits", rows, f"release = '{name}'")


def _versions(warehouse: Warehouse) -> dict[str, int]:
    """Version of every input that exists."""
    found = zip(INPUTS, warehouse.versions(INPUTS), strict=True)
    return {table: version for table, version in found if version is not None}


def settings_of(config: SmeltConfig) -> list[str]:
    """The config_hash of a release's manifest, then the one that the same settings had before."""
    settings = with_rules(STAGE, config_hash(config))
    return [settings, first_config_hash(config)] if RULES[STAGE] == 1 else [settings]


def _is_same(last: Manifest, version: int | None, settings: Sequence[str]) -> bool:
    """Whether the last release was made of the same curated examples with one of ``settings``."""
    return last.input_versions.get(CURATED) == version and last.config_hash in settings


def _entries(accepted: dict[str, int], counted: Sequence[Row]) -> tuple[Entry, ...]:
    """In: the curated examples as they were read. Out: the rows as they stand in the table."""
    totals: dict[str, int] = {}
    for row in counted:
        totals[row["source"]] = totals.get(row["source"], 0) + row["rows"]
    read = [Entry(source, "in", None, count) for source, count in accepted.items()]
    return (*read, *(Entry(source, "out", None, count) for source, count in totals.items()))


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
