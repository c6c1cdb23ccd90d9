"""Makes stratified folds that keep groups together and are never empty."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smelt.tuning.errors import ReleaseUnusable

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Folds:
    """``fold_of`` has the fold of every row; ``imbalance`` is the largest deviation of a category's share in a fold."""

    fold_of: tuple[int, ...]
    sizes: tuple[int, ...]
    imbalance: float
    largest_group: int

    def rows(self, fold: int) -> tuple[list[int], list[int]]:
        """Indices of the rows to train on and of the held-out rows of ``fold``."""
        train = [at for at, own in enumerate(self.fold_of) if own != fold]
        return train, [at for at, own in enumerate(self.fold_of) if own == fold]


def make_folds(groups: Sequence[str], categories: Sequence[str], count: int, salt: str = "smelt") -> Folds:
    """Divide rows with these groups and categories into ``count`` folds, independently of the order of rows.

    Each group, the largest first, is assigned to the fold that keeps the folds most even by category, then by size (as
    in scikit-learn's StratifiedGroupKFold). Once there are only as many groups left as empty folds, they are assigned
    to these, which scikit-learn does not do (its issue 34828: folds without rows).

    Raises:
        ReleaseUnusable: there are fewer groups than folds.
    """
    names = sorted(set(categories))
    number = {name: at for at, name in enumerate(names)}
    held: dict[str, Floats] = defaultdict(lambda: np.zeros(len(names)))
    for group, category in zip(groups, categories, strict=True):
        held[group][number[category]] += 1
    if len(held) < count:
        raise ReleaseUnusable(
            f"{len(held):,} groups cannot be divided into {count} folds",
            ["lower tuning.crossvalidation.folds, or make a release with more records"],
        )
    order = sorted(held, key=lambda group: (-held[group].std(), -held[group].sum(), _hash(salt, group)))
    totals: Floats = np.maximum(np.sum(list(held.values()), axis=0), 1)
    filled = np.zeros((count, len(names)))
    chosen: dict[str, int] = {}
    for place, group in enumerate(order):
        empty = [fold for fold in range(count) if not filled[fold].any()]
        open_folds = empty if len(order) - place <= len(empty) else list(range(count))
        best = min(open_folds, key=lambda fold: (*_unevenness(filled, fold, held[group], totals), fold))
        filled[best] += held[group]
        chosen[group] = best
    shares = filled / totals
    sizes = Counter(chosen[group] for group in groups)
    return Folds(
        tuple(chosen[group] for group in groups),
        tuple(sizes[fold] for fold in range(count)),
        float(np.abs(shares - 1 / count).max()),
        int(max(counts.sum() for counts in held.values())),
    )


def _unevenness(filled: Floats, fold: int, counts: Floats, totals: Floats) -> tuple[float, float]:
    after = filled.copy()
    after[fold] += counts
    return round(float((after / totals).std(axis=0).mean()), 12), float(after[fold].sum())


def _hash(salt: str, group: str) -> bytes:
    return hashlib.sha256(f"{salt}:{group}".encode()).digest()
