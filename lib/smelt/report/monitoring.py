"""The monitoring page of a model in production: alerts, trends, significant changes, retraining plans."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from smelt import __version__
from smelt.report.charts.trend import Point, trend
from smelt.report.render import asset

Figure = Mapping[str, Any]


class Trend(NamedTuple):
    """One measure over all windows."""

    title: str
    now: str
    note: str
    chart: Markup


class Wanted(NamedTuple):
    """A measure that the page shows, and how its values are written."""

    family: str
    measure: str
    title: str
    form: str
    note: str


TRENDS: tuple[Wanted, ...] = (
    Wanted("quality", "accuracy", "Right answers", "share", "of those whose outcome is known"),
    Wanted("concept", "accuracy_within_categories", "Right in the same categories", "change", "against baseline"),
    Wanted("label", "category_distribution", "Drift of categories", "effect", "distance from the release"),
    Wanted("label", "unseen_category", "Categories that the release does not know", "share", "of requests"),
    Wanted("input", "question_text", "Drift of questions", "effect", "as a classifier tells them from the release"),
    Wanted("output", "answer_length", "Length of answers", "effect", "distance from the release; below zero: shorter"),
    Wanted("output", "answer_text", "Drift of answers", "effect", "how well a classifier tells them from the release"),
    Wanted("volume", "requests", "Requests", "count", "a window"),
    Wanted("operation", "error_rate", "Errors", "share", "of requests"),
    Wanted("operation", "latency_p95", "Latency, 95th percentile", "ms", "until the answer was there"),
    Wanted("operation", "refusal_rate", "Refusals", "share", "of requests"),
    Wanted("operation", "answer_pii_rate", "Personal data in answers", "share", "of answers, all kinds"),
    Wanted("operation", "cost_usd", "Cost", "usd", "a window"),
)  # fmt: skip


def page(
    figures: Sequence[Figure],
    alerts: Sequence[Figure],
    plans: Sequence[Figure],
    *,
    version: str,
    made_at: dt.datetime,
) -> str:
    """The page of one model version as HTML, from rows of gold.monitoring, gold.alerts and gold.retraining_plans."""
    own = [row for row in figures if row["model_version"] == version]
    starts = sorted({row["window_start"] for row in own})
    complete = [
        start for start in starts if any(r["window_start"] == start and r["p_value"] is not None for r in own)
    ]
    last = complete[-1] if complete else (starts[-1] if starts else None)
    told = sorted(
        (row for row in alerts if row["model_version"] == version),
        key=lambda row: (row["opened_at"], row["rule"]),
    )
    environment = Environment(
        loader=FunctionLoader(asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = {
        "version": version,
        "release": next((row["release"] for row in own if row["release"]), None),
        "made_at": made_at,
        "first": starts[0] if starts else None,
        "newest": starts[-1] if starts else None,
        "last": last,
        "windows": len(starts),
        "verdict": _verdict(told),
        "alerts": told,
        "trends": [found for wanted in TRENDS if (found := _trend(own, starts, wanted)) is not None],
        "segments": _segments(own, last),
        "checks": _checks(own, last),
        "blind": _blind(own, last),
        "plans": [
            dict(row)
            | {"detail": (detail := json.loads(row["plan"])), "outcome": _outcome(row["state"], detail)}
            for row in plans
            if row["model_version"] == version
        ],
        "code_version": __version__,
        "day": lambda moment: "" if moment is None else f"{moment:%-d %B %Y}",
    }
    return environment.get_template("monitoring.html.j2").render(
        shown, style=Markup(asset("style.css")), behaviour=Markup(asset("behaviour.js"))
    )


def _outcome(state: str, detail: Mapping[str, Any]) -> str:
    """The outcome of a plan, in words."""
    if state == "failed":
        return f"stopped at {detail.get('failed_at', 'a step')}"
    if state == "done":
        took_over = detail.get("is_promoted")
        return f"carried out, {'the new version is champion' if took_over else 'the old version stays'}"
    return "not started yet" if state == "planned" else state


def _verdict(alerts: Sequence[Figure]) -> dict[str, str]:
    open_ = [row for row in alerts if row["resolved_at"] is None and not row["is_silenced"]]
    firing = [row for row in open_ if row["state"] == "firing"]
    if firing:
        names = ", ".join(dict.fromkeys(row["rule"].replace("_", " ") for row in firing))
        status = "fail" if any(row["severity"] == "critical" for row in firing) else "warn"
        count = f"{len(firing)} alert{'s' if len(firing) > 1 else ''} open"
        return {"status": status, "headline": count, "sentence": names}
    if open_:
        return {
            "status": "warn",
            "headline": "Not everything could be computed",
            "sentence": open_[0]["evidence"],
        }
    over = f"{len(alerts)} earlier ones are over" if alerts else "none so far"
    return {"status": "pass", "headline": "No alert is open", "sentence": over}


def _trend(rows: Sequence[Figure], starts: Sequence[dt.datetime], wanted: Wanted) -> Trend | None:
    by = {
        row["window_start"]: row
        for row in rows
        if (row["family"], row["measure"], row["dimension"]) == (wanted.family, wanted.measure, "all")
    }
    points = [_point(by.get(start), start, wanted) for start in starts]
    known = [point for point in points if point.value is not None]
    if len(known) < 2:
        return None
    reference = next(
        (row["reference"] for row in reversed(list(by.values())) if row["reference"] is not None), None
    )
    if wanted.form == "change":
        reference = 0.0
    moved = sum(point.is_moved for point in points)
    note = wanted.note + (f"; moved in {moved} of {len(known)} windows" if moved else "")
    now = written(known[-1].value, wanted.form)
    label = f"{wanted.title}: {now} at the end of {len(known)} windows, {moved} of which moved"
    return Trend(wanted.title, now, note, trend(points, label=label, reference=reference))


def _point(row: Figure | None, start: dt.datetime, wanted: Wanted) -> Point:
    label = f"{start:%-d %b}"
    if row is None or row["value"] is None:
        return Point(label, None, None, None, False, label)
    value, low, high = row["value"], row["low"], row["high"]
    if wanted.measure == "answer_length" and row["effect"] is not None and row["effect"] < 0:
        value, low, high = -value, None if high is None else -high, None if low is None else -low
    told = f"{label}: {written(value, wanted.form)}" + (f". {row['reason']}" if row["reason"] else "")
    return Point(label, value, low, high, row["status"] == "moved", told)


def written(value: float | None, form: str) -> str:
    """Format a value for display."""
    if value is None:
        return ""
    return {
        "share": f"{value:.1%}", "change": f"{100 * value:+.1f} points", "effect": f"{value:.2f}",
        "count": f"{value:,.0f}",
        "ms": f"{value:,.0f} ms", "usd": f"{value:,.2f} USD",
    }[form]  # fmt: skip


def _segments(rows: Sequence[Figure], last: dt.datetime | None) -> list[Figure]:
    """Accuracy of the segments in the last complete window, greatest loss first."""
    found = [
        row
        for row in rows
        if row["window_start"] == last
        and row["measure"] == "accuracy"
        and row["dimension"] != "all"
        and row["status"] != "small"
    ]
    return sorted(
        found, key=lambda row: (row["effect"] if row["effect"] is not None else 0.0, row["segment"])
    )[:20]


def _checks(rows: Sequence[Figure], last: dt.datetime | None) -> list[Figure]:
    """Every comparison of the last complete window: moved ones first, then by adjusted p-value."""
    found = [
        row
        for row in rows
        if row["window_start"] == last and row["dimension"] == "all" and row["p_value"] is not None
    ]
    return sorted(found, key=lambda row: (row["status"] != "moved", row["p_adjusted"], row["measure"]))


def _blind(rows: Sequence[Figure], last: dt.datetime | None) -> list[Figure]:
    """Measures that could not be computed in the last complete window."""
    return [
        row
        for row in rows
        if row["window_start"] == last
        and row["dimension"] == "all"
        and row["status"] in ("small", "not_computed", "incomplete")
    ]
