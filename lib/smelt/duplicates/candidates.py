"""Turns buckets of locality-sensitive hashing into verified edges.

The edges span exactly the connected components of the graph that links two texts if they share a bucket and reach the
similarity threshold. New texts only add to that graph, so comparing a batch with itself and with earlier texts gives
the same components as one run over everything.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from smelt.duplicates.jaccard import F64, pair_similarities
from smelt.duplicates.shingles import I64, PART, Shingles

Flags = npt.NDArray[np.bool_]


class Edges(NamedTuple):
    """Verified pairs of row numbers, ``left < right``, and their similarity."""

    left: I64
    right: I64
    similarity: F64


class Buckets(NamedTuple):
    """Row numbers grouped by bucket: ``rows[offsets[i]:offsets[i + 1]]``, ascending within a bucket."""

    rows: I64
    offsets: I64


def buckets_of(bands: npt.NDArray[np.int64]) -> Buckets:
    """Buckets with at least two members, from a ``(texts, bands)`` array of band hashes."""
    found: list[I64] = []
    sizes: list[I64] = []
    for band in bands.T:
        order = np.argsort(band, kind="stable")
        lengths = runs(band[order])[1]
        keep = lengths > 1
        index = np.repeat(keep, lengths)
        found.append(order[index])
        sizes.append(lengths[keep])
    offsets = np.concatenate(([0], np.cumsum(np.concatenate(sizes)))) if sizes else np.zeros(1)
    return Buckets(np.concatenate(found) if found else np.empty(0, np.int64), offsets.astype(np.int64))


def runs(values: npt.NDArray[np.int64]) -> tuple[I64, I64]:
    """Starts and lengths of the runs of equal values in an ordered array."""
    changes = np.flatnonzero(values[1:] != values[:-1]) + 1
    starts = np.concatenate(([0], changes)) if len(values) else changes
    return starts.astype(np.int64), np.diff(np.append(starts, len(values))).astype(np.int64)


def edges_of(buckets: Buckets, sets: Shingles, *, threshold: float, hot: int, leaders: int) -> Edges:
    """Verified edges of all buckets: from all pairs in a bucket of up to ``hot`` members, from :func:`stars` in a
    larger one."""
    sizes = np.diff(buckets.offsets)
    left, right = all_pairs(buckets, sizes <= hot)
    similarity = pair_similarities(sets, left, right)
    keep = similarity >= threshold
    found = [Edges(left[keep], right[keep], similarity[keep])]
    for bucket in np.flatnonzero(sizes > hot):
        rows = buckets.rows[buckets.offsets[bucket] : buckets.offsets[bucket + 1]]
        inside = stars(sets.take(rows), threshold=threshold, leaders=leaders)
        found.append(Edges(rows[inside.left], rows[inside.right], inside.similarity))
    return Edges(*(np.concatenate(column) for column in zip(*found, strict=True)))


def all_pairs(buckets: Buckets, chosen: npt.NDArray[np.bool_]) -> tuple[I64, I64]:
    """Distinct pairs of rows that share one of the chosen buckets, ascending."""
    sizes = np.diff(buckets.offsets)
    keys = [np.empty(0, dtype=np.uint64)]
    for size in np.unique(sizes[chosen]):
        starts = buckets.offsets[:-1][chosen & (sizes == size)]
        members = np.sort(buckets.rows[starts[:, None] + np.arange(size)], axis=1).astype(np.uint64)
        one, other = np.triu_indices(int(size), 1)
        keys.append(np.unique((members[:, one] << np.uint64(32)) | members[:, other]))
    pairs = np.unique(np.concatenate(keys))
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)


def stars(sets: Shingles, *, threshold: float, leaders: int) -> Edges:
    """Edges that span the components of one hot bucket, without comparing all its pairs.

    The first text is a leader: it is compared with all others, and similar ones are linked to it. The next leader is
    the first text not in a star yet. When all are in stars, only links between components can be missing, so members
    outside the largest component are compared with all others. A template used a thousand times thus gives one star,
    with one comparison per member. At most ``leaders`` texts are compared with the whole bucket; beyond that, links
    between texts that are similar to no leader are left to the other bands.
    """
    count = len(sets.sizes)
    component = np.arange(count, dtype=np.int64)
    compared = np.zeros(count, dtype=np.bool_)
    in_star = np.zeros(count, dtype=np.bool_)
    found: list[Edges] = []
    for _ in range(min(leaders, count)):
        leader = _next_leader(component, compared, in_star)
        if leader is None:
            break
        compared[leader] = in_star[leader] = True
        similarity = _against(sets, leader)
        alike = np.flatnonzero((similarity >= threshold) & (np.arange(count) != leader))
        in_star[alike] = True
        other = alike[component[alike] != component[leader]]
        other = other[np.unique(component[other], return_index=True)[1]]
        found.append(Edges(np.minimum(leader, other), np.maximum(leader, other), similarity[other]))
        joined = np.isin(component, component[other])
        component[joined] = component[leader]
    if not found:
        return Edges(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return Edges(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _next_leader(component: I64, compared: Flags, in_star: Flags) -> int | None:
    alone = np.flatnonzero(~in_star)
    if len(alone):
        return int(alone[0])
    sizes = np.bincount(component, minlength=len(component))
    open_ = np.flatnonzero(~compared & (component != int(np.argmax(sizes))))
    if not len(open_):
        return None
    return int(open_[np.argmin(sizes[component[open_]])])


def _against(sets: Shingles, leader: int) -> F64:
    """Exact similarity of one set with all sets, with parts treated as in :func:`pair_similarities`."""
    own = sets.hashes[sets.offsets[leader] : sets.offsets[leader + 1]]
    position = np.minimum(np.searchsorted(own, sets.hashes), len(own) - 1)
    hit = own[position] == sets.hashes
    second = sets.hashes >= PART
    row = np.repeat(np.arange(len(sets.sizes)), sets.sizes)
    result = np.ones(len(sets.sizes))
    for chosen, mine in ((~second, np.count_nonzero(own < PART)), (second, np.count_nonzero(own >= PART))):
        common = np.bincount(row[chosen & hit], minlength=len(result))
        either = np.bincount(row[chosen], minlength=len(result)) + mine - common
        result = np.minimum(result, np.divide(common, either, out=np.ones(len(result)), where=either > 0))
    return result
