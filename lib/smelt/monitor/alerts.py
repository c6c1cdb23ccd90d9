"""Evaluates alert rules over gold.monitoring into episodes, which open and end after some windows in a row.

Pure: the episodes of a rule follow from the figures of all windows in order; which messages were sent is stored
separately. A window in which the rule cannot be computed neither opens nor ends an episode; several such windows in a
row are an episode with the state ``unknown``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Literal

from smelt.identity import stable_id
from smelt.monitor.config import AlertsConfig, RuleConfig

State = Literal["firing", "resolved", "unknown"]
Verdict = Literal["holds", "fine", "unknown"]

SAID = 3
"""Most figures that an alert names as evidence."""

Figure = Mapping[str, Any]
"""A row of gold.monitoring."""


@dataclass(frozen=True)
class Episode:
    """A row of gold.alerts, without the columns on sent messages, which :mod:`smelt.monitor.tell` adds."""

    rule: str
    severity: str
    model_version: str
    dimension: str
    segment: str
    state: State
    opened_at: dt.datetime
    last_at: dt.datetime
    resolved_at: dt.datetime | None
    windows: int
    is_silenced: bool
    evidence: str

    @property
    def alert_id(self) -> str:
        """Id of the episode, the same in every run."""
        kind = "unknown" if self.state == "unknown" else "holds"
        return stable_id(
            "alert",
            self.rule,
            kind,
            self.model_version,
            self.dimension,
            self.segment,
            self.opened_at.isoformat(),
        )


def episodes(figures: Sequence[Figure], config: AlertsConfig) -> list[Episode]:
    """All episodes of all rules, sorted by their begin.

    ``figures`` are rows of gold.monitoring with family, measure, dimension, segment, value, low, high, effect, status,
    reason, model_version and window_start.
    """
    starts = sorted({row["window_start"] for row in figures})
    found: list[Episode] = []
    for rule in config.rules:
        lines: dict[tuple[str, str, str], dict[dt.datetime, list[Figure]]] = {}
        for row in figures:
            if _is_about(rule, row):
                key = (row["model_version"], row["dimension"], row["segment"])
                lines.setdefault(key, {}).setdefault(row["window_start"], []).append(row)
        for (version, dimension, segment), by in sorted(lines.items()):
            first, last = min(by), max(by)
            moments = [start for start in starts if first <= start <= last]
            told = [(start, by.get(start, [])) for start in moments]
            found += _episodes(rule, version, dimension, segment, told, config)
    return sorted(found, key=lambda each: (each.opened_at, each.rule, each.model_version, each.segment))


def _is_about(rule: RuleConfig, row: Figure) -> bool:
    wanted = row["dimension"] != "all" if rule.dimension == "*" else row["dimension"] == rule.dimension
    return bool(
        wanted and fnmatchcase(row["family"], rule.family) and fnmatchcase(row["measure"], rule.measure)
    )


def verdict(rule: RuleConfig, rows: Sequence[Figure]) -> tuple[Verdict, list[Figure]]:
    """Whether a rule holds in one window, and the figures for which it does, largest effect first."""
    holding = [row for row in rows if _holds(rule, row)]
    if holding:
        return "holds", sorted(holding, key=lambda row: -abs(row["effect"] or 0.0))
    if any(_is_known(rule, row) for row in rows):
        return "fine", []
    return "unknown", list(rows)


def _holds(rule: RuleConfig, row: Figure) -> bool:
    if not _is_known(rule, row):
        return False
    if rule.moved:
        effect = row["effect"] or 0.0
        fits = {"any": True, "up": effect > 0, "down": effect < 0}[rule.direction]
        return row["status"] == "moved" and fits
    if rule.above is not None:
        certain = row["low"] if row["low"] is not None else row["value"]
        return bool(certain > rule.above)
    certain = row["high"] if row["high"] is not None else row["value"]
    return bool(certain < rule.below)


def _is_known(rule: RuleConfig, row: Figure) -> bool:
    if rule.moved:
        return row["status"] in ("ok", "moved")
    return row["value"] is not None and row["status"] not in ("incomplete", "not_computed")


@dataclass
class _RuleState:
    """State of a rule for one segment while its windows are processed in order."""

    holds: list[dt.datetime] = field(default_factory=list)
    fine: list[dt.datetime] = field(default_factory=list)
    unknown: list[dt.datetime] = field(default_factory=list)
    open: Episode | None = None
    evidence: str = ""


def _episodes(
    rule: RuleConfig,
    version: str,
    dimension: str,
    segment: str,
    windows: Sequence[tuple[dt.datetime, Sequence[Figure]]],
    config: AlertsConfig,
) -> Iterator[Episode]:
    current = _RuleState()
    blind: Episode | None = None
    has_been_known = False

    def begun(state: State, at: dt.datetime, last: dt.datetime, count: int, evidence: str) -> Episode:
        silent = any(silence.covers(rule.name, at) for silence in config.silences)
        return Episode(
            rule.name,
            rule.severity,
            version,
            dimension,
            segment,
            state,
            at,
            last,
            None,
            count,
            silent,
            evidence,
        )

    for start, rows in windows:
        told, why = verdict(rule, rows)
        if told == "unknown":
            current.unknown.append(start)
            if len(current.unknown) == rule.unknown_windows and has_been_known:
                blind = begun("unknown", current.unknown[0], start, len(current.unknown), _unknown(why))
            elif blind is not None:
                blind = replace(blind, last_at=start, windows=blind.windows + 1)
            continue
        has_been_known = True
        current.unknown.clear()
        if blind is not None:
            yield replace(blind, resolved_at=start)
            blind = None
        if told == "holds":
            current.fine.clear()
            current.holds.append(start)
            current.evidence = "; ".join(map(_as_evidence, why[:SAID]))
            if current.open is not None:
                current.open = replace(
                    current.open, last_at=start, windows=current.open.windows + 1, evidence=current.evidence
                )
            elif len(current.holds) >= rule.for_windows:
                current.open = begun("firing", current.holds[0], start, len(current.holds), current.evidence)
            continue
        current.holds.clear()
        current.fine.append(start)
        if current.open is not None and len(current.fine) >= rule.clear_windows:
            yield replace(current.open, state="resolved", resolved_at=current.fine[0])
            current.open = None
    if blind is not None:
        yield blind
    if current.open is not None:
        yield current.open


def _as_evidence(row: Figure) -> str:
    return f"{row['measure'].replace('_', ' ')}: {row['reason'] or _value(row)}"


def _value(row: Figure) -> str:
    ends = "" if row["low"] is None else f" ({row['low']:.3g} to {row['high']:.3g})"
    return f"{row['value']:.3g}{ends}, {row['n']:,} rows"


def _unknown(rows: Sequence[Figure]) -> str:
    reasons = dict.fromkeys(row["reason"] or row["status"] for row in rows)
    return "could not be computed: " + ("; ".join(reasons) or "no such figure in these windows")
