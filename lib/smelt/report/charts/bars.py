"""Bars: one value per row of a table, with its interval and its previous value."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from smelt.report.charts.svg import chart, percent, tag


def bar(
    value: float,
    maximum: float,
    *,
    label: str,
    low: float | None = None,
    high: float | None = None,
    before: float | None = None,
    tone: str = "kept",
) -> Markup:
    """A bar from zero. A whisker shows the interval, a tick the value in the previous release."""
    top = maximum or 1.0
    marks = [
        tag("rect", class_="track", x=0, y=5, width="100%", height=6, rx=1),
        tag("rect", class_=f"fill {tone}", x=0, y=5, width=percent(value / top), height=6, rx=1),
    ]
    if low is not None and high is not None and high > low:
        marks.append(tag("line", class_="whisker", x1=percent(low / top), x2=percent(high / top), y1=8, y2=8))
        marks += [
            tag("line", class_="whisker", x1=percent(x / top), x2=percent(x / top), y1=5, y2=11)
            for x in (low, high)
        ]
    if before is not None:
        marks.append(
            tag("line", class_="before", x1=percent(before / top), x2=percent(before / top), y1=1, y2=15)
        )
    return chart(*marks, label=label, height=16, class_="chart bar")


def paired(before: float, after: float, maximum: float, *, label: str) -> Markup:
    """Two shares on one scale: intake above, release below."""
    top = maximum or 1.0
    return chart(
        tag("rect", class_="track", x=0, y=2, width="100%", height=14, rx=1),
        tag("rect", class_="fill raw", x=0, y=2, width=percent(before / top), height=6, rx=1),
        tag("rect", class_="fill kept", x=0, y=10, width=percent(after / top), height=6, rx=1),
        label=label,
        height=18,
        class_="chart paired",
    )


def stacked(parts: Sequence[tuple[str, float]], *, label: str) -> Markup:
    """A stacked bar; each part is (name, share), in the order given."""
    total = sum(share for _, share in parts) or 1.0
    marks, at = [], 0.0
    for index, (name, share) in enumerate(parts):
        marks.append(
            tag(
                "rect",
                tag("title", name),
                class_=f"part part{index % 6}",
                x=percent(at / total),
                y=0,
                width=percent(share / total),
                height=18,
            )
        )
        at += share
    return chart(*marks, label=label, height=18, class_="chart stacked")
