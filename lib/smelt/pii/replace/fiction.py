"""Fictitious values by entity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from smelt.pii.replace.value import Value


class Fiction(Protocol):
    """A range of values of one kind that belong to nobody."""

    def holds(self, text: str) -> bool:
        """Whether a value lies in the range."""
        ...

    def invent(self, value: Value, key: bytes) -> str:
        """The value of the range that stands for this one, in its format."""
        ...


FICTION: Mapping[str, Fiction] = {}
