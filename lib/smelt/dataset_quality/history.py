"""Comparison with earlier releases: change since the previous one, and anomalies."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace

from smelt.dataset_quality import significance
from smelt.dataset_quality.config import HistoryConfig
from smelt.dataset_quality.measures import Measure

SCALE = 0.6745
"""The 0.75 quantile of the standard normal distribution: MAD / SCALE estimates the standard deviation."""


def robust_z(value: float, past: Sequence[float]) -> float:
    """Distance of a value from the median of past values, in robust standard deviations.

    Iglewicz and Hoaglin (1993): 0.6745 (x - median) / MAD. If more than half of the past values are equal, the MAD is 0
    and 1.2533 times the mean absolute deviation is the denominator instead; if that is 0 too, any other value gives
    infinity.
    """
    if not past:
        return 0.0
    median = statistics.median(past)
    mad = statistics.median(abs(x - median) for x in past)
    if mad > 0:
        return SCALE * (value - median) / mad
    mean_deviation = statistics.fmean(abs(x - median) for x in past)
    if mean_deviation > 0:
        return (value - median) / (1.2533 * mean_deviation)
    return 0.0 if value == median else float("inf") * (1 if value > median else -1)


def compared(measure: Measure, before: Measure) -> Measure:
    """Add the previous value, a p-value and an effect size, by the test for the measure's kind."""
    if measure.kind == "share":
        difference = significance.of_shares(
            measure.value * measure.n, measure.n, before.value * before.n, before.n
        )
    elif measure.kind in ("score", "mean"):
        difference = significance.of_means(
            measure.value, measure.deviation, measure.n, before.value, before.deviation, before.n
        )
    else:
        return replace(measure, previous=before.value)
    return replace(measure, previous=before.value, p_value=difference.p_value, effect_size=difference.effect)


def with_history(
    measures: Sequence[Measure], past: Sequence[Sequence[Measure]], config: HistoryConfig
) -> list[Measure]:
    """Compare each measure with earlier releases; ``past`` are their measures, the newest last.

    Anomalies are marked only with at least ``min_releases`` earlier values.
    """
    recent = [{m.name: m for m in release} for release in past[-config.window :]]
    marked = []
    for measure in measures:
        values = [release[measure.name].value for release in recent if measure.name in release]
        if recent and measure.name in recent[-1]:
            measure = compared(measure, recent[-1][measure.name])
        if len(values) >= config.min_releases:
            z = robust_z(measure.value, values)
            measure = replace(measure, robust_z=z, is_anomaly=abs(z) > config.robust_z)
        marked.append(measure)
    return marked


def drifted(measures: Sequence[Measure], config: HistoryConfig) -> list[Measure]:
    """Measures with a significant change (``alpha``) of at least ``min_effect`` since the previous release; largest
    first."""
    changed = [
        m
        for m in measures
        if m.kind in ("share", "score", "mean")
        and m.previous is not None
        and m.p_value is not None
        and m.effect_size is not None
        and significance.Difference(m.p_value, m.effect_size).is_noteworthy(
            alpha=config.alpha, min_effect=config.min_effect
        )
    ]
    return sorted(changed, key=lambda m: (-abs(m.effect_size or 0.0), m.name))
