"""Estimates of the population from the representative part: weighted rates with 95 % intervals.

A rate is a ratio of weighted sums over a stratified sample without replacement. Its variance is the linearised one
with the finite population correction (Cochran, Sampling Techniques, 3rd ed., sections 5.6 and 6.11); the interval is
Wilson's with the effective sample size of this variance (Korn and Graubard 1998), so that it stays in [0, 1].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats


class Observation(NamedTuple):
    """One answered task of the representative part: its stratum, and the number of pairs in the stratum."""

    stratum: str
    stratum_rows: int


class Rate(NamedTuple):
    """A weighted share with its 95 % interval from ``n`` answers; None without observations."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def weighted_rate(
    observations: Sequence[Observation], hits: Sequence[bool], within: Sequence[bool] | None = None
) -> Rate:
    """Estimated share of ``hits`` among all pairs, or among those for which ``within`` holds.

    Unanswered tasks are taken as missing at random within their stratum, so that its answered tasks represent all of
    it. A stratum with only one answer gets the variance of all strata together.
    """
    hit = np.asarray(hits, float)
    inside = np.ones_like(hit) if within is None else np.asarray(within, float)
    n = int(inside.sum())
    if n == 0:
        return Rate(None, None, None, 0)
    names, code, counts = np.unique(
        np.asarray([each.stratum for each in observations]), return_inverse=True, return_counts=True
    )
    sizes: npt.NDArray[np.float64] = np.zeros(len(names))
    sizes[code] = [each.stratum_rows for each in observations]
    sizes = np.maximum(sizes, counts)
    weights = (sizes / counts)[code]
    total = float((weights * inside).sum())
    rate = float((weights * hit * inside).sum() / total)
    if len(code) == sizes.sum():
        return Rate(rate, rate, rate, n)  # the whole population was asked
    residual = inside * (hit - rate)
    variance = _variance(residual, code, counts, sizes) / total**2
    return Rate(rate, *_wilson(rate, variance, n, int((counts - 1).sum())), n)


def _variance(
    residual: npt.NDArray[np.float64],
    code: npt.NDArray[np.int64],
    counts: npt.NDArray[np.int64],
    sizes: npt.NDArray[np.float64],
) -> float:
    mean = np.bincount(code, residual) / counts
    squares = np.bincount(code, (residual - mean[code]) ** 2)
    spread = squares / np.maximum(counts - 1, 1)
    pooled = float(residual.var(ddof=1)) if len(residual) > 1 else 0.25
    spread = np.where(counts > 1, spread, pooled)
    return float((sizes**2 * (1 - counts / sizes) * spread / counts).sum())


def _wilson(rate: float, variance: float, n: int, freedom: int) -> tuple[float, float]:
    effective = rate * (1 - rate) / variance if variance > 0 and 0 < rate < 1 else float(n)
    z = float(stats.t.ppf(0.975, max(freedom, 1)))
    centre = (rate + z * z / (2 * effective)) / (1 + z * z / effective)
    half = z / (1 + z * z / effective) * np.sqrt(rate * (1 - rate) / effective + z * z / (4 * effective**2))
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))
