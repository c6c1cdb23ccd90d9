"""Trends: a measure over windows, its interval as a band, its reference value, and windows with a significant
change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from smelt.report.charts.svg import chart, number, percent, tag

HEIGHT = 120
AXIS = 20
EDGE = 8


class Point(NamedTuple):
    """One window; ``value`` is None if it could not be measured."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    is_moved: bool
    told: str


def trend(points: Sequence[Point], *, label: str, reference: float | None = None) -> Markup:
    """A line through the windows in order; windows with ``is_moved`` are filled, unmeasured ones leave a gap."""
    known = [x for p in points for x in (p.value, p.low, p.high) if x is not None]
    if not known:
        return Markup("")
    known += [reference] if reference is not None else []
    low, high = min(known), max(known)
    if high == low:
        low, high = low - abs(low or 1) * 0.1, high + abs(high or 1) * 0.1
    xs = [0.02 + 0.96 * i / max(1, len(points) - 1) for i in range(len(points))]

    def y(value: float) -> float:
        return EDGE + (HEIGHT - 2 * EDGE) * (1 - (value - low) / (high - low))

    inside: list[Markup] = []
    for part in _parts(points):
        band = [(xs[i], points[i]) for i in part if points[i].low is not None and points[i].high is not None]
        if len(band) > 1:
            upper = " ".join(f"{number(100 * x)},{number(y(float(p.high or 0)))}" for x, p in band)
            lower = " ".join(f"{number(100 * x)},{number(y(float(p.low or 0)))}" for x, p in reversed(band))
            inside.append(tag("polygon", class_="band", points=f"{upper} {lower}"))
        line = " ".join(f"{number(100 * xs[i])},{number(y(float(points[i].value or 0)))}" for i in part)
        inside.append(tag("polyline", class_="line", points=line, vector_effect="non-scaling-stroke"))
    marks = [
        tag(
            "svg",
            *inside,
            viewBox=f"0 0 100 {HEIGHT}",
            preserveAspectRatio="none",
            width="100%",
            height=HEIGHT,
        )
    ]
    if reference is not None:
        marks.insert(0, tag("line", class_="reference", x1="2%", x2="98%", y1=y(reference), y2=y(reference)))
    for x, point in zip(xs, points, strict=True):
        if point.value is not None:
            kind, radius = ("dot moved", 5) if point.is_moved else ("dot", 2.5)
            marks.append(
                tag(
                    "circle",
                    tag("title", point.told),
                    class_=kind,
                    cx=percent(x),
                    cy=y(point.value),
                    r=radius,
                )
            )
    marks.append(tag("line", class_="axis", x1=0, x2="100%", y1=HEIGHT + 0.5, y2=HEIGHT + 0.5))
    for at, anchor in ((0, "start"), (len(points) - 1, "end")):
        edge = percent(0.0 if at == 0 else 1.0)
        marks.append(tag("text", points[at].label, class_="tick", x=edge, y=HEIGHT + 15, text_anchor=anchor))
    return chart(*marks, label=label, height=HEIGHT + AXIS, class_="chart trend")


def _parts(points: Sequence[Point]) -> list[list[int]]:
    """Runs of consecutive measured windows, as indices."""
    parts: list[list[int]] = [[]]
    for index, point in enumerate(points):
        if point.value is None:
            parts.append([])
        else:
            parts[-1].append(index)
    return [part for part in parts if part]
