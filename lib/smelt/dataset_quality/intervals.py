"""Confidence intervals of shares, means and statistics."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

CONFIDENCE = 0.95

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """A lower and an upper bound, both included."""

    low: float
    high: float


def wilson(hits: float, total: int, *, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of a proportion (Wilson 1927); within [0, 1] and valid for small ``total``.

    Without observations the interval is [0, 1].

    Raises:
        ValueError: ``hits`` is not between 0 and ``total``.
    """
    if total == 0:
        return Interval(0.0, 1.0)
    if not 0 <= hits <= total:
        raise ValueError("hits must be between 0 and total")
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    share = hits / total
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    centre = share + z * z / (2 * total)
    low, high = (centre - spread) / scale, (centre + spread) / scale
    return Interval(0.0 if hits == 0 else max(0.0, low), 1.0 if hits == total else min(1.0, high))


def of_mean(
    total: float,
    squares: float,
    n: int,
    *,
    bounds: tuple[float, float] | None = None,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Student's t interval of a mean, from the sum, the sum of squares and the number of values.

    It is clipped to ``bounds``, e.g. (0, 1) for scores. With fewer than two values it is ``bounds``, or unbounded.
    """
    if n < 2:
        return Interval(*(bounds or (-math.inf, math.inf)))
    mean = total / n
    error = standard_error(total, squares, n)
    spread = float(stats.t.ppf(0.5 + confidence / 2, n - 1)) * error
    low, high = mean - spread, mean + spread
    if bounds:
        low, high = max(bounds[0], low), min(bounds[1], high)
    return Interval(low, high)


def standard_error(total: float, squares: float, n: int) -> float:
    """Standard error of a mean from sums; 0 with fewer than two values."""
    if n < 2:
        return 0.0
    variance = max(0.0, (squares - total * total / n) / (n - 1))
    return math.sqrt(variance / n)


def bootstrap(
    values: ArrayLike,
    statistic: Callable[[Floats], float],
    *,
    resamples: int = 1_000,
    seed: int = 20_251_101,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Percentile bootstrap (Efron 1979) of any statistic of a sample; the seed is fixed, so reruns agree.

    A single value gives itself as both bounds, no value (NaN, NaN).
    """
    sample: Floats = np.asarray(values, dtype=np.float64)
    if len(sample) < 2:
        only = statistic(sample) if len(sample) else math.nan
        return Interval(only, only)
    found = stats.bootstrap(
        (sample,), statistic, n_resamples=resamples, batch=1, vectorized=False, method="percentile",
        confidence_level=confidence, rng=np.random.default_rng(seed),
    ).confidence_interval  # fmt: skip
    return Interval(float(found.low), float(found.high))


def weighted(parts: list[tuple[float, float, Interval]], *, confidence: float = CONFIDENCE) -> Interval:
    """Interval of a weighted sum, from (weight, value, interval) of parts assumed to be independent.

    Each part's half-widths are added in quadrature, upper and lower apart (Barlow 2004, section 3), and
    the result is clipped to [0, 1].
    """
    centre = sum(weight * value for weight, value, _ in parts)
    below = math.sqrt(sum((weight * (value - interval.low)) ** 2 for weight, value, interval in parts))
    above = math.sqrt(sum((weight * (interval.high - value)) ** 2 for weight, value, interval in parts))
    return Interval(max(0.0, centre - below), min(1.0, centre + above))
