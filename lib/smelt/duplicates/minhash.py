"""MinHash signatures and their bands, vectorised."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from smelt.duplicates.bands import LshShape
from smelt.duplicates.shingles import I64, U32, U64, Shingles, mixed

_CHUNK = 1 << 16
"""Shingles per step: two arrays of 256 KiB fit into the second-level cache."""


def signatures(shingles: Shingles, permutations: int, seed: int) -> U32:
    """``(texts, permutations)`` array: the minimum of every permutation over a text's shingles.

    Permutation ``k`` of the 32-bit values is ``(x ^ b_k) * a_k mod 2**32`` with odd ``a_k``: a bijection, so
    two sets agree in a value with a probability equal to their Jaccard similarity (Broder, "On the
    resemblance and containment of documents", 1997). Rows without shingles hold the largest value.
    """
    out = np.full((permutations, len(shingles.sizes)), np.iinfo(np.uint32).max, dtype=np.uint32)
    filled = np.flatnonzero(shingles.sizes)
    if not len(filled):
        return np.ascontiguousarray(out.T)
    starts = shingles.offsets[:-1][filled]
    factors, masks = _permutations(permutations, seed)
    for first, last in _chunks(starts, len(shingles.hashes)):
        begin = starts[first]
        end = starts[last] if last < len(starts) else len(shingles.hashes)
        values, local = shingles.hashes[begin:end], starts[first:last] - begin
        rows = filled[first:last]
        permuted = np.empty_like(values)
        for k in range(permutations):
            np.bitwise_xor(values, masks[k], out=permuted)
            np.multiply(permuted, factors[k], out=permuted)
            out[k, rows] = np.minimum.reduceat(permuted, local)
    return np.ascontiguousarray(out.T)


def band_hashes(signature: U32, shape: LshShape) -> npt.NDArray[np.int64]:
    """``(texts, bands)`` array of 64-bit hashes that include the band's number, so that bands do not share buckets."""
    hashes = np.empty((len(signature), shape.bands), dtype=np.uint64)
    for band in range(shape.bands):
        value: U64 = np.full(len(signature), band + 1, dtype=np.uint64)
        for row in range(band * shape.rows, (band + 1) * shape.rows):
            value = mixed(value ^ (signature[:, row] + np.uint64(row << 32)))
        hashes[:, band] = value
    return hashes.view(np.int64)


def _chunks(starts: I64, total: int) -> list[tuple[int, int]]:
    """Runs of whole texts of about ``_CHUNK`` shingles."""
    edges = np.searchsorted(starts, np.arange(0, total, _CHUNK))
    bounds = np.unique(np.append(edges, len(starts)))
    return [(int(a), int(b)) for a, b in pairwise(bounds)]


@cache
def _permutations(count: int, seed: int) -> tuple[U32, U32]:
    values = mixed(np.arange(1, 2 * count + 1, dtype=np.uint64) + np.uint64(seed << 32)) >> np.uint64(32)
    return (values[:count] | np.uint64(1)).astype(np.uint32), values[count:].astype(np.uint32)
