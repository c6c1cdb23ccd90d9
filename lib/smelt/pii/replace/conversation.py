"""Numbering within one conversation: the same value gets the same number, whatever its spelling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Numbers:
    """The numbers of one conversation, by entity. Numbers that stand in the text already are not used again.

    A part of a name (``John``) shares the number of the one full name (``John Smith``) of the
    conversation that holds it; where two do, it gets its own.
    """

    taken: dict[str, int] = field(default_factory=dict)
    given: dict[tuple[str, str], int] = field(default_factory=dict)
    full_names: tuple[frozenset[str], ...] = ()

    def reserve(self, entity: str, number: int) -> None:
        """``[EMAIL_3]`` stands in the text: new addresses start at 4."""
        self.taken[entity] = max(self.taken.get(entity, 0), number)

    def learn_names(self, names: Iterable[str]) -> None:
        """Take note of names of the conversation, in their normal form, before the first of them is numbered."""
        parts = {frozenset(name.split()) for name in names}.union(self.full_names)
        self.full_names = tuple(
            sorted((name for name in parts if not any(name < other for other in parts)), key=sorted)
        )

    def number(self, entity: str, normal: str) -> int:
        """The number of a value, from 1 in order of appearance."""
        if entity == "PERSON":
            normal = self._full_name(normal)
        number = self.given.get((entity, normal))
        if number is None:
            number = self.taken[entity] = self.taken.get(entity, 0) + 1
            self.given[entity, normal] = number
        return number

    def _full_name(self, normal: str) -> str:
        parts = frozenset(normal.split())
        holders = [name for name in self.full_names if parts <= name]
        return " ".join(sorted(holders[0])) if len(holders) == 1 else " ".join(sorted(parts))
