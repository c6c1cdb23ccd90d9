"""The report's histograms: scores of single examples, and lengths in tokens."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from smelt.dataset_quality import distributions
from smelt.report import words
from smelt.report.charts.histogram import histogram
from smelt.report.data import ReportData


class Picture(NamedTuple):
    """A chart with its heading and one line below it."""

    title: str
    note: str
    picture: Markup


def score_pictures(data: ReportData) -> list[Picture]:
    """One histogram per score, intake behind release; the composite first."""
    names = sorted(m.measure for m in data.measures if m.family == "scores" and m.dimension == "all")
    names = sorted(dict.fromkeys(names), key=lambda name: (name != "composite", name))
    found = []
    edges = [f"{i / 20:.2f}-{(i + 1) / 20:.2f}" for i in range(20)]
    for name in names:
        raw, released = (bins(data, measure, edges) for measure in (f"{name}_raw", name))
        if not sum(raw) + sum(released):
            continue
        mean = data.measure("scores", name)
        found.append(
            Picture(
                words.readable(name) if mean is None else words.name_of(mean),
                ""
                if mean is None
                else ", ".join(filter(None, (f"mean {mean.value:.2f}", words.interval_of(mean)))),
                histogram(
                    raw,
                    released,
                    [(0.0, "0"), (0.5, "0.5"), (1.0, "1")],
                    label=f"Distribution of {words.readable(name)}",
                ),
            )
        )
    return found


def length_pictures(data: ReportData) -> list[Picture]:
    """Histograms of lengths in tokens, with median and 95th percentile."""
    found = []
    edges = (0, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
    labels = [f"{a:04d}-{b:04d}" for a, b in pairwise(edges)] + [f"{edges[-1]:04d}-"]
    for name in ("question_tokens", "answer_tokens"):
        raw, released = (bins(data, measure, labels) for measure in (f"{name}_raw", name))
        if sum(released):
            bounds = [*map(float, edges), 2.0 * edges[-1]]
            used = max(i for i, counts in enumerate(zip(raw, released, strict=True)) if any(counts)) + 1
            ticks = [(i / used, f"{edge:,}") for i, edge in enumerate(edges[: used + 1])]
            median, high = (distributions.quantile(bounds, released, q) for q in (0.5, 0.95))
            found.append(
                Picture(
                    words.readable(name),
                    f"half are under {median:,.0f}, 95% under {high:,.0f} tokens",
                    histogram(
                        raw[:used], released[:used], ticks, label=f"Distribution of {words.readable(name)}"
                    ),
                )
            )
    return found


def bins(data: ReportData, measure: str, labels: Sequence[str]) -> list[float]:
    """Counts of a histogram in the order of ``labels``."""
    found = data.segments("distribution", measure, "bin")
    return [found[label].value if label in found else 0.0 for label in labels]
