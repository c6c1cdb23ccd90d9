"""Statistics of distributions, given as mappings from segment to count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Counts = Mapping[str, float]


def aligned(left: Counts, right: Counts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The counts of both over the union of their keys, in key order."""
    keys = sorted({*left, *right})
    return (
        np.array([left.get(key, 0.0) for key in keys], dtype=np.float64),
        np.array([right.get(key, 0.0) for key in keys], dtype=np.float64),
    )


def normalised_entropy(counts: Iterable[float]) -> float:
    """Shannon entropy over its maximum: 1 when all segments are equal, 0 when one holds everything.

    A single segment gives 0.
    """
    values = np.array([count for count in counts if count > 0], dtype=np.float64)
    if len(values) < 2:
        return 0.0
    shares = values / values.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(len(values)))


def total_variation(left: Counts, right: Counts) -> float:
    """The share of one distribution that would have to move to make it the other; 0 equal, 1 disjoint."""
    a, b = aligned(left, right)
    if a.sum() == 0 or b.sum() == 0:
        return 0.0
    return float(np.abs(a / a.sum() - b / b.sum()).sum() / 2)


def population_stability(now: Counts, before: Counts, *, floor: float = 1e-4) -> float:
    """Population stability index: below .1 stable, above .25 shifted (Siddiqi 2006, credit scorecards).

    Shares below ``floor`` are raised to it, so that a new segment gives a large but finite value.
    """
    a, b = aligned(now, before)
    if a.sum() == 0 or b.sum() == 0:
        return 0.0
    a, b = np.maximum(a / a.sum(), floor), np.maximum(b / b.sum(), floor)
    return float(((a - b) * np.log(a / b)).sum())


def four_fifths_ratio(rates: Sequence[float]) -> float:
    """The lowest selection rate over the highest; under .8 is adverse impact (29 CFR 1607.4 D).

    Fewer than two rates, or none above 0, give 1.
    """
    return min(rates) / max(rates) if len(rates) > 1 and max(rates) > 0 else 1.0


def quantile(edges: Sequence[float], counts: Sequence[float], q: float) -> float:
    """A quantile from a histogram with ``len(counts) + 1`` edges, by linear interpolation; NaN if it is empty."""
    cumulative = np.concatenate([[0.0], np.cumsum(counts)])
    if cumulative[-1] == 0:
        return float("nan")
    return float(np.interp(q * cumulative[-1], cumulative, edges))
