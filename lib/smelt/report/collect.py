"""Collects a report's data from the tables; only the report's own data reach the driver."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import functions as F

from smelt.dataset_quality.measures import Measure
from smelt.dataset_quality.stored import of_release
from smelt.pii.config import PiiConfig
from smelt.privacy.gate import ResidualScanner
from smelt.releases.manifest import Manifest, find_manifest
from smelt.report.config import ReportConfig
from smelt.report.data import (
    LedgerLine,
    ReportData,
    SourceLine,
    TableVersion,
)
from smelt.report.reviews import review_lines
from smelt.report.shown_rows import largest_clusters, rejected_examples, released_examples
from smelt.report.steps import steps_of
from smelt.tables.warehouse import Warehouse

JUDGED_ANEW = ("curated_examples", "releases")
"""Stages whose ledger entries count all examples in every run, not only new ones."""


def collected(warehouse: Warehouse, release: str, config: ReportConfig, pii: PiiConfig) -> ReportData:
    """The report's data of a release (``latest``: the newest). Raises ReleaseError if it does not exist.

    Texts of examples that were not released are shown only if the privacy gate's scan (``pii``) finds nothing in them.
    """
    scanner = ResidualScanner(pii)
    manifest = find_manifest(warehouse, release)
    measures = of_release(warehouse.read("gold.quality_reports"), manifest.release)
    ledger = ledger_lines(warehouse)
    history = composites(warehouse, manifest.release)
    reasons = top_reasons(measures, config.segments)
    return ReportData(
        title=config.title,
        release=manifest.release,
        made_at=manifest.created_at,
        before=history[-2][0] if len(history) > 1 else None,
        code_version=manifest.code_version,
        fingerprint=manifest.fingerprint,
        measures=tuple(measures),
        composite_history=tuple(history),
        steps=steps_of(
            ledger, quarantine_reasons(warehouse), measures, conversations(warehouse), manifest.rows
        ),
        ledger=tuple(ledger),
        sources=tuple(source_lines(warehouse, measures)),
        splits=dict(manifest.counts),
        rejected=tuple(rejected_examples(warehouse, reasons, config, scanner)),
        samples=tuple(released_examples(warehouse, manifest, config)),
        clusters=tuple(largest_clusters(warehouse, config, scanner)),
        reviews=tuple(review_lines(warehouse)),
        tables=tuple(versions(warehouse, manifest)),
    )


def versions(warehouse: Warehouse, manifest: Manifest) -> list[TableVersion]:
    """The input tables with the versions that the release was made from, and gold.training_splits with its current
    one."""
    found = {**manifest.input_versions, "gold.training_splits": warehouse.version("gold.training_splits")}
    return [TableVersion(table=table, version=version) for table, version in sorted(found.items())]


def is_measured(warehouse: Warehouse, release: str) -> bool:
    """Whether gold.quality_reports has the release."""
    rows = warehouse.read("gold.quality_reports").where(F.col("release") == release).limit(1)
    return bool(rows.select("release").collect())


def ledger_lines(warehouse: Warehouse) -> list[LedgerLine]:
    """The balance of each stage in order: summed over all runs or, for JUDGED_ANEW, of the last run."""
    from smelt.tables.ledger import STAGES

    ledger = warehouse.read("ops.ledger")
    last = (
        ledger.where(F.col("stage").isin(*JUDGED_ANEW))
        .groupBy("stage")
        .agg(F.max("run_id").alias("last_run"))
    )
    rows = (
        ledger.join(F.broadcast(last), "stage", "left")
        .where("last_run IS NULL OR run_id = last_run")
        .groupBy("stage", "measure")
        .agg(F.sum("count").alias("rows"))
        .collect()
    )
    sums: dict[str, dict[str, int]] = {}
    for row in rows:
        sums.setdefault(row["stage"], {})[row["measure"]] = int(row["rows"])
    order = {stage: place for place, stage in enumerate((*STAGES, "releases"))}
    return [
        LedgerLine(
            stage=stage,
            came_in=by.get("in", 0),
            went_out=by.get("out", 0),
            rejected=by.get("rejected", 0),
            quarantined=by.get("quarantined", 0),
        )
        for stage, by in sorted(sums.items(), key=lambda item: (order.get(item[0], 99), item[0]))
    ]


def quarantine_reasons(warehouse: Warehouse) -> dict[str, int]:
    """Number of entries quarantined or rejected by intake, by reason."""
    rows = (
        warehouse.read("ops.ledger")
        .where("stage = 'ingest' AND measure IN ('quarantined', 'rejected')")
        .groupBy("measure", "reason")
        .agg(F.sum("count").alias("rows"))
        .collect()
    )
    return {f"{row['measure']}:{row['reason'] or ''}": int(row["rows"]) for row in rows}


def conversations(warehouse: Warehouse) -> int:
    """The current number of conversations."""
    return warehouse.read("silver.conversations").count()


def composites(warehouse: Warehouse, release: str) -> list[tuple[str, float]]:
    """(release, composite) of this release and those measured before it, oldest first."""
    rows = (
        warehouse.read("gold.quality_reports")
        .where("family = 'composite' AND measure = 'composite' AND value IS NOT NULL")
        .select("release", "value", "measured_at")
        .orderBy("measured_at", "release")
        .collect()
    )
    found: list[tuple[str, float]] = []
    for row in rows:
        found.append((row["release"], row["value"]))
        if row["release"] == release:
            break
    return found


def source_lines(warehouse: Warehouse, measures: Sequence[Measure]) -> list[SourceLine]:
    """Records, examples and released examples of each source."""
    rows = warehouse.read("silver.conversations").groupBy("source", "kind").count().collect()
    by = {
        (m.measure, m.segment): int(m.value)
        for m in measures
        if m.family == "selection" and m.dimension == "source"
    }
    lines = [
        SourceLine(
            source=row["source"],
            kind=row["kind"],
            records=row["count"],
            examples=by.get(("raw", row["source"]), 0),
            released=by.get(("released", row["source"]), 0),
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (-line.records, line.source))


def top_reasons(measures: Sequence[Measure], limit: int) -> list[str]:
    """The most frequent reasons."""
    found = [m for m in measures if (m.family, m.measure) == ("rejections", "examples")]
    return [m.segment for m in sorted(found, key=lambda m: (-m.value, m.segment))[:limit]]
