"""Turns of a conversation: found in a record, filtered, given a role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from smelt.intake.config import TurnsConfig
from smelt.intake.paths import Getter, getter, item_getter
from smelt.intake.records import Record
from smelt.intake.times import TimeParser
from smelt.intake.values import as_text
from smelt.intake.vocabulary import ROLES, Reason

ROWS = "@turns"
"""Field under which the rows of a grouped conversation stand."""

_COUNTERPART = {"agent": "customer", "customer": "agent", "bot": "customer", "system": "customer"}
_NO_NAMES = frozenset((
    "agent", "customer", "caller", "user", "bot", "system", "operator", "support", "advisor", "adviser",
    "rep", "representative", "client", "visitor", "guest", "assistant", "admin", "end-user", "contact",
    "lead", "speaker", "unknown", "clerk", "host", "member", "participant",
))  # fmt: skip
"""Words that stand where a speaker's name does and are none."""

_PEOPLE = ("customer", "agent", None)

Turn = dict[str, Any]


class Turns(NamedTuple):
    """Turns found in one record; ``names`` are speakers' names; ``bad_times`` counts times that are none."""

    turns: list[Turn]
    names: list[str]
    reasons: list[str]
    bad_times: int


def first_text(getters: Sequence[Callable[[Any], Any]]) -> Callable[[Any], str | None]:
    """A function to the first of several values that is not blank, as text."""
    if len(getters) == 1:
        only = getters[0]
        return lambda item: as_text(only(item))

    def found(item: Any) -> str | None:
        for get in getters:
            text = as_text(get(item))
            if text is not None:
                return text
        return None

    return found


class TurnFinder:
    """Compiled form of a source's ``turns`` and ``roles``."""

    def __init__(self, turns: TurnsConfig, roles: Mapping[str, str], parse_time: TimeParser) -> None:
        self._lists: list[Getter] = [getter(path) for path in (turns.path or (ROWS,))]
        self._text = first_text([item_getter(path) for path in turns.text])
        self._role = first_text([item_getter(path) for path in turns.role]) if turns.role else None
        self._speaker = first_text([item_getter(path) for path in turns.speaker]) if turns.speaker else None
        self._speaker_id = (
            first_text([item_getter(p) for p in turns.speaker_id]) if turns.speaker_id else None
        )
        self._at = [item_getter(path) for path in turns.at]
        self._where = [
            (item_getter(path), frozenset((as_text(value) or "").casefold() for value in values))
            for path, values in turns.where.items()
        ]
        self._roles: dict[str, str] = {role: role for role in ROLES} | dict(roles)
        self._default, self._first = turns.default_role, turns.first_speaker
        self._parse_time = parse_time

    def find(self, fields: Mapping[str, Any], customer_id: str | None) -> Turns:
        """The turns of a record in order; blank ones and those that ``where`` excludes are left out."""
        found = Turns([], [], [], 0)
        bad_times, first, seen = 0, None, False
        for item in self._items(fields, found.reasons):
            if any((as_text(get(item)) or "").casefold() not in allowed for get, allowed in self._where):
                continue
            text = self._text(item)
            if text is None:
                continue
            speaker = self._speaker(item) if self._speaker else None
            if not seen:
                first, seen = speaker, True
            role = self._role_of(item, speaker, first, customer_id)
            if role is None and Reason.UNKNOWN_ROLE not in found.reasons:
                found.reasons.append(Reason.UNKNOWN_ROLE)
            at, wrong = self._time(item)
            bad_times += wrong
            found.turns.append({"role": role, "speaker": speaker, "text": text, "at": at})
            if speaker is not None and role in _PEOPLE and self._is_name(speaker):
                found.names.append(speaker)
        return found._replace(bad_times=bad_times)

    def _items(self, fields: Mapping[str, Any], reasons: list[str]) -> Iterable[Any]:
        for get in self._lists:
            value = get(fields)
            if isinstance(value, Mapping):
                yield value
            elif isinstance(value, (list, tuple)):
                yield from value
            elif value is not None and value != "":
                reasons.append(Reason.NOT_TURNS)

    def _role_of(
        self, item: Any, speaker: str | None, first: str | None, customer_id: str | None
    ) -> str | None:
        if self._role is not None:
            said = self._role(item)
            role = self._roles.get(said.strip().casefold()) if said else None
            if role is not None:
                return role
        if self._speaker_id is not None and customer_id is not None:
            identifier = self._speaker_id(item)
            if identifier is not None:
                return "customer" if identifier.strip() == customer_id else "agent"
        if speaker is not None:
            role = self._roles.get(speaker.strip().casefold())
            if role is not None:
                return role
            if self._first is not None:
                return self._first if speaker == first else _COUNTERPART[self._first]
        return self._default

    def _time(self, item: Any) -> tuple[int | None, int]:
        for get in self._at:
            value = get(item)
            if value is not None:
                try:
                    return self._parse_time(value), 0
                except ValueError:
                    return None, 1
        return None, 0

    def _is_name(self, speaker: str) -> bool:
        word = speaker.strip().casefold()
        return (
            len(word) > 1
            and not word.isdigit()
            and word not in self._roles
            and word.split()[0] not in _NO_NAMES
        )


def group_rows(rows: Sequence[Record], turns: TurnsConfig) -> Record:
    """The rows of one conversation as one record: turns under ``ROWS``, other fields from the first row."""
    ordered = list(rows)
    if turns.order_by is not None:
        order = item_getter(turns.order_by)
        ordered.sort(key=lambda row: _order(order(row.fields)))
    fields: dict[str, Any] = {}
    for row in ordered:
        for key, value in row.fields.items():
            if fields.get(key) in (None, ""):
                fields[key] = value
    fields[ROWS] = [row.fields for row in ordered]
    return Record(fields, rows[0].position)


def _order(value: Any) -> tuple[int, float, str]:
    text = as_text(value)
    if text is None:
        return (2, 0.0, "")
    try:
        return (0, float(text), "")
    except ValueError:
        return (1, 0.0, text)
