"""gold.training_splits and gold.releases: the current curated examples as an immutable, named release.

Rows are written first; once they balance, writing the manifest completes the release. Rows left by a failed or killed
run can be neither read nor exported, and are removed by the next run.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from smelt import __version__
from smelt.config import SmeltConfig, config_hash, first_config_hash
from smelt.external.contamination import LIKE_TEST, like_test_split
from smelt.external.policy import Evidence, checked
from smelt.jobs import load_stage
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.privacy.erasure.refusal import REFUSED, erased_among
from smelt.releases.attribution import TABLE as ATTRIBUTIONS
from smelt.releases.attribution import attribution_rows, check_share
from smelt.releases.balance import shortfall
from smelt.releases.cells import (
    BALANCE,
    LEFT_OUT,
    OVER_TARGET,
    as_it_came,
    balanced,
    left_out_rows,
    with_cells,
)
from smelt.releases.fingerprint import add_words, digest_of, sums, together
from smelt.releases.made import AUGMENTATIONS, made_pairs
from smelt.releases.manifest import (
    INPUTS,
    Manifest,
    ReleaseError,
    check_name,
    next_name,
    publish,
    read_manifests,
)
from smelt.releases.residual import HELD_BACK, NOT_SCANNED, Scan, scan_new_rows, without_held_back
from smelt.releases.rows import finished_rows, remove_unfinished, training_rows, write_rows
from smelt.splits.assign import assign_splits
from smelt.splits.earlier import earlier_examples
from smelt.tables.contract import contract
from smelt.tables.ledger import Entry, StageResult, check_balance
from smelt.tables.rules import RULES, with_rules
from smelt.tables.union import union
from smelt.tables.warehouse import Warehouse

STAGE = "releases"
CURATED = "gold.curated_examples"
READS = (CURATED, "silver.duplicates", "ops.erasures")
WRITES = ("gold.training_splits", "gold.releases", LEFT_OUT, BALANCE, ATTRIBUTIONS)


def external_inputs(config: SmeltConfig) -> None:
    """None: a release may be named by the caller, and default names depend on the day."""


def build(rows: DataFrame) -> DataFrame:
    """One row per split and source: number of rows, and the sums for the fingerprint."""
    return add_words(rows).groupBy("split", "source").agg(F.count("*").alias("rows"), *sums())


def run(job: Job) -> StageResult:
    """Make the requested release; without a name, only if something changed since the last one. Raises ReleaseError."""
    warehouse = job.warehouse
    names = read_manifests(warehouse, with_dropped=True)
    manifests = [manifest for manifest in names if manifest.dropped_at is None]
    if job.release is not None:
        check_name(job.release, names)
    settings, *former = settings_of(job.config)
    made_of = (CURATED, AUGMENTATIONS) if job.config.release.augmented else (CURATED,)
    if job.release is None and manifests and _is_same(warehouse, manifests[-1], made_of, (settings, *former)):
        return StageResult(note=f"nothing changed since release {manifests[-1].release}")
    versions = _versions(warehouse)
    curated = warehouse.read(CURATED, version=versions.get(CURATED))
    accepted = {row["source"]: row["count"] for row in curated.groupBy("source").count().collect()}
    curated, refused = _without_erased(job, curated)
    if not sum(accepted.values()) - sum(refused.values()):
        if job.release is not None:
            raise ReleaseError(f"release {job.release} would be empty: no example was accepted")
        return StageResult(note="nothing to release: no example was accepted")
    intake = job.config.intake
    evidence = checked(job.config.external, intake.sources, intake.location)
    check_share(accepted, evidence, job.config.external.max_share)
    name = job.release or next_name(job.started_at.date(), names)
    remove_unfinished(warehouse)
    history = finished_rows(warehouse)
    last = manifests[-1] if manifests else None
    total = sum(accepted.values()) - sum(refused.values())
    with warehouse.checkpoints() as kept:
        how = {"total": total, "release": job.config.release, "checkpoint": kept}
        scan = scan_new_rows(curated, history, last, job.config.pii, **how)
    curated = without_held_back(curated, scan)
    held_back = Counter(source for _, source in scan.held_back)
    if sum(accepted.values()) - sum(refused.values()) == len(scan.held_back):
        raise ReleaseError("the release would be empty: pii.gate holds all of its rows back")
    left_out, missed = _write_rows(
        job, name, curated, versions.get(CURATED), history, [each.name for each in evidence]
    )
    written = warehouse.read("gold.training_splits").where(
        (F.col("release") == name) & (F.col("run_id") == job.run_id)
    )
    counted = build(written).collect()
    made = written.where("origin IS NOT NULL").groupBy("source").count().collect()
    entries = (
        *_entries(accepted, refused, counted, {row["source"]: row["count"] for row in made}),
        *(Entry(source, "rejected", reason, rows) for source, reason, rows in left_out),
        *(Entry(source, "rejected", HELD_BACK, rows) for source, rows in sorted(held_back.items())),
    )
    check_balance(STAGE, entries)
    groups = written.select("group_id").distinct().count()
    manifest = describe(job, name, counted, groups, versions, settings, scan)
    _write_attributions(job, name, counted, evidence)
    publish(warehouse, manifest)
    shares = ", ".join(
        f"{split} {manifest.counts.get(split, 0):,}" for split in ("train", "validation", "test")
    )
    note = f"release {name}: {shares}; fingerprint {manifest.fingerprint}"
    note += f"; held back for personal data: {len(scan.held_back):,}" if scan.held_back else ""
    return StageResult(entries, f"{note}; balance missed: {missed}" if missed else note)


def describe(
    job: Job,
    name: str,
    counted: Sequence[Row],
    groups: int,
    versions: dict[str, int],
    settings: str,
    scan: Scan = NOT_SCANNED,
) -> Manifest:
    """The manifest of a release from the counts of :func:`build`."""
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


def _write_rows(
    job: Job,
    name: str,
    curated: DataFrame,
    version: int | None,
    history: DataFrame,
    external: Collection[str],
) -> tuple[list[tuple[str, str, int]], str]:
    """Write the rows; returns (source, reason, number) left out, and balancing targets that were missed, in words.

    ``curated`` is of the table's ``version``; ``external`` are the names of the external sources.
    """
    warehouse, config = job.warehouse, job.config.release
    earlier = earlier_examples(history, warehouse.read("silver.duplicates"))
    with contextlib.ExitStack() as stack:
        checkpoint = stack.enter_context(warehouse.checkpoints())
        assigned = assign_splits(curated, earlier, job.config.splits, checkpoint=checkpoint)
        apart: list[DataFrame] = []
        missed = ""
        fills: DataFrame | None = None
        if external:
            assigned = stack.enter_context(warehouse.scratch(assigned, "assigned_first"))
            found_alike = like_test_split(curated, assigned, external, job.config.duplicates)
            alike = stack.enter_context(warehouse.scratch(found_alike, "like_test_split"))
            cells = with_cells(curated, config.balance).join(alike, "example_id", "left_semi")
            apart.append(left_out_rows(cells, LIKE_TEST, release=name, run_id=job.run_id))
            assigned = assigned.join(alike, "example_id", "left_anti")
        if config.balance.targets:
            assigned = stack.enter_context(warehouse.scratch(assigned, "assigned"))
            made = _made(warehouse, curated, assigned) if config.augmented else None
            found = balanced(
                curated, assigned, history, config.balance, salt=job.config.splits.salt, made=made
            )
            placed = stack.enter_context(warehouse.scratch(found.placed, "balanced"))
            over = placed.where(~F.col("is_kept"))
            apart.append(left_out_rows(over, OVER_TARGET, release=name, run_id=job.run_id))
            targets = found.plan.targets
            if found.made is not None:
                stay = placed.where("is_kept").select(F.col("example_id").alias("parent_id"))
                wanted = found.made.where("is_kept").join(stay, "parent_id", "left_semi")
                fills = stack.enter_context(warehouse.scratch(wanted, "filling"))
                targets = as_it_came(found._replace(placed=placed), fills, config.balance)
            missed = shortfall(targets, config.balance.tolerance)
            lines = [(name, *each, job.run_id) for each in targets]
            frame = warehouse.spark.createDataFrame(lines, contract(BALANCE).ddl())
            warehouse.replace_where(BALANCE, frame, f"release = '{name}'")
            assigned = assigned.join(over.select("example_id"), "example_id", "left_anti")
        left_out: list[tuple[str, str, int]] = []
        if apart:
            warehouse.replace_where(LEFT_OUT, union(apart), f"release = '{name}'")
            gone = (
                warehouse.read(LEFT_OUT).where(F.col("release") == name).groupBy("source", "reason").count()
            )
            left_out = [(row["source"], row["reason"], row["count"]) for row in gone.collect()]
        made_rows: DataFrame | None = None
        if config.augmented:
            children, their_places = made_pairs(warehouse.read(AUGMENTATIONS), curated, assigned)
            if fills is not None:
                children = children.join(fills.select("example_id"), "example_id", "left_semi")
            made_rows = training_rows(children, their_places, config, release=name, run_id=job.run_id)
        write_rows(warehouse, name, job.run_id, config, curated, version, assigned, made_rows)
    return left_out, missed


def _made(warehouse: Warehouse, curated: DataFrame, assigned: DataFrame) -> DataFrame:
    """Children of all train rows, with the columns of ``curated`` and ``parent_id``."""
    children, places = made_pairs(warehouse.read(AUGMENTATIONS), curated, assigned)
    return children.join(places.select("example_id", "parent_id"), "example_id")


def _write_attributions(job: Job, name: str, counted: Sequence[Row], evidence: Sequence[Evidence]) -> None:
    """Write credits and obligations of the release's external sources, if any.

    Raises ExternalShareError if their share of the written rows is too large.
    """
    rows: dict[str, int] = {}
    for row in counted:
        rows[row["source"]] = rows.get(row["source"], 0) + row["rows"]
    check_share(rows, evidence, job.config.external.max_share)
    found = attribution_rows(name, rows, evidence, job.run_id)
    if found:
        frame = job.warehouse.spark.createDataFrame(found, contract(ATTRIBUTIONS).ddl())
        job.warehouse.replace_where(ATTRIBUTIONS, frame, f"release = '{name}'")


def _versions(warehouse: Warehouse) -> dict[str, int]:
    """Version of every input that exists."""
    found = zip(INPUTS, warehouse.versions(INPUTS), strict=True)
    return {table: version for table, version in found if version is not None}


def settings_of(config: SmeltConfig) -> list[str]:
    """The config_hash for a release's manifest, then the one that earlier versions gave the same settings."""
    settings = with_rules(STAGE, config_hash(config))
    return [settings, first_config_hash(config)] if RULES[STAGE] == 1 else [settings]


def _is_same(warehouse: Warehouse, last: Manifest, made_of: Sequence[str], settings: Sequence[str]) -> bool:
    """Whether the last release was made from the same rows of the tables ``made_of`` with one of ``settings``."""
    if last.config_hash not in settings:
        return False
    for table in made_of:
        version = last.input_versions.get(table)
        if version is None:
            if table == CURATED or warehouse.exists(table):
                return False
        elif not warehouse.holds_the_same_since(table, version):
            return False
    return True


def _without_erased(job: Job, curated: DataFrame) -> tuple[DataFrame, dict[str, int]]:
    """The curated examples without those of erased records, and the number of the latter (usually none) by source."""
    erased = erased_among(job.warehouse, curated, job.config.pii.key)
    if erased is None:
        return curated, {}
    counted = curated.join(erased, "record_id", "left_semi").groupBy("source").count().collect()
    refused = {row["source"]: row["count"] for row in counted}
    return (curated.join(erased, "record_id", "left_anti") if refused else curated), refused


def _entries(
    accepted: Mapping[str, int], refused: Mapping[str, int], counted: Sequence[Row], made: Mapping[str, int]
) -> tuple[Entry, ...]:
    """Ledger entries: "in" are the curated examples and augmented pairs as read, "out" the written rows."""
    totals: dict[str, int] = {}
    for row in counted:
        totals[row["source"]] = totals.get(row["source"], 0) + row["rows"]
    read = [Entry(source, "in", None, count) for source, count in accepted.items()]
    read += [Entry(source, "rejected", REFUSED, count) for source, count in refused.items()]
    read += [Entry(source, "in", "made", count) for source, count in made.items()]
    return (*read, *(Entry(source, "out", None, count) for source, count in totals.items()))


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
