"""Drift from the previous release: distributions over segments, of lengths and of scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smelt.dataset_quality import distributions, significance
from smelt.dataset_quality.measures import Measure

FAMILY = "drift"


def measures(now: Sequence[Measure], before: Sequence[Measure]) -> list[Measure]:
    """Population stability index per distribution, with p-value and Cramér's V of both releases' counts.

    The distributions are the released counts by dimension and the histograms of scores and lengths.
    Below .1 is stable, above .25 has shifted (Siddiqi 2006).
    """
    found = []
    current, last = shapes(now), shapes(before)
    for name in sorted(current.keys() & last.keys()):
        a, b = current[name], last[name]
        if len({*a, *b}) < 2 or not sum(a.values()) or not sum(b.values()):
            continue
        keys = sorted({*a, *b})
        difference = significance.of_tables([[a.get(k, 0.0), b.get(k, 0.0)] for k in keys])
        found.append(
            Measure(
                family=FAMILY,
                measure="population_stability",
                kind="statistic",
                value=distributions.population_stability(a, b),
                n=int(sum(a.values())),
                dimension="distribution",
                segment=name,
                p_value=difference.p_value,
                effect_size=difference.effect,
            )
        )
    return found


def shapes(measures: Iterable[Measure]) -> dict[str, dict[str, float]]:
    """Name of a distribution -> its counts by segment."""
    found: dict[str, dict[str, float]] = {}
    for m in measures:
        if m.family == "selection" and m.measure == "released" and m.dimension != "all":
            found.setdefault(m.dimension, {})[m.segment] = m.value
        elif m.family == "distribution" and not m.measure.endswith("_raw"):
            found.setdefault(m.measure, {})[m.segment] = m.value
    return found
