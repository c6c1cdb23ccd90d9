"""Prefilters: Rust regexes over a column of texts, each compiled once.

Polars keeps the last 32 compiled regexes of each thread (``polars_utils::regex_cache``), which is fewer than the
detectors have: in one thread, every pass over a batch would compile all of them anew, which takes longer than searching
some thousand texts. So each regex always runs in the same of a few threads, none of which has more than fit.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

Result = TypeVar("Result")
Matches = npt.NDArray[np.bool_]
"""Which texts of a column match."""

REGEXES = 30
"""Regexes of one thread."""


class _Threads(threading.local):
    """The threads that search for the calling one, and the number of the thread of each regex."""

    def __init__(self) -> None:
        self.threads: list[ThreadPoolExecutor] = []
        self.home: dict[str, int] = {}

    def number(self, regex: str) -> int:
        """The thread of a regex; a new one gets the last thread, or a further one if that is full."""
        number = self.home.get(regex)
        if number is None:
            number = self.home[regex] = len(self.home) // REGEXES
            if number == len(self.threads):
                self.threads.append(ThreadPoolExecutor(1, f"prefilters-{number}"))
        return number


_mine = _Threads()


def _forget() -> None:
    """Start without threads: a forked process has none of its parent's."""
    global _mine
    _mine = _Threads()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def contains(column: pl.Series, regexes: Sequence[str]) -> list[Matches]:
    """For each regex, which texts of the column match it."""
    if not len(column):
        return [np.zeros(0, dtype=np.bool_) for _ in regexes]
    shares: dict[int, list[str]] = {}
    for regex in regexes:
        shares.setdefault(_mine.number(regex), []).append(regex)
    searches = [_mine.threads[number].submit(_search, column, share) for number, share in shares.items()]
    found = dict(pair for search in searches for pair in search.result())
    return [found[regex] for regex in regexes]


def _search(column: pl.Series, regexes: Iterable[str]) -> list[tuple[str, Matches]]:
    return [(regex, column.str.contains(regex).to_numpy()) for regex in regexes]


def in_its_thread(regex: str, work: Callable[[], Result]) -> Result:
    """The result of ``work``, which uses ``regex``, done by the thread of that regex."""
    number = _mine.number(regex)
    return _mine.threads[number].submit(work).result()


def matches(column: pl.Series, regex: str) -> Matches:
    """Which texts of the column match one regex."""
    return contains(column, (regex,))[0]
