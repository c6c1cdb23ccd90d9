"""What stood in smelt before a library took its place, for comparison (``tests.bench.libraries``)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from smelt.dataset_quality.intervals import CONFIDENCE, Interval
from smelt.quality.texts import Floats

LONGEST = 40
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4)."""
_ROOM = 2
"""Powers of two by which there are more slots than keys: under half of the slots are taken."""

Slots = npt.NDArray[np.int64]


class Lookup:
    """A value for each of distinct keys: a hash table with linear probing, asked for whole arrays at once."""

    def __init__(self, keys: npt.NDArray[np.int64], values: Floats) -> None:
        self._keys, self._values = keys, values
        bits = len(keys).bit_length() + _ROOM
        self._shift, self._last = np.uint64(64 - bits), (1 << bits) - 1
        self._places = np.full(1 << bits, -1, dtype=np.int32)
        waiting, slots = np.arange(len(keys), dtype=np.int32), self._slots(keys)
        while len(waiting):
            free = self._places[slots] < 0
            self._places[slots[free]] = waiting[free]
            crowded = self._places[slots] != waiting
            waiting, slots = waiting[crowded], (slots[crowded] + 1) & self._last

    def _slots(self, keys: npt.NDArray[np.integer[Any]]) -> Slots:
        return ((keys.astype(np.uint64) * _SPREAD) >> self._shift).astype(np.int64)

    def get(self, wanted: npt.NDArray[np.int64], missing: float) -> Floats:
        """The value of each key of ``wanted``; ``missing`` where it is not there."""
        out = np.full(len(wanted), missing)
        slots = self._slots(wanted)
        places = self._places[slots]
        waiting = np.nonzero(places >= 0)[0]
        slots, places = slots[waiting], places[waiting]
        while len(waiting):
            found = self._keys[places] == wanted[waiting]
            out[waiting[found]] = self._values[places[found]]
            waiting, slots = waiting[~found], (slots[~found] + 1) & self._last
            places = self._places[slots]
            taken = places >= 0
            waiting, slots, places = waiting[taken], slots[taken], places[taken]
        return out


def _swapped(word: str) -> set[str]:
    """``word`` with two neighbouring letters in each other's place."""
    if len(word) > LONGEST:
        return set()
    return {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)} - {word}


def near(word: str) -> set[str]:
    """Every text one edit away (Damerau 1964: a letter left out, added, changed, or two swapped)."""
    if len(word) > LONGEST:
        return set()
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    left_out = {head + tail[1:] for head, tail in parts if tail}
    changed = {head + letter + tail[1:] for head, tail in parts if tail for letter in _ALPHABET}
    added = {head + letter + tail for head, tail in parts for letter in _ALPHABET}
    return left_out | changed | added | _swapped(word)


def bootstrap(
    values: ArrayLike,
    statistic: Callable[[Floats], float],
    *,
    resamples: int = 1_000,
    seed: int = 20_251_101,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Percentile bootstrap (Efron 1979) of any statistic of a sample; the seed is fixed, so reruns agree.

    ``values`` may be one- or two-dimensional; rows are resampled.
    """
    sample: Any = np.asarray(values, dtype=np.float64)
    if len(sample) == 0:
        return Interval(math.nan, math.nan)
    generator = np.random.default_rng(seed)
    estimates = np.array(
        [statistic(sample[generator.integers(0, len(sample), len(sample))]) for _ in range(resamples)]
    )
    tail = (1 - confidence) / 2
    low, high = np.quantile(estimates, [tail, 1 - tail])
    return Interval(float(low), float(high))
