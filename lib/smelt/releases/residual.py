"""The scan for personal data before a release, limited to rows that no earlier release has passed with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import functions as F

from smelt import __version__
from smelt.duplicates.graph import Checkpoint
from smelt.identity import fingerprint
from smelt.pii.config import PiiConfig
from smelt.privacy.gate import Residual, ResidualPiiError, check_release, grave_rows, judge, records_holding
from smelt.releases.messages import add_training_columns

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from smelt.releases.config import ReleaseConfig
    from smelt.releases.manifest import Manifest


class Scan(NamedTuple):
    """Findings in the rows of a release, by entity; ``settings`` is the hash of :func:`scan_settings`.

    ``held_back`` are the examples left out of the release, as (example_id, source).
    """

    settings: str
    rows: Mapping[str, int]
    spans: Mapping[str, int]
    held_back: tuple[tuple[str, str], ...] = ()


HELD_BACK = "held_back_by_gate"
"""Ledger reason of rows left out of a release because of personal data."""

SHOWN = 5
"""Number of records named in the message when the scan fails."""

MANY = 1_000
"""Changed rows from which their texts are compared with those of the last release, which costs less than the scan."""

NOT_SCANNED = Scan("", {}, {})
"""Scan of a release whose rows were scanned under another name; the next release scans all of its rows."""


def scan_settings(config: PiiConfig) -> str:
    """Hash of everything that determines the scan's findings: settings and code version."""
    return f"{fingerprint(config.deciding(), config.gate)}-{__version__}"


def scan_new_rows(
    curated: DataFrame,
    released: DataFrame,
    last: Manifest | None,
    config: PiiConfig,
    *,
    total: int,
    release: ReleaseConfig | None = None,
    checkpoint: Checkpoint = lambda rows: rows,
) -> Scan:
    """Scan the curated examples that are new or changed since the ``last`` release.

    ``released`` is gold.training_splits of finished releases (release, example_id, content_hash, messages). Where
    many rows changed, those whose messages under the settings of ``release`` are still the same are not scanned. If
    the settings differ from the last release's, every row is scanned. Findings of rows scanned before are taken over
    from its manifest. Rows with grave findings are left out if they are at most the share ``pii.gate.max_held_back``
    of the ``total`` rows. Raises ResidualPiiError if they are more, or if the remaining findings exceed the limits of
    ``pii.gate``. ``checkpoint`` computes the new and changed rows once: the engine would read both tables at every use.
    """
    settings = scan_settings(config)
    rows: dict[str, int] = {}
    spans: dict[str, int] = {}
    unseen = curated
    if last is not None and last.scan_settings == settings:
        passed = released.where(F.col("release") == last.release).select("example_id", "content_hash")
        unseen = checkpoint(curated.join(passed, ["example_id", "content_hash"], "left_anti"))
        if release is not None and unseen.count() > MANY:
            again = released.where(F.col("release") == last.release).join(
                unseen.select("example_id"), "example_id", "left_semi"
            )
            shown = again.select("example_id", _said("messages"))
            unseen = _without_same(unseen, shown, release)
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


def _without_same(unseen: DataFrame, shown: DataFrame, config: ReleaseConfig) -> DataFrame:
    """The rows whose messages differ from those that the last release has of the same example."""
    said = add_training_columns(
        unseen, system_prompt=config.system_prompt, context_turns=config.context_turns
    )
    same = said.select("example_id", _said("messages")).join(shown, ["example_id", "said"])
    return unseen.join(same.select("example_id"), "example_id", "left_anti")


def _said(messages: str) -> Column:
    """A hash of roles and contents."""
    each = F.transform(messages, lambda message: F.concat_ws("\x1f", message["role"], message["content"]))
    return F.sha2(F.concat_ws("\x1e", each), 256).alias("said")


def without_held_back(curated: DataFrame, scan: Scan) -> DataFrame:
    """The curated examples without those that the scan holds back."""
    if not scan.held_back:
        return curated
    frame = curated.sparkSession.createDataFrame(scan.held_back, "example_id string, held_source string")
    return curated.join(frame.select("example_id"), "example_id", "left_anti")


def _held_back(
    unseen: DataFrame, config: PiiConfig, rows: dict[str, int], spans: dict[str, int]
) -> tuple[tuple[str, str], ...]:
    """The rows with grave findings; their findings are subtracted from ``rows`` and ``spans``."""
    held: dict[tuple[str, str], None] = {}
    for row in grave_rows(unseen, config).collect():
        held[row["example_id"], row["source"]] = None
        rows[row["entity"]] -= 1
        spans[row["entity"]] -= row["spans"]
    return tuple(sorted(held))
