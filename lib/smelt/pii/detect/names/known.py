"""Searches a record's texts for the identities that the record itself states.

A known name is found whole, reversed, with initials and in parts; case-insensitively; and, from five letters on, with
one typing error (optimal string alignment distance, rapidfuzz). A part that is also an English word (``Will``,
``Grant``) counts only if capitalised or next to another part. Known e-mail addresses, phone numbers and user names are
found literally, and an e-mail's local part gives further names. The kind ``entity:LABEL`` is a value of that entity.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from sys import intern
from typing import NamedTuple

from rapidfuzz.distance import OSA

from smelt.pii.detect.names.evidence import Around
from smelt.pii.detect.names.identity import TYPO_LETTERS, Identity
from smelt.pii.detect.names.lexicon import Lexicon, fold, words_of
from smelt.pii.detect.names.runs import TOKEN, Token, lower, starts_sentence

WHOLE, PART, TYPO = 0.97, 0.85, 0.75


class Hit(NamedTuple):
    """One occurrence of a known identity in a text."""

    entity: str
    start: int
    end: int
    confidence: float


def search(
    texts: Sequence[str], identity: Identity, lexicon: Lexicon, *, rare: Sequence[Sequence[str]]
) -> list[list[Hit]]:
    """Every occurrence of ``identity`` in each of the texts of a conversation, which are searched together.

    ``rare`` are the words of each text (:func:`rare_words`) in which a typing error may be; empty to find none.
    Overlapping values are all returned.
    """
    found: list[list[Hit]] = [[] for _ in texts]
    joined = _joined_lower(texts)
    for value, entity in (*identity.values, *((handle, "") for handle in identity.handles)):
        for number, start, end in _held(joined, texts, value) if value in joined else ():
            hit = Hit(entity, start, end, WHOLE) if entity else Hit("USERNAME", start, end, PART)
            found[number].append(hit)
    if not identity.parts:
        return found
    folded = texts
    if not joined.isascii():
        folded = list(map(fold, texts))
        joined = "\n".join(folded)
    worths = _worths(joined, rare, identity, lexicon)
    for number, pieces in _pieces(joined, folded, worths) if worths else ():
        text = texts[number]
        if len(folded[number]) != len(text):
            pieces = [(0, len(text))]
        for name in _names(text, pieces, worths, identity):
            if "@" not in text or _ADDRESS_GOES_ON.match(text, name.end) is None:
                found[number].append(name)
    return found


def _held(joined: str, texts: Sequence[str], value: str) -> Iterator[tuple[int, int, int]]:
    """The number of each text that holds a value, and where; ``joined`` are the lower cases of all."""
    if "\n" in value:
        for number, text in enumerate(texts):
            for start, end in _places(lower(text), value):
                yield number, start, end
        return
    starts = _starts(texts)
    for start, end in _places(joined, value):
        number = bisect_right(starts, start) - 1
        yield number, start - starts[number], end - starts[number]


def _starts(texts: Sequence[str]) -> list[int]:
    """Where each text begins in all of them joined by a character."""
    return list(accumulate((len(text) + 1 for text in texts[:-1]), initial=0))


def _joined_lower(texts: Sequence[str]) -> str:
    """The lower case (:func:`lower`) of the texts of a conversation, a line or more each."""
    joined = "\n".join(texts)
    lowered = joined.lower()
    return lowered if len(lowered) == len(joined) else "\n".join(map(lower, texts))


def rare_words(lines: Sequence[str], lexicon: Lexicon, *, is_ascii: bool) -> Iterator[tuple[str, ...]]:
    """For each line, the folded words that may be a known name with a typing error: no ordinary English ones, and long.

    ``is_ascii``: whether the texts of the lines, folded, are ASCII.
    """
    for words in words_of(lines, is_ascii=is_ascii):
        yield tuple(map(intern, lexicon.rare_words(words, TYPO_LETTERS - 1)))


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


def _pieces(
    joined: str, texts: Sequence[str], parts: Iterable[str]
) -> list[tuple[int, list[tuple[int, int]]]]:
    """The number of each text that holds one of the parts, and the stretches between spaces that do, in order.

    ``joined`` are the texts, each with a character behind it.
    """
    starts = _starts(texts)
    pieces: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for part in parts:
        at = joined.find(part)
        while at >= 0:
            number = bisect_right(starts, at) - 1
            first = starts[number]
            last = first + len(texts[number])
            end = joined.find(" ", at + len(part), last)
            end = last if end < 0 else end
            begin = joined.rfind(" ", first, at)
            pieces[number].add((begin + 1 - first if begin >= 0 else 0, end - first))
            at = joined.find(part, end)
    return [(number, sorted(pieces[number])) for number in sorted(pieces)]


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
