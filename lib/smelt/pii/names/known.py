"""The record's own identities: whoever the record says it is about is searched for in its texts.

A known name is found whole, reversed, with initials and in its parts; in any case; and with one typo
(optimal string alignment distance, rapidfuzz) where it has five letters or more. A part that is also
an English word (``Will``, ``Grant``) counts only with a capital letter, or next to another part. Known
e-mail addresses, phone numbers and user names are found as they stand, and an e-mail's local part
gives further names. A kind ``entity:LABEL`` is a value of an entity of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import OSA

from smelt.pii.names.evidence import Around
from smelt.pii.names.lexicon import Lexicon, fold
from smelt.pii.names.runs import PARTICLES, Token, lower, starts_sentence, tokens
from smelt.pii.names.words import words
from smelt.pii.types import Known

ENTITY = {
    "email": "EMAIL",
    "phone": "PHONE",
    "username": "USERNAME",
    "user": "USERNAME",
    "login": "USERNAME",
    "address": "STREET_ADDRESS",
}
NAME_KINDS = frozenset(
    ("name", "first_name", "last_name", "agent", "agent_name", "customer_name", "full_name")
)
WHOLE, PART, TYPO = 0.97, 0.85, 0.75
TYPO_LETTERS = 5
_TITLES = words("titles_and_degrees")


class Hit(NamedTuple):
    """One place where a known identity stands in a text."""

    entity: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True)
class Identity:
    """What is searched for in one conversation: name parts, folded, and whole values with their entity."""

    parts: tuple[str, ...]
    words: frozenset[str]
    values: tuple[tuple[str, str], ...]
    handles: tuple[str, ...]
    halves: tuple[str, ...]

    @classmethod
    def of(cls, known: Sequence[Known], lexicon: Lexicon) -> Identity:
        """Gathers the identities of one conversation; values of two characters or fewer are too short to search."""
        parts: dict[str, None] = {}
        values: dict[tuple[str, str], None] = {}
        handles: dict[str, None] = {}
        for kind, value in known:
            label, kind, value = kind, kind.lower(), value.strip()
            if kind in NAME_KINDS:
                parts.update(dict.fromkeys(_name_parts(value)))
                continue
            if kind.startswith("entity:"):
                values[value.lower(), label[len("entity:") :].upper()] = None
            elif len(value) > 3:
                values[value.lower(), ENTITY.get(kind, "USERNAME" if kind.endswith("name") else "PERSON")] = (
                    None
                )
            if kind == "email" and "@" in value:
                local = value.split("@", 1)[0]
                parts.update(
                    dict.fromkeys(
                        p for p in _name_parts(re.sub(r"[\d._+-]+", " ", local)) if lexicon.flags(p)
                    )
                )
                if len(local) > 4 and not lexicon.is_word(local) and not lexicon.flags(local):
                    handles[local.lower()] = None
        words = frozenset(p for p in parts if lexicon.is_word(p))
        halves: list[str] = []
        for part in parts:
            if len(part) >= TYPO_LETTERS:
                halves.append(f" {part[: len(part) // 2]}")
                if part[-3:] not in lexicon.endings:
                    halves.append(f"{part[len(part) // 2 :]} ")
        return cls(tuple(parts), words, tuple(values), tuple(handles), tuple(halves))


def _name_parts(value: str) -> Iterator[str]:
    for token in tokens(value):
        folded = fold(token.text)
        if len(folded) > 1 and folded not in _TITLES and folded not in PARTICLES:
            yield folded
            if "-" in folded:
                yield from (part for part in folded.split("-") if len(part) > 2)


def hits(text: str, identity: Identity, lexicon: Lexicon, *, typos: bool = True) -> Iterator[Hit]:
    """Every place of one text where ``identity`` stands; overlapping values are all given."""
    lowered = lower(text)
    for value, entity in identity.values:
        yield from (Hit(entity, start, end, WHOLE) for start, end in _places(lowered, value))
    for handle in identity.handles:
        yield from (Hit("USERNAME", start, end, PART) for start, end in _places(lowered, handle))
    if identity.parts:
        yield from _names(text, lowered, identity, lexicon, typos)


def _places(lowered: str, value: str) -> Iterator[tuple[int, int]]:
    start = lowered.find(value)
    while start >= 0:
        end = start + len(value)
        if not (start and lowered[start - 1].isalnum()) and not (
            end < len(lowered) and lowered[end].isalnum()
        ):
            yield start, end
        start = lowered.find(value, end)


def _names(text: str, lowered: str, identity: Identity, lexicon: Lexicon, typos: bool) -> Iterator[Hit]:
    exact = text.isascii() and any(part in lowered for part in identity.parts)
    if not exact and text.isascii() and not (typos and _may_hold_a_typo(lowered, identity, lexicon)):
        return
    group: list[tuple[Token, float]] = []
    for token in tokens(text):
        worth = _worth(fold(token.text), identity, lexicon, typos)
        if group and (not worth or not _joined(text[group[-1][0].end : token.start])):
            yield from _grouped(text, group, identity)
            group = []
        if worth:
            group.append((token, worth))
    yield from _grouped(text, group, identity)


def _may_hold_a_typo(lowered: str, identity: Identity, lexicon: Lexicon) -> bool:
    """False for nearly every text, at the price of a few substring searches.

    One typo leaves the first or the last half of a part as it was, a swap across the middle apart; a
    last half that common words end in (``smith``, ``with``) is not looked for.
    """
    padded = f" {lowered} ".translate(_TO_SPACE)
    if not any(half in padded for half in identity.halves):
        return False
    unknown = set(padded.split()) - lexicon.words
    return any(_worth(word, identity, lexicon, True) for word in unknown)


_TO_SPACE = str.maketrans(dict.fromkeys('.,:;!?()[]{}<>"*_/\\|@#$%&+=~0123456789\n\t', " "))


def _worth(folded: str, identity: Identity, lexicon: Lexicon, typos: bool) -> float:
    if folded in identity.parts:
        return PART
    if not typos or len(folded) < TYPO_LETTERS - 1 or folded in lexicon.words:
        return 0.0
    for part in identity.parts:
        if (
            len(part) >= TYPO_LETTERS
            and abs(len(part) - len(folded)) <= 1
            and OSA.distance(part, folded, score_cutoff=1) <= 1
        ):
            return TYPO
    return 0.0


def _joined(gap: str) -> bool:
    return gap in (" ", ", ", ". ", "  ", "-", "\u00a0", ".", "_", ",")


def _grouped(text: str, group: list[tuple[Token, float]], identity: Identity) -> Iterator[Hit]:
    """One hit for parts that stand together; initials before or between them belong to the name."""
    if not group:
        return
    start, end = group[0][0].start, group[-1][0].end
    distinct = {fold(token.text) for token, _ in group}
    initial = re.search(r"(?<![^\W_])[^\W\d_]\.? $", text[:start][-4:])
    if initial and any(part.startswith(initial.group()[0].lower()) for part in identity.parts):
        start -= len(initial.group())
        distinct.add(initial.group())
    if len(distinct) > 1:
        yield Hit("PERSON", start, end, WHOLE if min(w for _, w in group) == PART else PART)
        return
    token, worth = group[0]
    folded = fold(token.text)
    if folded in identity.words or len(folded) == 2:
        if not token.text[0].isupper():
            return
        if starts_sentence(text, token.start) and not Around.of(text, start, end).titled:
            worth -= 0.3 if len(text.split(None, 3)) > 2 else 0.0
    yield Hit("PERSON", start, end, worth)
