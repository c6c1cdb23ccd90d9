"""Searches a record's texts for the identities that the record itself states.

A known name is found whole, reversed, with initials and in parts; case-insensitively; and, from five letters on, with
one typing error (optimal string alignment distance, rapidfuzz). A part that is also an English word (``Will``,
``Grant``) counts only if capitalised or next to another part. Known e-mail addresses, phone numbers and user names are
found literally, and an e-mail's local part gives further names. The kind ``entity:LABEL`` is a value of that entity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from sys import intern
from typing import NamedTuple

from rapidfuzz.distance import OSA

from smelt.pii.detect.names.evidence import Around
from smelt.pii.detect.names.lexicon import Lexicon, fold
from smelt.pii.detect.names.runs import PARTICLES, TOKEN, Token, lower, starts_sentence, tokens
from smelt.pii.detect.names.words import words
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
_NO_LETTERS = re.compile(r"[\d._+-]+")


class Hit(NamedTuple):
    """One occurrence of a known identity in a text."""

    entity: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True)
class Identity:
    """The identities of one conversation: folded parts of names, and whole values with their entities."""

    parts: frozenset[str]
    words: frozenset[str]
    values: tuple[tuple[str, str], ...]
    handles: tuple[str, ...]
    long_parts: tuple[str, ...]

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.parts, self.values, self.handles))

    @classmethod
    def of(cls, known: Sequence[Known], lexicon: Lexicon) -> Identity:
        """Combine the identities of one conversation; values of up to two characters are ignored."""
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
                    dict.fromkeys(p for p in _name_parts(_NO_LETTERS.sub(" ", local)) if lexicon.flags(p))
                )
                if len(local) > 4 and not lexicon.is_word(local) and not lexicon.flags(local):
                    handles[local.lower()] = None
        return cls(
            frozenset(parts),
            frozenset(part for part in parts if lexicon.is_word(part)),
            tuple(values),
            tuple(handles),
            tuple(part for part in parts if len(part) >= TYPO_LETTERS),
        )

    def with_names(self, names: Iterable[str], lexicon: Lexicon) -> Identity:
        """This identity with the parts of further names; usually they are known already."""
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
        )


NOBODY = Identity(frozenset(), frozenset(), (), (), ())


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


def search(
    texts: Sequence[str], identity: Identity, lexicon: Lexicon, *, rare: Sequence[Sequence[str]]
) -> Iterator[tuple[int, Hit]]:
    """Every occurrence of ``identity`` in the texts of a conversation, with the text's index.

    ``rare`` are the words of each text (:func:`rare_words`) in which a typing error may be; empty to find none.
    Overlapping values are all returned. What is absent from the whole conversation is searched only once.
    """
    joined = _joined_lower(texts)
    lowered: list[str] = []
    for value, entity in (*identity.values, *((handle, "") for handle in identity.handles)):
        if value in joined:
            lowered = lowered or [lower(text) for text in texts]
            for number, text in enumerate(lowered):
                for start, end in _places(text, value):
                    hit = Hit(entity, start, end, WHOLE) if entity else Hit("USERNAME", start, end, PART)
                    yield number, hit
    if not identity.parts:
        return
    folded: list[str] = []
    if not joined.isascii():
        folded = [fold(text) for text in texts]
        joined = "\n".join(folded)
    worths = _worths(joined, rare, identity, lexicon)
    if worths:
        folded = folded or [text.lower() for text in texts]
        for number, (text, low) in enumerate(zip(texts, folded, strict=True)):
            held = [part for part in worths if part in low]
            if not held:
                continue
            pieces = _pieces(low, held) if len(low) == len(text) else [(0, len(text))]
            for hit in _names(text, pieces, worths, identity):
                if "@" not in text or _ADDRESS_GOES_ON.match(text, hit.end) is None:
                    yield number, hit


def _joined_lower(texts: Sequence[str]) -> str:
    """The lower case (:func:`lower`) of the texts of a conversation, a line or more each."""
    joined = "\n".join(texts)
    lowered = joined.lower()
    return lowered if len(lowered) == len(joined) else "\n".join(map(lower, texts))


def rare_words(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The folded words of a text that may be a known name with a typing error: no ordinary English ones, and long."""
    return tuple(map(intern, lexicon.rare_words(fold(text), TYPO_LETTERS - 1)))


def _worths(
    joined: str, rare: Sequence[Sequence[str]], identity: Identity, lexicon: Lexicon
) -> dict[str, float]:
    """Word of the conversation -> confidence, for parts of known names, exact or with a typing error."""
    worths = {part: PART for part in identity.parts if part in joined}
    if not rare or not identity.long_parts:
        return worths
    lengths = {length for part in identity.long_parts for length in range(len(part) - 1, len(part) + 2)}
    firsts = {part[0] for part in identity.long_parts}
    lasts = {part[-1] for part in identity.long_parts}
    for word in frozenset[str]().union(*rare):
        # one error leaves the first letter or the last one as it is
        if (
            len(word) in lengths
            and (word[0] in firsts or word[-1] in lasts)
            and word not in identity.parts
            and any(_is_typo(word, part, lexicon) for part in identity.long_parts)
        ):
            worths[word] = TYPO
    return worths


def _is_typo(word: str, part: str, lexicon: Lexicon) -> bool:
    """Whether ``word`` is ``part`` with one typing error; a place is none with another first letter (``austin`` for
    ``justin``)."""
    return (
        abs(len(part) - len(word)) <= 1
        and OSA.distance(part, word, score_cutoff=1) <= 1
        and (word[0] == part[0] or word not in lexicon.places)
    )


_ADDRESS_GOES_ON = re.compile(r"[\w.+-]{0,64}@[\w-]+\.\w")
"""The rest of an e-mail address, which is a finding of its own."""


def _places(lowered: str, value: str) -> Iterator[tuple[int, int]]:
    start = lowered.find(value)
    while start >= 0:
        end = start + len(value)
        if not (start and lowered[start - 1].isalnum()) and not (
            end < len(lowered) and lowered[end].isalnum()
        ):
            yield start, end
        start = lowered.find(value, end)


def _pieces(low: str, held: Sequence[str]) -> list[tuple[int, int]]:
    """Stretches between spaces that contain one of the parts, in order."""
    pieces = set()
    for part in held:
        at = low.find(part)
        while at >= 0:
            end = low.find(" ", at + len(part))
            end = len(low) if end < 0 else end
            pieces.add((low.rfind(" ", 0, at) + 1, end))
            at = low.find(part, end)
    return sorted(pieces)


def _names(
    text: str, pieces: Sequence[tuple[int, int]], worths: Mapping[str, float], identity: Identity
) -> Iterator[Hit]:
    """One hit per group of adjacent parts."""
    is_ascii = text.isascii()
    group: list[tuple[Token, float]] = []
    for match in (match for piece in pieces for match in TOKEN.finditer(text, *piece)):
        token = match.group()
        worth = worths.get(token.lower() if is_ascii else fold(token), 0.0)
        if not worth and not group:
            continue
        if group and (not worth or not _joined(text, group, match.start())):
            yield from _grouped(text, group, identity)
            group = []
        if worth:
            group.append((Token(token, match.start(), match.end()), worth))
    if group:
        yield from _grouped(text, group, identity)


def _joined(text: str, group: Sequence[tuple[Token, float]], start: int) -> bool:
    """Whether a part at ``start`` belongs to the same name; a comma only after a family name alone, not in a list of
    people (``Sam Bollen, Imran``)."""
    gap = text[group[-1][0].end : start]
    if gap in (", ", ","):
        first = group[0][0].start
        return len(group) == 1 and not _NAME_BEFORE.search(text, max(0, first - 24), first)
    return gap in (" ", ". ", "  ", "-", "\u00a0", ".", "_")


_NAME_BEFORE = re.compile(r"[^\W\d_]*[^\W\d_a-zß-ÿ][^\W\d_]*\.? \Z")


_INITIAL = re.compile(r"(?<![^\W_])[^\W\d_]\.? $")


def _grouped(text: str, group: list[tuple[Token, float]], identity: Identity) -> Iterator[Hit]:
    """One hit for adjacent parts, including initials before or between them."""
    start, end = group[0][0].start, group[-1][0].end
    distinct = {fold(token.text) for token, _ in group}
    initial = _INITIAL.search(text[max(0, start - 4) : start])
    is_letter = initial and (initial.group()[0].isupper() or "." in initial.group() or text.islower())
    if initial and is_letter and any(part.startswith(initial.group()[0].lower()) for part in identity.parts):
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
