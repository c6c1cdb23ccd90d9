"""Exact Jaccard similarity of pairs of shingle sets, vectorised."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from smelt.duplicates.shingles import I64, PART, Shingles

F64 = npt.NDArray[np.float64]

_CHUNK = 1 << 20


def pair_similarities(sets: Shingles, left: I64, right: I64) -> F64:
    """``|A & B| / |A | B|`` of the sets ``left[i]`` and ``right[i]``; for texts of two parts, the lower of both.

    Two empty sets have similarity 0.
    """
    result = np.zeros(len(left), dtype=np.float64)
    load = np.cumsum(sets.sizes[left] + sets.sizes[right]) // _CHUNK
    edges = np.flatnonzero(np.diff(load, prepend=-1, append=np.iinfo(np.int64).max))
    for first, last in pairwise(edges):
        result[first:last] = _similarities(sets.take(left[first:last]), sets.take(right[first:last]))
    return result


def pair_counts(sets: Shingles, left: I64, right: I64) -> I64:
    """``|A & B|`` of the sets ``left[i]`` and ``right[i]``."""
    result = np.zeros(len(left), dtype=np.int64)
    load = np.cumsum(sets.sizes[left] + sets.sizes[right]) // _CHUNK
    edges = np.flatnonzero(np.diff(load, prepend=-1, append=np.iinfo(np.int64).max))
    for first, last in pairwise(edges):
        shared, pairs = _shared(sets.take(left[first:last]), sets.take(right[first:last]))[:2]
        result[first:last] = np.bincount((shared >> np.uint64(32)).astype(np.int64), minlength=pairs)
    return result


def _shared(left: Shingles, right: Shingles) -> tuple[npt.NDArray[np.uint64], int, npt.NDArray[np.uint64]]:
    """Keys (pair, hash) that both sides have, the number of pairs, and all keys."""
    pairs = len(left.sizes)
    rows = np.arange(pairs, dtype=np.uint64)
    keys = np.concatenate(
        [
            np.repeat(rows << np.uint64(32), left.sizes) | left.hashes,
            np.repeat(rows << np.uint64(32), right.sizes) | right.hashes,
        ]
    )
    keys.sort(kind="stable")  # merges two ascending runs in one pass
    return keys[1:][keys[1:] == keys[:-1]], pairs, keys


def _similarities(left: Shingles, right: Shingles) -> F64:
    shared, pairs, keys = _shared(left, right)
    by_part = []
    for has_part in (False, True):
        common = _count(shared, pairs, has_part)
        either = _count(keys, pairs, has_part) - common
        by_part.append((common, either))
    (common, either), (common_b, either_b) = by_part
    first = np.divide(common, either, out=np.ones(pairs), where=either > 0)
    second = np.divide(common_b, either_b, out=np.ones(pairs), where=either_b > 0)
    return np.where(either + either_b > 0, np.minimum(first, second), 0.0)


def _count(keys: npt.NDArray[np.uint64], pairs: int, has_part: bool) -> I64:
    chosen = keys[((keys & np.uint64(PART)) != 0) == has_part]
    return np.bincount((chosen >> np.uint64(32)).astype(np.int64), minlength=pairs)
