"""Which texts of a cluster are kept, and how alike each other member is to the one kept for it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from smelt.duplicates.candidates import runs
from smelt.duplicates.jaccard import F64, pair_similarities
from smelt.duplicates.meaning import Statements
from smelt.duplicates.semantic import Meaning
from smelt.duplicates.shingles import I64, Shingles


class Kept(NamedTuple):
    """For every text the position of the one kept for it (its own if kept), and their similarity."""

    position: I64
    similarity: F64
    by_meaning: npt.NDArray[np.bool_]
    """Whether ``similarity`` is the cosine of the two: their words differ and their meaning does not. A kept
    text has it where it stands for such texts only."""


MOST_LEADERS = 64
"""Kept texts of one cluster that state the same facts, after which the members that are left are kept, too."""


def choose_kept(
    cluster: I64,
    sets: Shingles,
    statements: Statements,
    threshold: float,
    meaning: Meaning | None = None,
) -> Kept:
    """Texts ordered by cluster and, within it, by preference.

    The preferred text of a cluster is kept, and all that are as alike to it as ``threshold`` and do not contradict
    it (``statements``) go with it, as do those that mean the same (``meaning``) and state the same facts. In a
    chain (a like b, b like c, a not like c) some are left: the preferred of those is kept too, and so on. So
    nothing is ever dropped for a text that it does not resemble, though the whole chain is one cluster.
    """
    count = len(cluster)
    position = np.arange(count, dtype=np.int64)
    similarity = np.ones(count)
    by_meaning = np.zeros(count, dtype=np.bool_)
    # Only texts with equal facts can stand for each other: such a group is a cluster of its own here.
    _, group = np.unique(np.stack([cluster, statements.facts]), axis=1, return_inverse=True)
    rest: I64 = np.argsort(group.ravel(), kind="stable").astype(np.int64)
    group = group.ravel().astype(np.int64)
    for _ in range(MOST_LEADERS):
        if not len(rest):
            break
        starts, lengths = runs(group[rest])
        leader = np.repeat(rest[starts], lengths)
        others = leader != rest
        alike = np.ones(len(rest))
        alike[others] = pair_similarities(sets, leader[others], rest[others])
        near = alike >= threshold
        near[others] &= statements.agree(leader[others], rest[others])
        same = near.copy()
        if meaning is not None:
            others = ~near
            alike[others] = meaning.cosines(leader[others], rest[others])
            same |= alike >= meaning.threshold
        settled = same & (statements.facts[leader] == statements.facts[rest])
        position[rest[settled]] = leader[settled]
        similarity[rest[settled]] = alike[settled]
        by_meaning[rest[settled]] = ~near[settled]
        rest = rest[~settled]
    own = position == np.arange(count)
    by_words = np.zeros(count, dtype=np.bool_)
    by_words[position[~own & ~by_meaning]] = True
    stands_for = np.zeros(count, dtype=np.bool_)
    stands_for[position[by_meaning]] = True
    return Kept(position, similarity, by_meaning | (own & stands_for & ~by_words))
