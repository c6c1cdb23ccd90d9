"""Participants of a conversation, where a record lists them apart from the turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from smelt.intake.paths import getter, item_getter
from smelt.intake.source import TurnsConfig
from smelt.intake.values import as_text


class Participant(NamedTuple):
    """One entry of the list, as the source writes it."""

    role: str | None
    name: str | None


class Participants:
    """Reads a record's list of participants, to which turns refer by ``speaker_id``."""

    def __init__(self, turns: TurnsConfig) -> None:
        given = turns.participants
        assert given is not None
        self._lists = [getter(path) for path in given.path]
        self._id, self._role, self._name = (
            [item_getter(path) for path in paths] for paths in (given.id, given.role, given.name)
        )

    def of(self, fields: Mapping[str, Any]) -> dict[str, Participant]:
        """Identifier -> participant; in a mapping instead of a list, the keys are the identifiers."""
        found: dict[str, Participant] = {}
        for get in self._lists:
            value = get(fields)
            entries = (
                list(value.items()) if isinstance(value, Mapping) else [("", item) for item in value or ()]
            )
            for key, item in entries:
                identifier = key or _first(self._id, item)
                if identifier:
                    found.setdefault(
                        identifier.strip(), Participant(_first(self._role, item), _first(self._name, item))
                    )
        return found


def _first(getters: list[Any], item: Any) -> str | None:
    for get in getters:
        text = as_text(get(item))
        if text is not None:
            return text
    return None
