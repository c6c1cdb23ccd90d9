"""Chooses which texts of a cluster are kept, with the similarity of each other member to the one kept for it."""

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
    """Whether ``similarity`` is a cosine, i.e. the two differ in words, not in meaning.

    True for a kept text if this holds for all texts that it represents.
    """


MOST_LEADERS = 64
"""Most texts with equal facts that are chosen in one cluster; after that, all remaining members are kept, too."""


def choose_kept(
    cluster: I64,
    sets: Shingles,
    statements: Statements,
    threshold: float,
    meaning: Meaning | None = None,
) -> Kept:
    """Choose the kept texts; the input must be ordered by cluster and, within it, by preference.

    The preferred text of a cluster is kept and represents all texts that reach ``threshold`` and agree with it
    (``statements``), or that mean the same (``meaning``) with equal facts. In a chain (a similar to b, b to c, but not
    a to c) some are left over: the preferred of these is kept too, and so on. So no text is dropped in favour of one
    that it is not similar to, although the whole chain is one cluster.
    """
    count = len(cluster)
    position = np.arange(count, dtype=np.int64)
    similarity = np.ones(count)
    by_meaning = np.zeros(count, dtype=np.bool_)
    # Only texts with equal facts can represent each other, so each such group is treated as a cluster.
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
