"""Turns of a conversation: found in a record, filtered, and assigned a role."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from smelt.intake.conditions import condition
from smelt.intake.participants import Participant, Participants
from smelt.intake.paths import Getter, getter, item_getter, steps
from smelt.intake.source import TurnsConfig
from smelt.intake.speakers import bare_name, identities, usual_role
from smelt.intake.times import FutureTime, TimeParser
from smelt.intake.turn_order import by_time, sort_key
from smelt.intake.values import as_text
from smelt.intake.vocabulary import ROLES, ROWS, Reason

_COUNTERPART = {"agent": "customer", "customer": "agent", "bot": "customer", "system": "customer"}
_PEOPLE = ("customer", "agent", None)
_WORDS = 4_096
"""Cache size for role words and speakers' names, which recur from record to record."""

Turn = dict[str, Any]


class Turns(NamedTuple):
    """Turns found in one record, in the order of speech."""

    turns: list[Turn]
    names: list[tuple[str, str]]
    """Identities found in speakers' names: (kind, value)."""
    reasons: list[str]
    bad_times: int
    """Number of times that cannot be parsed."""
    refused: list[str]
    """Texts of turns that ``where`` excludes."""
    is_ahead: bool = False
    """Whether one of the bad times is slightly in the future."""


class _Found(NamedTuple):
    """A turn that has no role yet."""

    item: Any
    read: _Readers
    text: str
    speaker: str | None
    at: int | None


def first_text(
    paths: Sequence[str], getter_of: Callable[[str], Getter] = getter
) -> Callable[[Any], str | None]:
    """A function that returns, as text, the first non-blank value at one of ``paths``."""
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
    """Compiled getters of a turn's fields."""

    text: Callable[[Any], str | None]
    roles: list[Callable[[Any], str | None]]
    """One expression per path of ``turns.role``; the first whose value is a known role is used."""
    speaker: Callable[[Any], str | None] | None
    speaker_id: Callable[[Any], str | None] | None
    at: list[Callable[[Any], Any]]
    where: list[Callable[[Any], bool]]

    @classmethod
    def of(cls, turns: TurnsConfig, getter_of: Callable[[str], Getter], parse_time: TimeParser) -> _Readers:
        """Compile the getters of a source's turns."""

        def text_of(paths: Sequence[str]) -> Callable[[Any], str | None] | None:
            return first_text(paths, getter_of) if paths else None

        return cls(
            first_text(turns.text, getter_of),
            [first_text([path], getter_of) for path in turns.role],
            text_of(turns.speaker),
            text_of(turns.speaker_id),
            [getter_of(path) for path in turns.at],
            [condition(path, wanted, getter_of, parse_time) for path, wanted in turns.where.items()],
        )

    def is_wanted(self, item: Any) -> bool:
        """Whether a turn meets all conditions of ``where``."""
        for is_met in self.where:  # noqa: SIM110 (a generator costs more than what it tests)
            if not is_met(item):
                return False
        return True


class TurnFinder:
    """Compiled form of a source's ``turns`` and ``roles``."""

    def __init__(self, turns: TurnsConfig, roles: Mapping[str, str], parse_time: TimeParser) -> None:
        self._lists: list[Getter] = [getter(path) for path in (turns.path or (ROWS,))]
        self._of_mappings = _Readers.of(turns, getter, parse_time)
        self._of_others = _Readers.of(turns, item_getter, parse_time)
        self._roles: dict[str, str] = {role: role for role in ROLES} | dict(roles)
        self._beginnings = {word[:-1]: role for word, role in roles.items() if word.endswith("*")}
        self._default, self._first = turns.default_role, turns.first_speaker
        self._order = item_getter(turns.order_by) if turns.order_by and turns.path else None
        self._is_ordered = turns.order_by is not None
        self._participants = Participants(turns) if turns.participants else None
        self._parse_time = parse_time
        self._role_named = lru_cache(_WORDS)(self._role_of_word)
        self._identities = lru_cache(_WORDS)(self._identities_of)

    def find(self, fields: Mapping[str, Any], customer_id: str | None) -> Turns:
        """The turns of a record, without blank ones and those that ``where`` excludes.

        Turns are sorted by time (:func:`smelt.intake.turn_order.by_time`) unless ``order_by`` is given.
        """
        reasons: list[str] = []
        refused: list[str] = []
        bad_times, ahead = 0, False
        kept: list[_Found] = []
        lists: list[int] = []
        for number, item in self._items(fields, reasons):
            read = self._of_mappings if type(item) is dict else self._of_others
            text = read.text(item)
            if text is None:
                continue
            if read.where and not read.is_wanted(item):
                refused.append(text)
                continue
            try:
                at = self._time(read, item)
            except ValueError as error:
                at = None
                bad_times += 1
                ahead = ahead or isinstance(error, FutureTime)
            speaker = read.speaker(item) if read.speaker else None
            kept.append(_Found(item, read, text, speaker, at))
            lists.append(number)
        if self._order is not None:
            order = self._order
            kept.sort(key=lambda turn: sort_key(order(turn.item)))
        elif not self._is_ordered:
            kept = by_time(kept, [turn.at for turn in kept], lists)
        people = self._participants.of(fields) if self._participants else {}
        first = self._first_person(kept)
        turns: list[Turn] = []
        names: dict[tuple[str, str], None] = {}
        for turn in kept:
            who = (
                people.get(turn.read.speaker_id(turn.item) or "") if turn.read.speaker_id and people else None
            )
            speaker = turn.speaker if turn.speaker is not None or who is None else who.name
            role = self._role_of(turn, who, speaker, first, customer_id)
            if role is None and Reason.UNKNOWN_ROLE not in reasons:
                reasons.append(Reason.UNKNOWN_ROLE)
            turns.append({"role": role, "speaker": speaker, "text": turn.text, "at": turn.at})
            if speaker is not None and role in _PEOPLE:
                names.update(dict.fromkeys(self._identities(speaker)))
        return Turns(turns, list(names), reasons, bad_times, refused, ahead)

    def _items(self, fields: Mapping[str, Any], reasons: list[str]) -> Iterator[tuple[int, Any]]:
        """Every turn with the number of the list that holds it."""
        for number, get in enumerate(self._lists):
            value = get(fields)
            if isinstance(value, Mapping):
                yield number, value
            elif isinstance(value, (list, tuple)):
                for item in value:
                    yield number, item
            elif value is not None and value != "":
                reasons.append(Reason.NOT_TURNS)

    def _role_of(
        self,
        turn: _Found,
        who: Participant | None,
        speaker: str | None,
        first: tuple[str | None, str | None],
        customer_id: str | None,
    ) -> str | None:
        read = turn.read
        for word_of in read.roles:
            said = word_of(turn.item)
            role = self._role_named(said) if said else None
            if role is not None:
                return "customer" if role == "agent" and self._is_customer(turn, customer_id) else role
        if who is not None and who.role:
            role = self._role_named(who.role)
            if role is not None:
                return role
        if read.speaker_id is not None and customer_id is not None:
            identifier = read.speaker_id(turn.item)
            if identifier is not None:
                return "customer" if identifier.strip() == customer_id else "agent"
        if speaker is not None:
            role = self._role_named(speaker)
            if role is not None:
                return role
            if self._first is not None:
                person, known = first
                is_first = known is None and person == bare_name(speaker)
                return self._first if is_first else _COUNTERPART[self._first]
        return self._default

    @staticmethod
    def _is_customer(turn: _Found, customer_id: str | None) -> bool:
        """Whether a turn is by the record's customer; an agent, too, may ask for help."""
        if turn.read.speaker_id is None or customer_id is None:
            return False
        return (turn.read.speaker_id(turn.item) or "").strip() == customer_id

    def _first_person(self, turns: Sequence[_Found]) -> tuple[str | None, str | None]:
        """Name of the first speaker, machines aside, and the role already known for it."""
        if self._first is None:
            return None, None
        for turn in turns:
            role = self._role_named(turn.speaker) if turn.speaker else None
            if role in ("bot", "system"):
                continue
            return (bare_name(turn.speaker) if turn.speaker else None), role
        return None, None

    def _role_of_word(self, word: str) -> str | None:
        """The role for a word: by ``roles``, by ``roles`` for the bare name, or by a known machine's name."""
        said = word.strip()
        role = self._roles.get(said.casefold()) or self._roles.get(bare_name(said).casefold())
        if role is None:
            begun = (begin for begin in self._beginnings if said.casefold().startswith(begin))
            role = next((self._beginnings[begin] for begin in begun), None)
        return role or usual_role(said)

    def _identities_of(self, speaker: str) -> tuple[tuple[str, str], ...]:
        return () if speaker.strip().casefold() in self._roles else tuple(identities(speaker))

    def _time(self, read: _Readers, item: Any) -> int | None:
        for get in read.at:
            value = get(item)
            if value is not None:
                return self._parse_time(value)
        return None
