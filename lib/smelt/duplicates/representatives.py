"""Which texts of a cluster are kept, and how alike each other member is to the one kept for it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from smelt.duplicates.candidates import runs
from smelt.duplicates.jaccard import F64, pair_similarities
from smelt.duplicates.shingles import I64, Shingles


class Kept(NamedTuple):
    """For every text the position of the one kept for it (its own if kept), and their similarity."""

    position: I64
    similarity: F64


def choose_kept(cluster: I64, sets: Shingles, facts: I64, threshold: float) -> Kept:
    """Texts ordered by cluster and, within it, by preference.

    The preferred text of a cluster is kept, and all that are as alike to it as ``threshold`` and state the same
    ``facts`` (:meth:`smelt.duplicates.texts.ComparedTexts.facts`) go with it. In a
    chain (a like b, b like c, a not like c) some are left: the preferred of those is kept too, and so on. So
    nothing is ever dropped for a text that it does not resemble, though the whole chain is one cluster.
    """
    count = len(cluster)
    position = np.arange(count, dtype=np.int64)
    similarity = np.ones(count)
    rest: I64 = np.arange(count, dtype=np.int64)
    while len(rest):
        starts, lengths = runs(cluster[rest])
        leader = np.repeat(rest[starts], lengths)
        others = leader != rest
        alike = np.ones(len(rest))
        alike[others] = pair_similarities(sets, leader[others], rest[others])
        settled = (alike >= threshold) & (facts[leader] == facts[rest])
        position[rest[settled]] = leader[settled]
        similarity[rest[settled]] = alike[settled]
        rest = rest[~settled]
    return Kept(position, similarity)
