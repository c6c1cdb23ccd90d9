"""Turns of a conversation: found in a record, filtered, given a role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from smelt.intake.paths import Getter, getter, item_getter, steps
from smelt.intake.records import Record
from smelt.intake.source import TurnsConfig
from smelt.intake.times import FutureTime, TimeParser
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
_WORDS = 4_096
"""Words for roles and names of speakers that are remembered: they recur from record to record."""

Turn = dict[str, Any]


class Turns(NamedTuple):
    """Turns found in one record; ``names`` are speakers' names; ``bad_times`` counts times that are none.

    ``is_ahead`` says that one of these lies shortly after what the clock allows.
    """

    turns: list[Turn]
    names: list[str]
    reasons: list[str]
    bad_times: int
    is_ahead: bool = False


def first_text(
    paths: Sequence[str], getter_of: Callable[[str], Getter] = getter
) -> Callable[[Any], str | None]:
    """A function to the first value at one of several paths that is not blank, as text."""
    getters = [getter_of(path) for path in paths]
    if len(getters) == 1:
        only = getters[0]
        key = paths[0] if getter_of is getter and steps(paths[0]) == tuple(paths) else None

        def text(item: Any) -> str | None:
            value = only(item) if key is None else item.get(key)
            if type(value) is str:
                return value if value and not value.isspace() else None
            return None if value is None else as_text(value)

        return text

    def found(item: Any) -> str | None:
        for get in getters:
            text = as_text(get(item))
            if text is not None:
                return text
        return None

    return found


class _Readers(NamedTuple):
    """What is read from one turn, compiled for turns of one shape."""

    text: Callable[[Any], str | None]
    role: Callable[[Any], str | None] | None
    speaker: Callable[[Any], str | None] | None
    speaker_id: Callable[[Any], str | None] | None
    at: list[Callable[[Any], Any]]
    where: list[tuple[Callable[[Any], str | None], frozenset[str]]]

    @classmethod
    def of(cls, turns: TurnsConfig, getter_of: Callable[[str], Getter]) -> _Readers:
        """The readers of a source's turns."""

        def text_of(paths: Sequence[str]) -> Callable[[Any], str | None] | None:
            return first_text(paths, getter_of) if paths else None

        return cls(
            first_text(turns.text, getter_of),
            text_of(turns.role),
            text_of(turns.speaker),
            text_of(turns.speaker_id),
            [getter_of(path) for path in turns.at],
            [
                (
                    first_text([path], getter_of),
                    frozenset((as_text(value) or "").casefold() for value in values),
                )
                for path, values in turns.where.items()
            ],
        )

    def is_wanted(self, item: Any) -> bool:
        """Whether ``where`` lets a turn through."""
        for get, allowed in self.where:  # noqa: SIM110 (a generator costs more than what it tests)
            if (get(item) or "").casefold() not in allowed:
                return False
        return True


class TurnFinder:
    """Compiled form of a source's ``turns`` and ``roles``."""

    def __init__(self, turns: TurnsConfig, roles: Mapping[str, str], parse_time: TimeParser) -> None:
        self._lists: list[Getter] = [getter(path) for path in (turns.path or (ROWS,))]
        self._of_mappings = _Readers.of(turns, getter)
        self._of_others = _Readers.of(turns, item_getter)
        self._roles: dict[str, str] = {role: role for role in ROLES} | dict(roles)
        self._default, self._first = turns.default_role, turns.first_speaker
        self._parse_time = parse_time
        self._role_named = lru_cache(_WORDS)(lambda word: self._roles.get(word.strip().casefold()))
        self._is_name = lru_cache(_WORDS)(self._looks_like_a_name)

    def find(self, fields: Mapping[str, Any], customer_id: str | None) -> Turns:
        """The turns of a record in order; blank ones and those that ``where`` excludes are left out."""
        found = Turns([], [], [], 0)
        bad_times, first, seen, ahead = 0, None, False, False
        for item in self._items(fields, found.reasons):
            read = self._of_mappings if type(item) is dict else self._of_others
            if read.where and not read.is_wanted(item):
                continue
            text = read.text(item)
            if text is None:
                continue
            speaker = read.speaker(item) if read.speaker else None
            if not seen:
                first, seen = speaker, True
            role = self._role_of(read, item, speaker, first, customer_id)
            if role is None and Reason.UNKNOWN_ROLE not in found.reasons:
                found.reasons.append(Reason.UNKNOWN_ROLE)
            try:
                at = self._time(read, item)
            except ValueError as error:
                at = None
                bad_times += 1
                ahead = ahead or isinstance(error, FutureTime)
            found.turns.append({"role": role, "speaker": speaker, "text": text, "at": at})
            if speaker is not None and role in _PEOPLE and self._is_name(speaker):
                found.names.append(speaker)
        return found._replace(bad_times=bad_times, is_ahead=ahead)

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
        self, read: _Readers, item: Any, speaker: str | None, first: str | None, customer_id: str | None
    ) -> str | None:
        if read.role is not None:
            said = read.role(item)
            role = self._role_named(said) if said else None
            if role is not None:
                return role
        if read.speaker_id is not None and customer_id is not None:
            identifier = read.speaker_id(item)
            if identifier is not None:
                return "customer" if identifier.strip() == customer_id else "agent"
        if speaker is not None:
            role = self._role_named(speaker)
            if role is not None:
                return role
            if self._first is not None:
                return self._first if speaker == first else _COUNTERPART[self._first]
        return self._default

    def _time(self, read: _Readers, item: Any) -> int | None:
        for get in read.at:
            value = get(item)
            if value is not None:
                return self._parse_time(value)
        return None

    def _looks_like_a_name(self, speaker: str) -> bool:
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
