"""Prepares the report's data for its template: verdict in words, key figures, sections."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from smelt.dataset_quality import gates as gating
from smelt.dataset_quality import history
from smelt.dataset_quality.config import HistoryConfig
from smelt.dataset_quality.measures import Measure
from smelt.report import pictures, rows, words
from smelt.report.charts.bars import stacked
from smelt.report.charts.flow import flow
from smelt.report.charts.histogram import line
from smelt.report.config import ReportConfig
from smelt.report.data import ReportData

CHANGES_SHOWN = ("scores", "accuracy", "consistency", "completeness")
SPLIT_ORDER = ("train", "validation", "test")


class Figure(NamedTuple):
    """A key number at the top of the page."""

    label: str
    value: str
    note: str


class Verdict(NamedTuple):
    """The verdict at the top of the page."""

    status: str
    headline: str
    sentence: str


class Remark(NamedTuple):
    """A finding in one sentence, with its status."""

    status: str
    title: str
    text: str


def context(data: ReportData, config: ReportConfig, looks_back: HistoryConfig) -> dict[str, Any]:
    """The template's context; the template itself computes nothing."""
    noteworthy = history.drifted([m for m in data.measures if m.dimension == "all"], looks_back)
    raw = data.measure("selection", "raw")
    dimensions = [
        name
        for name in (
            "category",
            "kind",
            "source",
            "priority",
            "language",
            "region",
            "month",
            "question_length",
            "sentiment",
        )
        if len(data.segments("selection", "raw", name)) > 1
    ]
    total_splits = sum(data.splits.values())
    return {
        "data": data,
        "verdict": verdict(data),
        "figures": figures(data),
        "remarks": remarks(data, noteworthy),
        "flow": flow(data.steps, label="Where every record went"),
        "waterfall": rows.waterfall(data.steps),
        "parts": rows.parts(data),
        "composite": data.measure("composite", "composite"),
        "history": line(
            [value for _, value in data.composite_history], label="Overall quality of the last releases"
        ),
        "gates": rows.gates(data),
        "reasons": rows.reasons(data, limit=config.segments),
        "scores": pictures.score_pictures(data),
        "lengths": pictures.length_pictures(data),
        "cuts": [
            (words.readable(name), rows.before_and_after(data, name, limit=config.segments))
            for name in dimensions
        ],
        "duplicate_kinds": rows.counted(
            data.segments("duplicates", "not_kept", "kind"),
            limit=config.segments,
            total=raw.value if raw else None,
            tone="duplicate",
        ),
        "cluster_sizes": data.segments("duplicates", "clusters", "size"),
        "entities": rows.counted(
            data.segments("privacy", "findings", "entity"),
            limit=config.segments,
            title="as it is",
            tone="privacy",
        ),
        "detectors": rows.counted(
            data.segments("privacy", "findings", "detector"), limit=config.segments, tone="privacy"
        ),
        "groups": groups(data),
        "shapes": rows.moved_shapes(data),
        "changes": rows.changed_measures(noteworthy),
        "tasks": sorted(
            data.segments("volume", "examples", "task").values(), key=lambda m: (-m.value, m.segment)
        ),
        "splits": [
            (name, data.splits[name], data.splits[name] / total_splits)
            for name in sorted(
                data.splits, key=lambda s: (SPLIT_ORDER.index(s) if s in SPLIT_ORDER else 9, s)
            )
        ]
        if total_splits
        else [],
        "split_bar": stacked(
            [
                (f"{name} {data.splits[name]:,}", float(data.splits[name]))
                for name in sorted(
                    data.splits, key=lambda s: (SPLIT_ORDER.index(s) if s in SPLIT_ORDER else 9, s)
                )
            ],
            label="Sizes of the splits",
        ),
        "details": details(data),
        "words": words,
    }


def verdict(data: ReportData) -> Verdict:
    """The verdict on the release."""
    judged = [m for m in data.measures if m.threshold is not None]
    failed = [m for m in judged if m.status == "fail"]
    warned = [m for m in data.measures if m.status == "warn" and m.family != "volume"]
    thin = any(m.status == "warn" and m.family == "volume" for m in data.measures)
    worst = gating.verdict(data.measures)
    passed = sum(1 for m in judged if m.status == "pass")
    if worst == "fail":
        names = words.listed([words.name_of(m).lower() for m in failed[:3]])
        return Verdict(
            "fail",
            f"Not fit for training: {words.plural(len(failed), 'gate')} failed",
            f"What stopped it: {names}.",
        )
    gates_text = f"{passed} of {words.plural(len(judged), 'gate')} passed"
    if worst == "warn":
        return Verdict(
            "warn",
            f"Fit for training, with {words.plural(len(warned) + thin, 'warning')}",
            f"{gates_text}; none failed.",
        )
    return Verdict("pass", "Fit for training", f"{gates_text}." if judged else "No gate is configured.")


def figures(data: ReportData) -> list[Figure]:
    """The five key figures."""
    found = []
    size = data.measure("intrinsic", "size")
    if size is not None:
        change = (
            f"{words.change_of(size)} since {data.before}" if size.previous is not None else "first release"
        )
        found.append(Figure("Examples released", words.count(size.value), change))
    raw = data.measure("selection", "raw")
    accepted = data.measure("selection", "accepted_share")
    if raw is not None and accepted is not None:
        found.append(
            Figure(
                "Accepted", words.share(accepted.value), f"of {words.count(raw.value)} examples that came in"
            )
        )
    composite = data.measure("composite", "composite")
    if composite is not None:
        note = words.interval_of(composite)
        found.append(Figure("Overall quality", words.value_of(composite), note and f"95% interval {note}"))
    findings = sum(m.value for m in data.segments("privacy", "findings", "entity").values())
    if findings:
        kinds = len(data.segments("privacy", "findings", "entity"))
        found.append(
            Figure("Personal data replaced", words.count(findings), f"of {words.plural(kinds, 'kind')}")
        )
    dropped = sum(m.value for m in data.segments("duplicates", "not_kept", "kind").values())
    if raw is not None and raw.value:
        found.append(
            Figure(
                "Duplicates removed",
                words.count(dropped),
                f"{words.share(dropped / raw.value)} of the intake",
            )
        )
    return found


def remarks(data: ReportData, noteworthy: list[Measure]) -> list[Remark]:
    """Findings by urgency: failed gates, warnings, anomalies, noteworthy changes."""
    order = {"fail": 0, "warn": 1}
    judged = sorted(
        (m for m in data.measures if m.status in order),
        key=lambda m: (order[m.status], m.family == "volume", m.name),
    )
    found = [Remark(m.status, words.name_of(m), said(m)) for m in judged if m.family != "volume"]
    thin = [m for m in judged if m.family == "volume"]
    if thin:
        names = words.listed([f"{words.segment(m.segment)} ({words.count(m.value)})" for m in thin[:4]])
        more = f" and {len(thin) - 4} more" if len(thin) > 4 else ""
        status = min((m.status for m in thin), key=order.__getitem__)
        found.append(
            Remark(
                status,
                f"Too few examples for {words.plural(len(thin), 'task')}",
                f"{names}{more}. What to collect stands under Volume.",
            )
        )
    found += [
        Remark("info", words.name_of(m), f"{words.value_of(m)} is unlike earlier releases.")
        for m in data.measures
        if m.is_anomaly and m.status not in order
    ]
    changed = [
        m for m in noteworthy if m.status not in order and not m.is_anomaly and m.family in CHANGES_SHOWN
    ]
    if changed:
        moves = [
            f"{words.name_of(m).lower()} {words.value_of(m, m.previous)} → {words.value_of(m)}"
            for m in changed
        ]
        more = f", and {len(changed) - 6} more" if len(changed) > 6 else ""
        found.append(
            Remark(
                "info",
                f"{words.plural(len(changed), 'measure')} changed since {data.before}",
                f"{'; '.join(moves[:6])}{more}.",
            )
        )
    return found


def said(measure: Measure) -> str:
    """The reason of a measure's status as a sentence."""
    reason = (measure.reason or "").strip()
    text = reason[:1].upper() + reason[1:]
    return text if text.endswith(".") or not text else f"{text}."


def groups(data: ReportData) -> list[tuple[str, str, str, list[Measure]]]:
    """Demographic dimensions with more than one group: name, ratio, significance in words, acceptance rates."""
    found = []
    for dimension in sorted(
        {m.dimension for m in data.measures if m.family == "bias" and m.measure == "acceptance_rate"}
    ):
        rates = data.segments("bias", "acceptance_rate", dimension)
        ratio = data.measure("bias", "selection_rate_ratio", "demographic", dimension)
        if len(rates) > 1:
            found.append(
                (
                    words.readable(dimension),
                    "too few to judge" if ratio is None else f"{ratio.value:.2f}",
                    ""
                    if ratio is None
                    else f"p {words.p_value(ratio.p_value)}, effect {ratio.effect_size or 0:.2f}",
                    sorted(rates.values(), key=lambda m: -m.n),
                )
            )
    return found


def details(data: ReportData) -> list[tuple[str, list[Measure]]]:
    """Every measure of the whole release, by family, for the appendix."""
    order = [
        "composite",
        "accuracy",
        "completeness",
        "consistency",
        "relevance",
        "coverage",
        "bias",
        "diversity",
        "intrinsic",
        "scores",
    ]
    found: dict[str, list[Measure]] = {}
    for m in data.measures:
        if m.family in order and (m.dimension in ("all", "field", "style", "demographic", "dimension")):
            found.setdefault(m.family, []).append(m)
    return [(words.readable(family), found[family]) for family in order if family in found]


def is_known(value: float | None) -> bool:
    """Whether a number is neither None nor NaN."""
    return value is not None and not math.isnan(value)
