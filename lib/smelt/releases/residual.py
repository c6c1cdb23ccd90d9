"""The scan for personal data before a release, of those rows only that no release has passed with yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import functions as F

from smelt import __version__
from smelt.identity import fingerprint
from smelt.pii.config import PiiConfig
from smelt.privacy.gate import Residual, ResidualPiiError, check_release, grave_rows, judge, records_holding

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.releases.manifest import Manifest


class Scan(NamedTuple):
    """What was found in the rows of a release, by entity; ``settings`` says with which patterns.

    ``held_back`` are the examples that the release goes without: example_id and source.
    """

    settings: str
    rows: Mapping[str, int]
    spans: Mapping[str, int]
    held_back: tuple[tuple[str, str], ...] = ()


HELD_BACK = "held_back_by_gate"
"""The reason in the ledger of rows that the release goes without for what they hold."""

SHOWN = 5
"""So many records are named where a release is stopped."""

NOT_SCANNED = Scan("", {}, {})
"""For a release whose rows passed a scan under another name; the next release scans all of its rows."""


def scan_settings(config: PiiConfig) -> str:
    """Hash of all that decides on what a scan finds: settings and code."""
    return f"{fingerprint(config.deciding(), config.gate)}-{__version__}"


def scan_new_rows(
    curated: DataFrame, released: DataFrame, last: Manifest | None, config: PiiConfig, *, total: int
) -> Scan:
    """Scan the curated examples that the ``last`` release does not hold as they are.

    ``released`` are gold.training_splits of finished releases (release, example_id, content_hash). With other
    settings than the last time every row is scanned. Findings of rows that were scanned before are carried
    over from the manifest. Rows that are grave are held back where ``pii.gate.max_held_back`` allows so many.
    Raises ResidualPiiError where what is left of the ``total`` rows holds more than ``pii.gate`` allows.
    """
    settings = scan_settings(config)
    rows: dict[str, int] = {}
    spans: dict[str, int] = {}
    unseen = curated
    if last is not None and last.scan_settings == settings:
        passed = released.where(F.col("release") == last.release).select("example_id", "content_hash")
        unseen = curated.join(passed, ["example_id", "content_hash"], "left_anti")
        rows, spans = dict(last.residual_rows), dict(last.residual_spans)
    texts = ("question", "answer", "context")
    found = check_release(unseen.select(*texts), config)
    for entry in found.residuals:
        rows[entry.entity] = rows.get(entry.entity, 0) + entry.rows
        spans[entry.entity] = spans.get(entry.entity, 0) + entry.spans
    held: tuple[tuple[str, str], ...] = ()
    too_many = found.grave > config.gate.max_held_back * total
    if found.grave and not too_many:
        held = _held_back(unseen.select("example_id", "source", *texts), config, rows, spans)
    whole = [
        Residual(name, config.rule(name).severity, rows[name], spans[name]) for name in rows if rows[name]
    ]
    problems = list(judge(total - len(held), whole, config).problems) if config.gate.enabled else []
    if found.grave and too_many and config.gate.max_held_back:
        problems.append(
            f"{found.grave:,} of {total:,} rows would have to be held back; pii.gate.max_held_back is"
            f" {config.gate.max_held_back:g}"
        )
    if problems:
        grave = [entry.entity for entry in found.residuals if entry.severity in ("severe", "high")]
        some = records_holding(unseen.select("record_id", *texts), grave, config, at_most=SHOWN)
        where = f"some of the records (smelt explain RECORD_ID): {', '.join(some)}" if some else ""
        raise ResidualPiiError(
            "the release holds personal data and was stopped", [*problems, *filter(None, [where])]
        )
    kept = [entry.entity for entry in whole]
    return Scan(settings, {name: rows[name] for name in kept}, {name: spans[name] for name in kept}, held)


def without_held_back(curated: DataFrame, scan: Scan) -> DataFrame:
    """The curated examples less those that the scan holds back."""
    if not scan.held_back:
        return curated
    frame = curated.sparkSession.createDataFrame(scan.held_back, "example_id string, held_source string")
    return curated.join(frame.select("example_id"), "example_id", "left_anti")


def _held_back(
    unseen: DataFrame, config: PiiConfig, rows: dict[str, int], spans: dict[str, int]
) -> tuple[tuple[str, str], ...]:
    """The grave rows; what they hold is taken off the counts ``rows`` and ``spans``."""
    held: dict[tuple[str, str], None] = {}
    for row in grave_rows(unseen, config).collect():
        held[row["example_id"], row["source"]] = None
        rows[row["entity"]] -= 1
        spans[row["entity"]] -= row["spans"]
    return tuple(sorted(held))
