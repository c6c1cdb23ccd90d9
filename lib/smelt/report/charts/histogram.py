"""Histograms of release (front) and intake (behind), each as shares of its own total."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from smelt.report.charts.svg import chart, number, percent, tag

HEIGHT = 92
AXIS = 20


def histogram(
    raw: Sequence[float],
    released: Sequence[float],
    ticks: Sequence[tuple[float, str]],
    *,
    label: str,
    mark: float | None = None,
) -> Markup:
    """Bins of equal width. ``ticks`` and ``mark`` are positions in [0, 1] along the axis; ``mark`` is a pass mark."""
    shares = [[count / (sum(counts) or 1.0) for count in counts] for counts in (raw, released)]
    top = max((share for counts in shares for share in counts), default=0.0) or 1.0
    width = 1 / max(1, len(released))
    marks: list[Markup] = []
    for counts, tone, inset in ((shares[0], "raw", 0.04), (shares[1], "kept", 0.22)):
        for index, share in enumerate(counts):
            if share:
                height = max(1.0, share / top * HEIGHT)
                marks.append(
                    tag(
                        "rect",
                        class_=f"fill {tone}",
                        x=percent((index + inset) * width),
                        y=HEIGHT - height,
                        width=percent((1 - 2 * inset) * width),
                        height=height,
                    )
                )
    marks.append(tag("line", class_="axis", x1=0, x2="100%", y1=HEIGHT + 0.5, y2=HEIGHT + 0.5))
    if mark is not None:
        marks.append(tag("line", class_="mark", x1=percent(mark), x2=percent(mark), y1=0, y2=HEIGHT))
    for position, text in ticks:
        anchor = "start" if position < 0.02 else "end" if position > 0.98 else "middle"
        marks.append(tag("text", text, class_="tick", x=percent(position), y=HEIGHT + 15, text_anchor=anchor))
    return chart(*marks, label=label, height=HEIGHT + AXIS, class_="chart histogram")


def line(points: Sequence[float], *, label: str, height: int = 44) -> Markup:
    """A line through values in [0, 1], the last one marked: the history of a measure."""
    if len(points) < 2:
        return Markup("")
    low, high = min(points), max(points)
    spread = (high - low) or 1.0
    at = [
        (0.02 + 0.96 * i / (len(points) - 1), 6 + (height - 12) * (1 - (value - low) / spread))
        for i, value in enumerate(points)
    ]
    path = " ".join(f"{number(100 * x)},{number(y)}" for x, y in at)
    drawn = tag(
        "svg",
        tag("polyline", class_="line", points=path, vector_effect="non-scaling-stroke"),
        viewBox=f"0 0 100 {height}",
        preserveAspectRatio="none",
        width="100%",
        height=height,
    )
    dots = [tag("circle", class_="dot", cx=percent(x), cy=y, r=2.5) for x, y in at[:-1]]
    last = tag("circle", class_="dot now", cx=percent(at[-1][0]), cy=at[-1][1], r=4)
    return chart(drawn, *dots, last, label=label, height=height, class_="chart history")
