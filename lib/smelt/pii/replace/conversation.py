"""Numbering of values within a conversation: equal values get equal numbers, whatever their spelling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Numbers:
    """The numbers of one conversation, by entity. Numbers already in the text are not reused.

    A part of a name (``John``) shares the number of the conversation's only full name (``John Smith``) that contains
    it; if several do, it gets its own.
    """

    taken: dict[str, int] = field(default_factory=dict)
    given: dict[tuple[str, str], int] = field(default_factory=dict)
    full_names: tuple[frozenset[str], ...] = ()
    _whole: dict[str, str] = field(default_factory=dict)

    def reserve(self, entity: str, number: int) -> None:
        """Reserve numbers up to ``number``: with ``[EMAIL_3]`` in the text, new addresses start at 4."""
        self.taken[entity] = max(self.taken.get(entity, 0), number)

    def learn_names(self, names: Iterable[str]) -> None:
        """Register the names of the conversation, in normal form, before the first is numbered."""
        parts = {frozenset(name.split()) for name in names}.union(self.full_names)
        if len(parts) > 1:
            parts = {name for name in parts if not any(name < other for other in parts)}
        self.full_names = tuple(sorted(parts, key=sorted) if len(parts) > 1 else parts)
        self._whole.clear()

    def number(self, entity: str, normal: str) -> int:
        """The number of a value, from 1 in order of appearance."""
        if entity == "PERSON":
            whole = self._whole.get(normal)
            if whole is None:
                whole = self._whole[normal] = self._full_name(normal)
            normal = whole
        number = self.given.get((entity, normal))
        if number is None:
            number = self.taken[entity] = self.taken.get(entity, 0) + 1
            self.given[entity, normal] = number
        return number

    def _full_name(self, normal: str) -> str:
        parts = frozenset(normal.split())
        holders = [name for name in self.full_names if parts <= name]
        return " ".join(sorted(holders[0])) if len(holders) == 1 else " ".join(sorted(parts))
