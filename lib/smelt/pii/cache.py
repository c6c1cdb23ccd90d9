"""What was found in a text before: greetings, macros and texts that a later pass sees again are looked at once.

A cache never changes a result: what it keeps is a function of the key alone.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=tuple[Hashable, ...])
Result = TypeVar("Result")

ENTRIES = 40_000
CHARACTERS = 16_000_000
"""Bounds of one generation: some hundred bytes an entry, one to four bytes a character."""

LONGEST = 20_000
"""Longer texts are hardly repeated and would push out many others."""


class Cache(Generic[Key, Result]):
    """Results by key, the text first in it. Two generations: whoever is asked for again stays.

    When the younger generation is full the older one is forgotten, so the bounds hold for each of them.
    """

    def __init__(self, entries: int = ENTRIES, characters: int = CHARACTERS) -> None:
        self._entries = entries
        self._characters = characters
        self._young: dict[Key, Result] = {}
        self._old: dict[Key, Result] = {}
        self._size = 0

    def results(self, keys: Sequence[Key], find: Callable[[list[Key]], Iterable[Result]]) -> list[Result]:
        """The result of each key; ``find`` gives those of the keys that are new, in their order, each once."""
        young, old = self._young, self._old
        found: dict[Key, Result] = {}
        missing: list[Key] = []
        for key in dict.fromkeys(keys):
            if key in young:
                found[key] = young[key]
            elif key in old:
                found[key] = old[key]
                self._keep(key, found[key])
            else:
                missing.append(key)
        if missing:
            for key, result in zip(missing, find(missing), strict=True):
                found[key] = result
                self._keep(key, result)
        return [found[key] for key in keys]

    def _keep(self, key: Key, result: Result) -> None:
        size = len(key[0])  # type: ignore[arg-type]
        if size > LONGEST:
            return
        if len(self._young) >= self._entries or self._size + size > self._characters:
            self._old, self._young, self._size = self._young, {}, 0
        self._young[key] = result
        self._size += size


@contextmanager
def no_cycles() -> Iterator[None]:
    """For work that makes many small objects and no cycles: Python's search for cycles would cost a fifth of it."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
