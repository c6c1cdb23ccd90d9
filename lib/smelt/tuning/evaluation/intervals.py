"""Bootstrap intervals over groups of rows, because rows of one customer or cluster are not independent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SEED = 20_261


class Estimate(NamedTuple):
    """A mean with its 95 % interval; ``n`` rows in ``groups`` groups."""

    mean: float
    low: float
    high: float
    n: int
    groups: int

    def as_dict(self) -> dict[str, float | int]:
        """Plain values."""
        return self._asdict()


def estimate(
    values: Sequence[float],
    groups: Sequence[str] | None = None,
    *,
    weights: Sequence[float] | None = None,
    resamples: int = 1_000,
) -> Estimate:
    """Mean of ``values`` (weighted by ``weights``, e.g. token counts) with a percentile interval over resampled groups.

    Efron and Tibshirani 1993, chapter 13; the cluster bootstrap of Field and Welsh 2007. The seed is fixed. With a
    single group the interval is infinite.
    """
    held = np.asarray(values, np.float64)
    weighed = np.ones_like(held) if weights is None else np.asarray(weights, np.float64)
    if not len(held) or weighed.sum() == 0:
        return Estimate(float("nan"), float("-inf"), float("inf"), 0, 0)
    names = [str(n) for n in range(len(held))] if groups is None else list(groups)
    _, numbers = np.unique(np.asarray(names, dtype=object).astype(str), return_inverse=True)
    count = int(numbers.max()) + 1
    sums = np.bincount(numbers, held * weighed, count).astype(np.float64)
    sizes = np.bincount(numbers, weighed, count).astype(np.float64)
    mean = float(sums.sum() / sizes.sum())
    if count < 2:
        return Estimate(mean, float("-inf"), float("inf"), len(held), count)
    low, high = np.percentile(_resampled(sums, sizes, resamples), [2.5, 97.5])
    return Estimate(mean, float(low), float(high), len(held), count)


def difference(
    one: Sequence[float],
    two: Sequence[float],
    groups: Sequence[str] | None = None,
    *,
    weights: Sequence[float] | None = None,
    resamples: int = 1_000,
) -> Estimate:
    """Mean of the paired differences ``one`` less ``two``, both of the same rows."""
    paired = np.asarray(one, np.float64) - np.asarray(two, np.float64)
    return estimate(paired.tolist(), groups, weights=weights, resamples=resamples)


def resampled_weights(groups: Sequence[str], resamples: int) -> Iterator[NDArray[np.float64]]:
    """Number of times each row is in each resample of the groups, for measures that are not means over rows."""
    _, numbers = np.unique(np.asarray(list(groups), dtype=object).astype(str), return_inverse=True)
    count = int(numbers.max()) + 1
    draw = np.random.default_rng(SEED)
    for _ in range(resamples):
        yield np.bincount(draw.integers(0, count, count), minlength=count)[numbers].astype(np.float64)


def _resampled(sums: NDArray[np.float64], sizes: NDArray[np.float64], resamples: int) -> NDArray[np.float64]:
    draw = np.random.default_rng(SEED)
    means = np.empty(resamples)
    for at in range(resamples):
        chosen = draw.integers(0, len(sums), len(sums))
        total = sizes[chosen].sum()
        means[at] = sums[chosen].sum() / total if total else np.nan
    finite: NDArray[np.float64] = means[np.isfinite(means)]
    return finite
