"""Whether the time of a function grows with its text and no faster, on a machine that may be busy.

A text is made of one piece over and over, at a length and at four times that length, and measured in CPU seconds: four
times as much is expected, sixteen times would be the square. Each length counts by the least of several tries, and the
garbage collector rests meanwhile: what other tests left in the process is not the function's. Nothing here depends on
a machine's speed.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

TIMES = 4
"""How often the shorter text is in the longer."""
TRIES = 6
WORST = 10
"""The longer text may take that often what the shorter takes: between four and its square."""
FLOOR = 0.1
"""CPU seconds. A longer text that takes no more is fast enough, whatever the shorter takes."""


def superlinear(
    work: Callable[[str], object], pieces: Iterable[str], size: int
) -> dict[str, tuple[float, float]]:
    """The pieces of which four times as many take too much, with the CPU seconds of ``size`` characters and of four
    times as many."""
    with _collector_at_rest():
        return {piece: took for piece in pieces if (took := _too_slow(work, piece, size))}


def _too_slow(work: Callable[[str], object], piece: str, size: int) -> tuple[float, float] | None:
    best = [float("inf"), float("inf")]
    for attempt in range(TRIES):
        for which, times in ((1, TIMES), (0, 1)):
            # No text twice: answers may be kept.
            text = piece * (times * size // len(piece)) + "!" * (attempt + 1)
            best[which] = min(best[which], _cpu_seconds(work, text))
            if best[1] <= FLOOR:
                return None
        if best[1] <= WORST * best[0] + FLOOR:
            return None
    return best[0], best[1]


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Garbage is collected between measurements alone, and what the process holds by now is left out of that."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def _cpu_seconds(work: Callable[[str], object], text: str) -> float:
    gc.collect()
    began = time.process_time()
    work(text)
    return time.process_time() - began
