"""Random streams by purpose and number, so that any record can be made without the previous ones."""

from __future__ import annotations

import hashlib
from functools import cache
from random import Random

STRIDE = 0x9E3779B97F4A7C15
"""2^64 divided by the golden ratio, an odd number, so that neighbouring records get distant seeds."""


def stream(seed: int, purpose: str, number: int) -> Random:
    """A random stream that depends on nothing but its arguments; the same on every Python from 3.2."""
    return Random((_base(seed, purpose) + number * STRIDE) % (1 << 64))


@cache
def _base(seed: int, purpose: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/{purpose}".encode()).digest()[:8], "big")
