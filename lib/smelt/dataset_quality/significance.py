"""Tests of differences: significance and effect size.

In a large release every difference is significant, in a small one none; so a change counts only if its p-value is small
*and* its effect size is large enough. Effect sizes follow Cohen (1988): .2 small, .5 medium, .8 large for h and d; .1,
.3, .5 for V.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats


class Difference(NamedTuple):
    """p-value and effect size; ``effect`` is signed if there is a direction, positive for growth."""

    p_value: float
    effect: float

    def is_noteworthy(self, *, alpha: float, min_effect: float) -> bool:
        """Whether the difference is significant and at least ``min_effect``."""
        return self.p_value < alpha and abs(self.effect) >= min_effect


NO_DIFFERENCE = Difference(1.0, 0.0)


def of_shares(hits: float, total: int, hits_before: float, total_before: int) -> Difference:
    """Two-sided z-test of two proportions with pooled variance, and Cohen's h (arcsine difference)."""
    if total == 0 or total_before == 0:
        return NO_DIFFERENCE
    now, before = hits / total, hits_before / total_before
    effect = 2 * math.asin(math.sqrt(now)) - 2 * math.asin(math.sqrt(before))
    pooled = (hits + hits_before) / (total + total_before)
    error = math.sqrt(pooled * (1 - pooled) * (1 / total + 1 / total_before))
    if error == 0:
        return Difference(1.0, effect)
    return Difference(math.erfc(abs(now - before) / error / math.sqrt(2)), effect)


def of_means(
    mean: float, deviation: float, n: int, mean_before: float, deviation_before: float, n_before: int
) -> Difference:
    """Welch's t-test from means, standard deviations and sizes, and Cohen's d with pooled deviation."""
    if n < 2 or n_before < 2:
        return NO_DIFFERENCE
    pooled = math.sqrt(((n - 1) * deviation**2 + (n_before - 1) * deviation_before**2) / (n + n_before - 2))
    if pooled == 0:
        return (
            NO_DIFFERENCE
            if mean == mean_before
            else Difference(0.0, math.copysign(math.inf, mean - mean_before))
        )
    p_value = stats.ttest_ind_from_stats(
        mean, deviation, n, mean_before, deviation_before, n_before, equal_var=False
    ).pvalue
    return Difference(float(p_value), (mean - mean_before) / pooled)


def of_tables(counts: Sequence[Sequence[float]]) -> Difference:
    """Chi-square test of independence of a table of counts, and Cramér's V (bias-corrected, Bergsma 2013).

    Empty rows and columns are left out; a table with one row or column gives NO_DIFFERENCE.
    """
    table: NDArray[np.float64] = np.asarray(counts, dtype=np.float64)
    if table.size == 0:
        return NO_DIFFERENCE
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    rows, columns = table.shape
    if rows < 2 or columns < 2:
        return NO_DIFFERENCE
    chi_square, p_value, _, _ = stats.chi2_contingency(table, correction=False)
    n = float(table.sum())
    phi = max(0.0, float(chi_square) / n - (rows - 1) * (columns - 1) / max(1.0, n - 1))
    rows_fair = rows - (rows - 1) ** 2 / max(1.0, n - 1)
    columns_fair = columns - (columns - 1) ** 2 / max(1.0, n - 1)
    smaller = min(rows_fair, columns_fair) - 1
    return Difference(float(p_value), math.sqrt(phi / smaller) if smaller > 0 else 0.0)
