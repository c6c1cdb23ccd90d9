"""The record's own identities: whoever the record says it is about is searched for in its texts.

A known name is found whole, reversed, with initials and in its parts; in any case; and with one typo
(optimal string alignment distance, rapidfuzz) where it has five letters or more. A part that is also
an English word (``Will``, ``Grant``) counts only with a capital letter, or next to another part. Known
e-mail addresses, phone numbers and user names are found as they stand, and an e-mail's local part
gives further names. A kind ``entity:LABEL`` is a value of an entity of that name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from rapidfuzz.distance import OSA

from smelt.pii.names.evidence import Around
from smelt.pii.names.lexicon import Lexicon, fold
from smelt.pii.names.runs import PARTICLES, TOKEN, Token, lower, starts_sentence, tokens
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

    parts: frozenset[str]
    words: frozenset[str]
    values: tuple[tuple[str, str], ...]
    handles: tuple[str, ...]
    long_parts: tuple[str, ...]
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
        long_parts = tuple(part for part in parts if len(part) >= TYPO_LETTERS)
        halves: list[str] = []
        for part in long_parts:
            halves.append(f" {part[: len(part) // 2]}")
            if part[-3:] not in lexicon.endings:
                halves.append(f"{part[len(part) // 2 :]} ")
        return cls(
            frozenset(parts),
            frozenset(part for part in parts if lexicon.is_word(part)),
            tuple(values),
            tuple(handles),
            long_parts,
            tuple(halves),
        )

    def with_names(self, names: Iterable[str], lexicon: Lexicon) -> Identity:
        """This identity with the parts of further names; most conversations introduce whom the record knows."""
        new = [name for name in names if name not in self.parts]
        if not new:
            return self
        more = Identity.of([Known("name", name) for name in new], lexicon)
        return Identity(
            self.parts | more.parts,
            self.words | more.words,
            self.values,
            self.handles,
            (*self.long_parts, *(part for part in more.long_parts if part not in self.parts)),
            (*self.halves, *more.halves),
        )


NOBODY = Identity(frozenset(), frozenset(), (), (), (), ())


@lru_cache(maxsize=8192)
def _name_parts(value: str) -> tuple[str, ...]:
    parts: list[str] = []
    for token in tokens(value):
        folded = fold(token.text)
        if len(folded) > 1 and folded not in _TITLES and folded not in PARTICLES:
            parts.append(folded)
            if "-" in folded:
                parts += (part for part in folded.split("-") if len(part) > 2)
    return tuple(parts)


def holders(texts: Sequence[str], identity: Identity, *, typos: bool = True) -> list[int]:
    """Which texts of a conversation can hold any of ``identity``: few substring searches over all of them at once.

    One typo leaves the first or the last half of a part as it was, a swap across the middle apart; a
    last half that common words end in (``smith``, ``with``) is not looked for.
    """
    lowered = [lower(text) for text in texts]
    joined = "\n".join(lowered)
    starts = [0, *accumulate(len(text) + 1 for text in lowered)]
    held: set[int] = set()
    for needles in ((value for value, _ in identity.values), identity.handles, identity.parts):
        for needle in needles:
            held.update(_rows(joined, needle, starts))
    if identity.parts and not joined.isascii():
        held.update(row for row, text in enumerate(texts) if not text.isascii())
    if typos and identity.halves and len(held) < len(texts):
        padded = f" {joined} ".translate(_TO_SPACE)
        letters = [start + 1 for start in starts]
        for half in identity.halves:
            held.update(_rows(padded, half, starts if half[0] == " " else letters))
    return sorted(row for row in held if row < len(texts))


def _rows(joined: str, needle: str, starts: list[int]) -> Iterator[int]:
    """The texts of ``joined``, by number, in which ``needle`` begins; an empty one begins in none."""
    at = joined.find(needle) if needle else -1
    while at >= 0:
        row = bisect_right(starts, at) - 1
        yield row
        at = joined.find(needle, starts[row + 1]) if row + 1 < len(starts) else -1


def hits(text: str, identity: Identity, lexicon: Lexicon, *, typos: bool = True) -> Iterator[Hit]:
    """Every place of one text where ``identity`` stands; overlapping values are all given."""
    lowered = lower(text)
    for value, entity in identity.values:
        yield from (Hit(entity, start, end, WHOLE) for start, end in _places(lowered, value))
    for handle in identity.handles:
        yield from (Hit("USERNAME", start, end, PART) for start, end in _places(lowered, handle))
    if identity.parts:
        yield from _names(text, identity, lexicon, typos)


def _places(lowered: str, value: str) -> Iterator[tuple[int, int]]:
    start = lowered.find(value)
    while start >= 0:
        end = start + len(value)
        if not (start and lowered[start - 1].isalnum()) and not (
            end < len(lowered) and lowered[end].isalnum()
        ):
            yield start, end
        start = lowered.find(value, end)


def _names(text: str, identity: Identity, lexicon: Lexicon, typos: bool) -> Iterator[Hit]:
    parts, words, is_ascii = identity.parts, lexicon.words, text.isascii()
    group: list[tuple[Token, float]] = []
    for match in TOKEN.finditer(text):
        token = match.group()
        folded = token.lower() if is_ascii else fold(token)
        if folded in parts:
            worth = PART
        elif typos and len(folded) >= TYPO_LETTERS - 1 and folded not in words:
            worth = _worth_with_a_typo(folded, identity)
        else:
            worth = 0.0
        if group and (not worth or not _joined(text[group[-1][0].end : match.start()])):
            yield from _grouped(text, group, identity)
            group = []
        if worth:
            group.append((Token(token, match.start(), match.end()), worth))
    yield from _grouped(text, group, identity)


_TO_SPACE = str.maketrans(dict.fromkeys('.,:;!?()[]{}<>"*_/\\|@#$%&+=~0123456789\n\t', " "))


def _worth_with_a_typo(folded: str, identity: Identity) -> float:
    for part in identity.long_parts:
        if abs(len(part) - len(folded)) <= 1 and OSA.distance(part, folded, score_cutoff=1) <= 1:
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
