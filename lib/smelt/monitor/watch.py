"""Measures the windows that changed: by new or late entries, a new baseline, or changed settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from smelt.identity import fingerprint, stable_id
from smelt.monitor.compare import compared
from smelt.monitor.config import MonitorConfig
from smelt.monitor.figures import figures
from smelt.monitor.measure import Windows
from smelt.monitor.reference import Reference, of_release, of_rows
from smelt.monitor.rows import WHOLE, Row, Span
from smelt.tables.contract import contract
from smelt.tables.ledger import Entry, StageResult
from smelt.tables.without_spark import PlainTables

TABLE = "gold.monitoring"
STAGE = "monitor"
RULES = 1
"""Version of the measures; if it changes, all windows are measured again."""


def watch(
    tables: PlainTables, config: MonitorConfig, *, run_id: str, now: dt.datetime, look_back: dt.timedelta
) -> StageResult:
    """Update gold.monitoring for the windows since ``now`` less ``look_back``."""
    tables.create(TABLE)
    since = now - look_back
    windows = Windows(tables, config, since)
    spans = list(spans_of(windows.spans(), config, now))
    held = _stored_digests(tables, since)
    measured: list[tuple[Span, list[Row], str]] = []
    releases: dict[str, Reference | None] = {}
    for version in dict.fromkeys(span.model_version for span in spans):
        own = [span for span in spans if span.model_version == version]
        measured += list(_of_version(tables, windows, config, own, held, releases))
    empty = [(span, [_no_requests(span)], span.digest) for span in gaps(spans, config, now)]
    measured += [each for each in empty if held.get((each[0].model_version, each[0].start)) != each[2]]
    _write(tables, measured, held, run_id, now)
    gone = held.keys() - {(span.model_version, span.start) for span in (*spans, *(each[0] for each in empty))}
    _remove(tables, gone)
    rows = sum(len(found) for _, found, _ in measured)
    entries = (Entry(WHOLE, "in", None, rows), Entry(WHOLE, "out", None, rows)) if rows else ()
    return StageResult(entries, f"{len(measured):,} of {len(spans):,} windows measured, {rows:,} figures")


def spans_of(found: Sequence[Mapping[str, Any]], config: MonitorConfig, now: dt.datetime) -> Iterator[Span]:
    """The windows of the rows. The last is complete if the logs reach its end, the first if they begin at its start."""
    late = dt.timedelta(seconds=config.complete_after_s)
    newest = max((row["last"] for row in found), default=now)
    oldest = min((row["first"] for row in found), default=now)
    for row in found:
        start = row["w"]
        end = start + length(config)
        is_over = now >= end + late and newest >= end - late
        begins = oldest <= start + late
        model = config.models.get(row["model_version"])
        yield Span(
            row["model_version"],
            model.release if model else None,
            start,
            end,
            is_over and begins,
            row["digest"],
        )


def length(config: MonitorConfig) -> dt.timedelta:
    """Length of a window."""
    return {"hour": dt.timedelta(hours=1), "day": dt.timedelta(days=1), "week": dt.timedelta(days=7)}[
        config.window
    ]


def gaps(spans: Sequence[Span], config: MonitorConfig, now: dt.datetime) -> Iterator[Span]:
    """Past windows without requests to any version, after the first window with traffic."""
    if not spans:
        return
    there = {span.start for span in spans}
    late = dt.timedelta(seconds=config.complete_after_s)
    last = max(spans, key=lambda span: (span.start, span.model_version))
    moment = min(there)
    while moment + length(config) + late <= now:
        if moment not in there:
            yield Span(
                last.model_version,
                last.release,
                moment,
                moment + length(config),
                True,
                stable_id("empty", moment),
            )
        moment += length(config)


def _of_version(
    tables: PlainTables,
    windows: Windows,
    config: MonitorConfig,
    spans: Sequence[Span],
    held: Mapping[tuple[str, dt.datetime], str],
    releases: dict[str, Reference | None],
) -> Iterator[tuple[Span, list[Row], str]]:
    version = spans[0].model_version
    complete = [span for span in spans if span.is_complete]
    first = complete[: config.drift.baseline_windows]
    is_there = len(first) == config.drift.baseline_windows and len(complete) > len(first)
    baseline_digest = stable_id("baseline", *(span.digest for span in first)) if is_there else "none"
    release = _release(tables, spans[0].release, config, releases)
    settings = fingerprint(config.drift, config.labels) + str(config.dimensions)
    digests = {
        span: stable_id(
            RULES, span.digest, span.is_complete, settings, release.digest if release else "none",
            "part" if span in first else baseline_digest,
        )
        for span in spans
    }  # fmt: skip
    pending = [span for span in spans if held.get((version, span.start)) != digests[span]]
    if not pending:
        return
    baseline = None
    if is_there and any(span not in first for span in pending):
        windows.choose(version, [span.start for span in first], "baseline")
        texts = (
            0
            if config.drift.text == "off" or (release and config.drift.outputs == "release")
            else config.drift.max_texts
        )
        baseline = of_rows(windows, "baseline", baseline_digest, max_texts=texts)
    for span in pending:
        windows.choose(version, [span.start], "now_")
        texts = 0 if config.drift.text == "off" or not span.is_complete else config.drift.max_texts
        found = of_rows(windows, "now_", digests[span], max_texts=texts)
        is_part = span in first or not is_there
        usual = None if is_part or baseline is None else _baseline_volumes(windows, version, first)
        hours = (span.end - span.start).total_seconds() / 3_600
        rows = list(figures(found.counts, hours, usual, is_complete=span.is_complete))
        if span.is_complete:
            rows += compared(
                found, release, None if is_part else baseline, config.drift, outputs=config.drift.outputs
            )
        yield span, rows, digests[span]


def _baseline_volumes(windows: Windows, version: str, first: Sequence[Span]) -> list[int]:
    starts = {span.start for span in first}
    return [
        row["rows"] for row in windows.spans_once() if row["model_version"] == version and row["w"] in starts
    ]


def _release(
    tables: PlainTables, name: str | None, config: MonitorConfig, known: dict[str, Reference | None]
) -> Reference | None:
    if name is None:
        return None
    if name not in known:
        known[name] = of_release(tables, name, config.drift.max_texts)
    return known[name]


def _no_requests(span: Span) -> Row:
    return Row(
        "volume", "requests", WHOLE, WHOLE, 0.0, 0, 0.0, 0.0, status="moved", reason="no request in any log"
    )


def _stored_digests(tables: PlainTables, since: dt.datetime) -> dict[tuple[str, dt.datetime], str]:
    rows = tables.read(
        TABLE,
        ["model_version", "window_start", "input_digest"],
        ds.field("window_start") >= pa.scalar(since, pa.timestamp("us", "UTC")),
    )
    return {(row["model_version"], row["window_start"]): row["input_digest"] for row in rows.to_pylist()}


def _write(
    tables: PlainTables,
    measured: Sequence[tuple[Span, list[Row], str]],
    held: Mapping[tuple[str, dt.datetime], str],
    run_id: str,
    now: dt.datetime,
) -> None:
    """Replace the rows of the windows; after a kill in between, the next run measures them again."""
    _remove(tables, {(span.model_version, span.start) for span, _, _ in measured} & held.keys())
    values = [
        asdict(row)
        | {
            "model_version": span.model_version, "release": span.release, "window_start": span.start,
            "window_end": span.end, "input_digest": digest, "measured_at": now, "run_id": run_id,
        }
        for span, rows, digest in measured
        for row in rows
    ]  # fmt: skip
    if values:
        tables.append(TABLE, pa.Table.from_pylist(values, contract(TABLE).arrow_schema()))


def _remove(tables: PlainTables, windows: set[tuple[str, dt.datetime]]) -> None:
    if windows:
        tables.delete_keys(TABLE, ("model_version", "window_start"), sorted(windows))
