"""Looking up very many integer keys, most of which are not there."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from smelt.quality.texts import Floats

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
