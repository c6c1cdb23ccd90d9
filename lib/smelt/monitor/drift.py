"""Differences between two samples: effect size, 95 % interval and p-value, each by a fixed method.

Drift measures are above zero by chance alone, more so in small samples; this expected value is subtracted, so that an
effect means the same at any sample size. P-values alone do not show size: with a million rows everything is
significant.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from smelt.dataset_quality.intervals import wilson

Floats = NDArray[np.float64]

RESAMPLES = 200
SEED = 20_261_128
RARE = 5
"""Expected count below which categories are merged into one for the chi-square test (Cochran 1954)."""
BINS = 10


class Difference(NamedTuple):
    """Effect size with its 95 % interval, and p-value."""

    effect: float
    low: float
    high: float
    p_value: float


def categorical(reference: Mapping[str, int], current: Mapping[str, int], method: str) -> Difference:
    """Compare counts by category: ``js`` (distance, base 2), ``psi`` or ``chi_square`` (Cohen's w); p by chi-square.

    Categories that only one side has are included.
    """
    names = sorted({*reference, *current})
    before = np.array([reference.get(name, 0) for name in names], dtype=np.float64)
    after = np.array([current.get(name, 0) for name in names], dtype=np.float64)
    return _of_counts(before, after, method)


def numeric(reference: Floats, current: Floats, method: str) -> Difference:
    """Compare values: ``ks`` (D, interval by Dvoretzky, Kiefer, Wolfowitz), or ``js``/``psi`` over reference
    deciles."""
    found = stats.ks_2samp(reference, current, method="asymp")
    p_value = float(found.pvalue)
    if method == "ks":
        margin = sum(math.sqrt(math.log(2 / 0.025) / (2 * len(each))) for each in (reference, current))
        effect = float(found.statistic)
        return Difference(effect, max(0.0, effect - margin), min(1.0, effect + margin), p_value)
    edges = np.unique(np.quantile(reference, np.linspace(0, 1, BINS + 1)[1:-1]))
    before, after = (
        np.bincount(np.searchsorted(edges, each, side="right"), minlength=len(edges) + 1).astype(np.float64)
        for each in (reference, current)
    )
    return _of_counts(before, after, method)._replace(p_value=p_value)


def share(
    hits: int, n: int, hits_before: int, n_before: int, *, alternative: str = "two-sided"
) -> Difference:
    """Difference of two shares, interval by Newcombe's hybrid score (1998, method 10), p by Fisher or chi-square.

    Fisher's exact test where an expected count is below five, the z-test with pooled variance otherwise.
    ``alternative``: two-sided, less or greater, of the current against the reference.
    """
    now, before = hits / n, hits_before / n_before
    low, high = wilson(hits, n)
    low_before, high_before = wilson(hits_before, n_before)
    effect = now - before
    below = effect - math.hypot(now - low, high_before - before)
    above = effect + math.hypot(high - now, before - low_before)
    pooled = (hits + hits_before) / (n + n_before)
    least = min(pooled, 1 - pooled) * min(n, n_before)
    if least < RARE:
        table = [[hits, n - hits], [hits_before, n_before - hits_before]]
        return Difference(
            effect, below, above, float(stats.fisher_exact(table, alternative=alternative).pvalue)
        )
    z = effect / math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_before))
    tails = {"two-sided": 2 * stats.norm.sf(abs(z)), "less": stats.norm.cdf(z), "greater": stats.norm.sf(z)}
    return Difference(effect, below, above, float(tails[alternative]))


def unseen(count: int, n: int, allowed: float) -> Difference:
    """Share of values unknown to the reference; exact binomial p-value against a share of at most ``allowed``."""
    low, high = wilson(count, n)
    p_value = (
        float(stats.binomtest(count, n, allowed, alternative="greater").pvalue)
        if allowed > 0
        else float(not count)
    )
    return Difference(count / n, low, high, p_value)


def classifier(reference: Sequence[str], current: Sequence[str], *, folds_seed: int = SEED) -> Difference:
    """Classifier two-sample test on texts (Lopez-Paz, Oquab 2017); the effect is 2 AUC - 1 on held-out halves.

    Logistic regression on hashed TF-IDF, trained on one half of each side and applied to the other, so texts must be
    distinct; p by Mann and Whitney on the held-out half; interval by Hanley and McNeil (1982). Raises ImportError
    without scikit-learn.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
    from sklearn.linear_model import SGDClassifier
    from sklearn.pipeline import make_pipeline

    generator = np.random.default_rng(folds_seed)
    halves = []
    for texts in (reference, current):
        order = generator.permutation(len(texts))
        middle = len(texts) // 2
        halves.append(([texts[i] for i in order[:middle]], [texts[i] for i in order[middle:]]))
    (before, before_test), (after, after_test) = halves
    model = make_pipeline(
        HashingVectorizer(n_features=2**16, ngram_range=(1, 2), norm=None, alternate_sign=False),
        TfidfTransformer(sublinear_tf=True),
        SGDClassifier(
            loss="log_loss", alpha=1e-4, class_weight="balanced", max_iter=20, tol=1e-3, random_state=0
        ),
    )
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # the test is valid for any fixed number of iterations
        model.fit([*before, *after], [0] * len(before) + [1] * len(after))
    low_scores, high_scores = model.decision_function(before_test), model.decision_function(after_test)
    found = stats.mannwhitneyu(high_scores, low_scores, alternative="greater", method="asymptotic")
    m, n = len(before_test), len(after_test)
    area = float(found.statistic) / (m * n)
    error = _hanley(area, m, n)
    z = float(stats.norm.ppf(0.975))
    ends = (2 * (area + sign * z * error) - 1 for sign in (-1, 1))
    low, high = (min(1.0, max(-1.0, end)) for end in ends)
    return Difference(max(0.0, 2 * area - 1), max(0.0, low), max(0.0, high), float(found.pvalue))


def adjusted(p_values: Sequence[float]) -> list[float]:
    """P-values corrected for multiple tests (Benjamini and Hochberg 1995)."""
    if not p_values:
        return []
    return [float(each) for each in stats.false_discovery_control(list(p_values), method="bh")]


def stratified(strata: Sequence[tuple[int, int, int, int]]) -> Difference:
    """Compare shares of two samples within the same strata, independently of the mix of strata.

    ``strata`` are (hits, n, hits before, n before). The effect is the mean of the differences, weighted as Cochran does
    (n times n before, over their sum); p by Mantel and Haenszel's test (1959), two-sided, and interval by
    Greenland and Robins (1985).
    """
    table = np.array([each for each in strata if each[1] > 0 and each[3] > 0], dtype=np.float64)
    if not len(table):
        return Difference(math.nan, math.nan, math.nan, 1.0)
    a, n, c, m = table.T
    total = n + m
    weight = n * m / total
    p, q = a / n, c / m
    effect = float((weight * (p - q)).sum() / weight.sum())
    error = math.sqrt(float((weight**2 * (p * (1 - p) / n + q * (1 - q) / m)).sum())) / float(weight.sum())
    expected = n * (a + c) / total
    variance = float(
        np.where(
            total > 1, n * m * (a + c) * (total - a - c) / (total**2 * np.maximum(total - 1, 1)), 0
        ).sum()
    )
    p_value = (
        1.0
        if variance == 0
        else float(2 * stats.norm.sf(abs(float((a - expected).sum())) / math.sqrt(variance)))
    )
    return Difference(effect, effect - 1.96 * error, effect + 1.96 * error, p_value)


def _of_counts(before: Floats, after: Floats, method: str) -> Difference:
    m, n = float(before.sum()), float(after.sum())
    measure = {"js": _js, "psi": _psi, "chi_square": _w}[method]
    generator = np.random.default_rng(SEED)
    effect = measure(before, after)
    again_before = generator.multinomial(int(m), before / m, RESAMPLES).astype(np.float64)
    again_after = generator.multinomial(int(n), after / n, RESAMPLES).astype(np.float64)
    drawn = np.array([measure(x, y) for x, y in zip(again_before, again_after, strict=True)])
    spread = float(drawn.std())
    return Difference(
        effect, max(0.0, effect - 1.96 * spread), effect + 1.96 * spread, _chi_square(before, after)
    )


def _chi_square(before: Floats, after: Floats) -> float:
    """P-value of the chi-square test of independence, with rare categories merged."""
    total = before + after
    smaller = min(before.sum(), after.sum()) / total.sum()
    is_rare = total * smaller < RARE
    columns = [np.array([before[~is_rare], after[~is_rare]])]
    if is_rare.any():
        columns.append(np.array([[before[is_rare].sum()], [after[is_rare].sum()]]))
    table = np.concatenate(columns, axis=1)
    table = table[:, table.sum(axis=0) > 0]
    return 1.0 if table.shape[1] < 2 else float(stats.chi2_contingency(table, correction=False).pvalue)


def _js(before: Floats, after: Floats) -> float:
    """Jensen-Shannon distance to base 2, less the divergence expected by chance: (k - 1)(1/n + 1/m) / (8 ln 2)."""
    p, q = before / before.sum(), after / after.sum()
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        divergence = sum(float(np.where(x > 0, x * np.log2(x / middle), 0.0).sum()) for x in (p, q)) / 2
    chance = (len(p) - 1) * (1 / before.sum() + 1 / after.sum()) / (8 * math.log(2))
    return math.sqrt(max(0.0, divergence - chance))


def _psi(before: Floats, after: Floats) -> float:
    """Population stability index, half a row added to each cell, less (k - 1)(1/n + 1/m) (Yurdakul 2018)."""
    p = (before + 0.5) / (before.sum() + 0.5 * len(before))
    q = (after + 0.5) / (after.sum() + 0.5 * len(after))
    chance = (len(p) - 1) * float(1 / before.sum() + 1 / after.sum())
    return max(0.0, float(((q - p) * np.log(q / p)).sum()) - chance)


def _w(before: Floats, after: Floats) -> float:
    """Cohen's w of two equally weighted distributions, less its expectation by chance, (k - 1)(1/n + 1/m) / 4 of
    w^2."""
    p, q = before / before.sum(), after / after.sum()
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        square = float(np.where(middle > 0, (p - q) ** 2 / (4 * middle), 0.0).sum())
    chance = (len(p) - 1) * (1 / before.sum() + 1 / after.sum()) / 4
    return math.sqrt(max(0.0, square - chance))


def _hanley(area: float, m: int, n: int) -> float:
    """Standard error of an AUC with m and n samples (Hanley and McNeil 1982)."""
    one, two = area / (2 - area), 2 * area * area / (1 + area)
    variance = area * (1 - area) + (n - 1) * (one - area**2) + (m - 1) * (two - area**2)
    return math.sqrt(max(0.0, variance / (m * n)))
