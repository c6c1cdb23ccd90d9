"""gold.training_splits and gold.releases: today's curated examples as an immutable, named release.

Rows are written first; when they balance, the manifest makes them official. What a run left that failed or was
killed in between can be neither read nor exported, and is removed by the next one.
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
from smelt.privacy.erasure.refusal import REFUSED, erased_among
from smelt.releases.fingerprint import add_words, digest_of, sums, together
from smelt.releases.manifest import (
    INPUTS,
    Manifest,
    ReleaseError,
    check_name,
    next_name,
    publish,
    read_manifests,
)
from smelt.releases.residual import NOT_SCANNED, Scan, scan_new_rows
from smelt.releases.rows import finished_rows, remove_unfinished, training_rows
from smelt.splits.assign import assign_splits
from smelt.splits.earlier import earlier_examples
from smelt.tables.ledger import Entry, StageResult, check_balance
from smelt.tables.rules import RULES, with_rules
from smelt.tables.warehouse import Warehouse

STAGE = "releases"
CURATED = "gold.curated_examples"
READS = (CURATED, "silver.duplicates", "ops.erasures")
WRITES = ("gold.training_splits", "gold.releases")


def external_inputs(config: SmeltConfig) -> None:
    """A name may be asked for, and the day is part of one."""


def build(rows: DataFrame) -> DataFrame:
    """One row a split and source: rows, and the sums that make up the fingerprint."""
    return add_words(rows).groupBy("split", "source").agg(F.count("*").alias("rows"), *sums())


def run(job: Job) -> StageResult:
    """Make the release that was asked for; without a name, only when something changed since the last one."""
    warehouse = job.warehouse
    names = read_manifests(warehouse, with_dropped=True)
    manifests = [manifest for manifest in names if manifest.dropped_at is None]
    if job.release is not None:
        check_name(job.release, names)
    settings, *former = settings_of(job.config)
    if job.release is None and manifests and _is_same(warehouse, manifests[-1], (settings, *former)):
        return StageResult(note=f"nothing changed since release {manifests[-1].release}")
    versions = _versions(warehouse)
    curated = warehouse.read(CURATED, version=versions.get(CURATED))
    accepted = {row["source"]: row["count"] for row in curated.groupBy("source").count().collect()}
    curated, refused = _without_erased(job, curated)
    if not sum(accepted.values()) - sum(refused.values()):
        if job.release is not None:
            raise ReleaseError(f"release {job.release} would be empty: no example was accepted")
        return StageResult(note="nothing to release: no example was accepted")
    name = job.release or next_name(job.started_at.date(), names)
    remove_unfinished(warehouse)
    history = finished_rows(warehouse)
    last = manifests[-1] if manifests else None
    scan = scan_new_rows(
        curated, history, last, job.config.pii, total=sum(accepted.values()) - sum(refused.values())
    )
    _write_rows(job, name, curated, history)
    written = warehouse.read("gold.training_splits").where(
        (F.col("release") == name) & (F.col("run_id") == job.run_id)
    )
    counted = build(written).collect()
    entries = _entries(accepted, refused, counted)
    check_balance(STAGE, entries)
    groups = written.select("group_id").distinct().count()
    manifest = describe(job, name, counted, groups, versions, settings, scan)
    publish(warehouse, manifest)
    shares = ", ".join(
        f"{split} {manifest.counts.get(split, 0):,}" for split in ("train", "validation", "test")
    )
    return StageResult(entries, f"release {name}: {shares}; fingerprint {manifest.fingerprint}")


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


def _is_same(warehouse: Warehouse, last: Manifest, settings: Sequence[str]) -> bool:
    """Whether the last release was made of the same curated examples with one of ``settings``."""
    version = last.input_versions.get(CURATED)
    if version is None or last.config_hash not in settings:
        return False
    return warehouse.holds_the_same_since(CURATED, version)


def _without_erased(job: Job, curated: DataFrame) -> tuple[DataFrame, dict[str, int]]:
    """The curated examples less those of erased records, and how many of those there are by source; none as a rule."""
    erased = erased_among(job.warehouse, curated, job.config.pii.key)
    if erased is None:
        return curated, {}
    counted = curated.join(erased, "record_id", "left_semi").groupBy("source").count().collect()
    refused = {row["source"]: row["count"] for row in counted}
    return (curated.join(erased, "record_id", "left_anti") if refused else curated), refused


def _entries(accepted: dict[str, int], refused: dict[str, int], counted: Sequence[Row]) -> tuple[Entry, ...]:
    """In: the curated examples as they were read. Out: the rows as they stand in the table."""
    totals: dict[str, int] = {}
    for row in counted:
        totals[row["source"]] = totals.get(row["source"], 0) + row["rows"]
    read = [Entry(source, "in", None, count) for source, count in accepted.items()]
    read += [Entry(source, "rejected", REFUSED, count) for source, count in refused.items()]
    return (*read, *(Entry(source, "out", None, count) for source, count in totals.items()))


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
