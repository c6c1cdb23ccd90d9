"""Rows and charts of the report's sections: pure functions of the data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from smelt.dataset_quality.measures import Measure
from smelt.report import words
from smelt.report.charts.bars import bar, paired
from smelt.report.data import RejectedExample, ReportData, Step

COMPOSITE_PARTS = ("accuracy", "completeness", "consistency", "relevance", "diversity", "bias")
OTHER = "Other"


class Cell(NamedTuple):
    """Text of a cell and its sort key."""

    text: str
    sort: float


class PartRow(NamedTuple):
    """One of the six measures that make up the composite."""

    name: str
    meaning: str
    value: Cell
    interval: str
    change: str
    picture: Markup


class GateRow(NamedTuple):
    """One measure with a gate."""

    name: str
    meaning: str
    value: Cell
    interval: str
    asked: str
    before: str
    status: str
    reason: str


class CountRow(NamedTuple):
    """A segment with a count, its share and a bar."""

    name: str
    number: Cell
    share: Cell
    note: str
    picture: Markup


class PairRow(NamedTuple):
    """A segment in the intake and in the release."""

    name: str
    raw: Cell
    released: Cell
    accepted: Cell
    picture: Markup


class ReasonRow(NamedTuple):
    """A reason for rejection, how often it was the only reason, and examples."""

    row: CountRow
    alone: Cell
    examples: tuple[RejectedExample, ...]


class DriftRow(NamedTuple):
    """A distribution or a measure compared with the previous release."""

    name: str
    before: str
    now: str
    change: str
    p_value: Cell
    effect: Cell
    verdict: str


def parts(data: ReportData) -> list[PartRow]:
    """The six measures of the composite, in the order of their weight."""
    found = []
    for family in COMPOSITE_PARTS:
        measure = data.measure(family, "bias_score" if family == "bias" else family)
        if measure is not None:
            found.append(
                PartRow(
                    words.name_of(measure),
                    words.meaning_of(measure),
                    cell(measure),
                    words.interval_of(measure),
                    words.change_of(measure),
                    bar(
                        measure.value,
                        1.0,
                        label=f"{words.name_of(measure)} {words.value_of(measure)}",
                        low=measure.low,
                        high=measure.high,
                        before=measure.previous,
                    ),
                )
            )
    return found


def gates(data: ReportData) -> list[GateRow]:
    """All measures with a gate, the worst first."""
    order = {"fail": 0, "warn": 1, "pass": 2, "info": 3}
    judged = [m for m in data.measures if m.threshold is not None]
    return [
        GateRow(
            words.name_of(m),
            words.meaning_of(m),
            cell(m),
            words.interval_of(m),
            m.threshold or "",
            "" if m.previous is None else words.value_of(m, m.previous),
            m.status,
            m.reason or "",
        )
        for m in sorted(judged, key=lambda m: (order[m.status], m.name))
    ]


def cell(measure: Measure) -> Cell:
    """A measure's value as text and as a number."""
    return Cell(words.value_of(measure), 0.0 if math.isnan(measure.value) else measure.value)


def counted(
    segments: Mapping[str, Measure],
    *,
    limit: int,
    total: float | None = None,
    tone: str = "kept",
    title: str = "",
) -> list[CountRow]:
    """Segments by count, the largest first; those beyond ``limit`` are summed up as OTHER."""
    pairs = sorted(((m.value, name) for name, m in segments.items() if m.value), key=lambda p: (-p[0], p[1]))
    whole = total if total is not None else sum(value for value, _ in pairs)
    rest = sum(value for value, _ in pairs[limit:])
    shown = [(name, value) for value, name in pairs[:limit]]
    if rest:
        shown.append((f"{OTHER} ({len(pairs) - limit})", rest))
    top = max((value for _, value in shown), default=1.0)
    return [
        CountRow(
            words.readable(name) if not title else name,
            Cell(words.count(value), value),
            Cell(words.share(value / whole) if whole else "–", value / whole if whole else 0.0),
            "",
            bar(value, top, label=f"{name} {value:,.0f}", tone=tone),
        )
        for name, value in shown
    ]


def before_and_after(data: ReportData, dimension: str, *, limit: int) -> list[PairRow]:
    """Share of the intake, share of the release and acceptance rate of every segment of a dimension."""
    raw = {s: m.value for s, m in data.segments("selection", "raw", dimension).items()}
    released = {s: m.value for s, m in data.segments("selection", "released", dimension).items()}
    accepted = data.segments("selection", "accepted_share", dimension)
    total_raw, total_released = sum(raw.values()) or 1.0, sum(released.values()) or 1.0
    ordered = (
        sorted(raw, key=lambda s: s) if dimension == "month" else sorted(raw, key=lambda s: (-raw[s], s))
    )
    shown = ordered[-limit:] if dimension == "month" else ordered[:limit]
    top = max((max(raw[s] / total_raw, released.get(s, 0) / total_released) for s in shown), default=1.0)
    found = []
    for segment in shown:
        came_in, went_out = raw[segment] / total_raw, released.get(segment, 0.0) / total_released
        rate = accepted.get(segment)
        found.append(
            PairRow(
                words.segment(segment),
                Cell(f"{raw[segment]:,.0f}", raw[segment]),
                Cell(f"{released.get(segment, 0.0):,.0f}", released.get(segment, 0.0)),
                Cell("–", -1.0) if rate is None else Cell(words.share(rate.value), rate.value),
                paired(
                    came_in,
                    went_out,
                    top,
                    label=f"{segment}: {came_in:.1%} of the intake, {went_out:.1%} of the release",
                ),
            )
        )
    return found


def reasons(data: ReportData, *, limit: int) -> list[ReasonRow]:
    """Reasons by number of examples, with how often each was the only one, and sample examples."""
    segments = data.segments("rejections", "examples", "reason")
    alone = data.segments("rejections", "only_reason", "reason")
    names = {words.readable(name): name for name in segments}
    total = data.measure("selection", "raw")
    found = []
    for row in counted(segments, limit=limit, total=total.value if total else None, tone="rejected"):
        name = names.get(row.name, row.name)
        count = alone[name].value if name in alone else 0.0
        found.append(
            ReasonRow(
                row, Cell(words.count(count), count), tuple(r for r in data.rejected if r.reason == name)
            )
        )
    return found


def moved_shapes(data: ReportData) -> list[DriftRow]:
    """Distributions by their distance from those of the previous release."""
    return [
        DriftRow(
            words.readable(m.segment),
            "",
            "",
            f"{m.value:.3f}",
            Cell(words.p_value(m.p_value), m.p_value or 0.0),
            Cell(f"{m.effect_size or 0:.2f}", m.effect_size or 0.0),
            "shifted" if m.value > 0.25 else "moved a little" if m.value > 0.1 else "stable",
        )
        for m in sorted(
            (m for m in data.measures if m.family == "drift"), key=lambda m: (-m.value, m.segment)
        )
    ]


def changed_measures(noteworthy: Sequence[Measure]) -> list[DriftRow]:
    """Noteworthy measures as rows."""
    return [
        DriftRow(
            words.name_of(m),
            words.value_of(m, m.previous),
            words.value_of(m),
            words.change_of(m),
            Cell(words.p_value(m.p_value), m.p_value or 0.0),
            Cell(words.signed(m.effect_size or 0.0, ".2f"), m.effect_size or 0.0),
            "changed",
        )
        for m in noteworthy
    ]


def waterfall(steps: Sequence[Step]) -> list[CountRow]:
    """The flow as rows, for narrow screens and print: each step, followed by its losses."""
    found = []
    top = {unit: max(s.entered for s in steps if s.unit == unit) for unit in {s.unit for s in steps}}
    for step in steps:
        found.append(
            CountRow(
                step.label,
                Cell(f"{step.entered:,}", step.entered),
                Cell("", 0),
                "step",
                bar(step.entered, top[step.unit], label=f"{step.label} {step.entered:,} {step.unit}"),
            )
        )
        for loss in step.losses:
            share = loss.count / step.entered if step.entered else 0.0
            found.append(
                CountRow(
                    loss.label,
                    Cell(f"−{loss.count:,}", loss.count),
                    Cell(words.share(share), share),
                    loss.kind,
                    bar(loss.count, top[step.unit], label=f"{loss.label} {loss.count:,}", tone=loss.kind),
                )
            )
    return found
