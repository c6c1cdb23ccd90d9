"""A cache of results by text, since greetings, macros and texts in later passes repeat.

It never changes a result, which must be a function of the key only.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=tuple[Hashable, ...])
Result = TypeVar("Result")

ENTRIES = 40_000
CHARACTERS = 16_000_000
"""Bounds of one generation, in entries (some hundred bytes each) and characters (one to four bytes each)."""

LONGEST = 20_000
"""Longer texts, in characters, are not cached: they rarely repeat and would evict many others."""


class Cache(Generic[Key, Result]):
    """Results by key, whose first item is the text. Entries used again survive in one of two generations.

    When the younger generation is full, the older one is dropped; the bounds apply to each.
    """

    def __init__(self, entries: int = ENTRIES, characters: int = CHARACTERS) -> None:
        self._entries = entries
        self._characters = characters
        self._young: dict[Key, Result] = {}
        self._old: dict[Key, Result] = {}
        self._size = 0

    def results(self, keys: Sequence[Key], find: Callable[[list[Key]], Iterable[Result]]) -> list[Result]:
        """The result of each key; ``find`` computes the results of distinct new keys, in order."""
        old = self._old
        found: list[Result | None] = list(map(self._young.get, keys))
        missing: dict[Key, Result | None] = dict.fromkeys(
            key for key, result in zip(keys, found, strict=True) if result is None
        )
        if missing:
            again = {key: old[key] for key in missing if key in old}
            wanted = [key for key in missing if key not in again] if again else list(missing)
            new = dict(zip(wanted, find(wanted), strict=True)) if wanted else {}
            for entries in (again, new):
                missing.update(entries)
                self._keep(entries)
            found = [
                missing[key] if result is None else result for key, result in zip(keys, found, strict=True)
            ]
        return found  # type: ignore[return-value]

    def _keep(self, entries: Mapping[Key, Result]) -> None:
        young, held = self._young, self._size
        sizes = [len(key[0]) for key in entries]  # type: ignore[arg-type]
        if (
            max(sizes, default=0) <= LONGEST
            and len(young) + len(sizes) <= self._entries
            and held + sum(sizes) <= self._characters
        ):
            young.update(entries)
            self._size = held + sum(sizes)
            return
        for key, result in entries.items():
            size = len(key[0])  # type: ignore[arg-type]
            if size > LONGEST:
                continue
            if len(young) >= self._entries or held + size > self._characters:
                self._old, self._young = young, {}
                young, held = self._young, 0
            young[key] = result
            held += size
        self._size = held


@contextmanager
def no_cycles() -> Iterator[None]:
    """Suspend Python's cyclic garbage collection, for work that makes many small objects without cycles (saves a
    fifth).

    What was made meanwhile joins the oldest generation unseen, as most of it is cached; a full collection sees it.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # an embedding program's frozen objects stay so
            gc.freeze()
            gc.unfreeze()
        gc.enable()
