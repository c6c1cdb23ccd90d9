"""Agreement of annotators: Krippendorff's alpha, Cohen's and Fleiss' kappa, with bootstrap intervals.

Alpha is computed here from coincidence matrices, after Krippendorff, "Computing Krippendorff's Alpha-Reliability"
(2011): it allows missing answers, and with one matrix per task a thousand resamples are one matrix product. Cohen's
kappa is scikit-learn's, Fleiss' is statsmodels'. An undefined value is None with the reason, never NaN or 1.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Sequence
from itertools import combinations
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from smelt.errors import MissingExtra

Floats = npt.NDArray[np.float64]
Level = Literal["nominal", "ordinal"]
CHUNK = 50
"""Resamples computed at once."""


class Rating(NamedTuple):
    """The label that one annotator gave one task."""

    task: str
    annotator: str
    label: Hashable


class Agreement(NamedTuple):
    """A coefficient with its 95 % interval; if it is undefined, ``value`` is None and ``why`` has the reason."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    tasks: int
    why: str = ""


def alpha(
    ratings: Sequence[Rating],
    labels: Sequence[Hashable],
    *,
    level: Level = "nominal",
    resamples: int = 1000,
    seed: int = 0,
) -> Agreement:
    """Krippendorff's alpha of ``ratings``; ``labels`` are all possible labels, in ascending order for ``ordinal``.

    Tasks with fewer than two answers are left out. Alpha is undefined if no task has two answers or only one label was
    used. The interval is the percentile bootstrap over tasks.
    """
    name = f"alpha_{level}"
    counts = label_counts(ratings, labels)
    counts = counts[counts.sum(axis=1) >= 2]
    if not len(counts):
        return Agreement(name, None, None, None, 0, "no task was answered by two people")
    matrices = coincidences(counts)
    value = _alpha_of(matrices.sum(axis=0)[None], level)[0]
    if np.isnan(value):
        return Agreement(name, None, None, None, len(counts), "only one label was used")
    low, high = _interval(matrices, lambda sums: _alpha_of(sums, level), resamples, seed)
    return Agreement(name, float(value), low, high, len(counts))


def label_counts(ratings: Sequence[Rating], labels: Sequence[Hashable]) -> Floats:
    """Number of answers by task (rows, in the order of their first answer) and label (columns)."""
    column = {label: number for number, label in enumerate(labels)}
    rows: dict[str, int] = {}
    for rating in ratings:
        rows.setdefault(rating.task, len(rows))
    counts = np.zeros((len(rows), len(labels)))
    for rating in ratings:
        counts[rows[rating.task], column[rating.label]] += 1
    return counts


def coincidences(counts: Floats) -> Floats:
    """One coincidence matrix per task: ordered pairs of its labels, divided by its number of answers less one."""
    pairs = counts[:, :, None] * counts[:, None, :]
    index = np.arange(counts.shape[1])
    pairs[:, index, index] -= counts
    return np.asarray(pairs / (counts.sum(axis=1) - 1)[:, None, None])


def _alpha_of(sums: Floats, level: Level) -> Floats:
    """Alpha of each summed coincidence matrix in ``sums`` (n, K, K); NaN if the expected disagreement is 0."""
    margins = sums.sum(axis=2)
    total = margins.sum(axis=1)
    distance = _distances(margins, level)
    observed = (sums * distance).sum(axis=(1, 2)) / np.maximum(total, 1)
    chance = (margins[:, :, None] * margins[:, None, :] * distance).sum(axis=(1, 2))
    expected = chance / np.maximum(total * (total - 1), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def _distances(margins: Floats, level: Level) -> Floats:
    """Squared differences between labels: 0 or 1 (nominal), or from the number of answers between them (ordinal)."""
    size = margins.shape[1]
    if level == "nominal":
        return np.broadcast_to(1 - np.eye(size), (len(margins), size, size))
    upto = np.cumsum(margins, axis=1)
    middle = upto - margins / 2
    return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)


def _interval(
    matrices: Floats, statistic: Callable[[Floats], Floats], resamples: int, seed: int
) -> tuple[float | None, float | None]:
    random = np.random.default_rng(seed)
    tasks, size = matrices.shape[0], matrices.shape[1]
    flat = matrices.reshape(tasks, size * size)
    found = []
    for start in range(0, resamples, CHUNK):
        many = min(CHUNK, resamples - start)
        weights = random.multinomial(tasks, np.full(tasks, 1 / tasks), size=many)
        found.append(statistic((weights @ flat).reshape(many, size, size)))
    values = np.concatenate(found)
    values = values[~np.isnan(values)]
    if len(values) < resamples / 2:
        return None, None
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def cohen(
    ratings: Sequence[Rating], labels: Sequence[Hashable], *, resamples: int = 200, seed: int = 0
) -> list[tuple[str, str, Agreement]]:
    """Cohen's kappa of every pair of annotators over the tasks that both answered, most shared tasks first."""
    by: dict[str, dict[str, Hashable]] = {}
    for rating in ratings:
        by.setdefault(rating.annotator, {})[rating.task] = rating.label
    found = []
    for one, other in combinations(sorted(by), 2):
        shared = sorted(by[one].keys() & by[other].keys())
        if shared:
            pairs = [(by[one][task], by[other][task]) for task in shared]
            found.append((one, other, _cohen_of(pairs, labels, resamples, seed)))
    return sorted(found, key=lambda each: (-each[2].tasks, each[:2]))


def _cohen_of(
    pairs: Sequence[tuple[Hashable, Hashable]], labels: Sequence[Hashable], resamples: int, seed: int
) -> Agreement:
    metrics = _library("sklearn.metrics", "scikit-learn")
    left, right = ([str(pair[side]) for pair in pairs] for side in (0, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # with only one label the result is NaN, with a warning
        value = float(metrics.cohen_kappa_score(left, right))
    if np.isnan(value):
        return Agreement("cohen_kappa", None, None, None, len(pairs), "only one label was used")
    column = {label: number for number, label in enumerate(labels)}
    tables = np.zeros((len(pairs), len(labels), len(labels)))
    for number, (one, other) in enumerate(pairs):
        tables[number, column[one], column[other]] = 1
    low, high = _interval(tables, _kappas, resamples, seed)
    return Agreement("cohen_kappa", value, low, high, len(pairs))


def _kappas(tables: Floats) -> Floats:
    total = tables.sum(axis=(1, 2))
    seen = np.trace(tables, axis1=1, axis2=2) / total
    chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / total**2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(chance < 1, (seen - chance) / (1 - chance), np.nan)


def fleiss(ratings: Sequence[Rating], labels: Sequence[Hashable]) -> Agreement:
    """Fleiss' kappa over the tasks with the most frequent number of answers (at least 2); it needs equal numbers."""
    inter_rater = _library("statsmodels.stats.inter_rater", "statsmodels")
    counts = label_counts(ratings, labels)
    totals = counts.sum(axis=1).astype(int)
    usual = np.bincount(totals[totals >= 2]) if (totals >= 2).any() else np.zeros(1)
    if not usual.any():
        return Agreement("fleiss_kappa", None, None, None, 0, "no task was answered by two people")
    chosen = counts[totals == int(usual.argmax())]
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore")
        value = float(inter_rater.fleiss_kappa(chosen))
    if np.isnan(value):
        return Agreement("fleiss_kappa", None, None, None, len(chosen), "only one label was used")
    return Agreement("fleiss_kappa", value, None, None, len(chosen))


def _library(module: str, package: str) -> Any:
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError:
        raise MissingExtra(package, "review") from None
