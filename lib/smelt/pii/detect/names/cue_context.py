"""Whether what stands around a cue of an introduction lets a name follow it."""

from __future__ import annotations

import re

from smelt.pii.detect.names.evidence import ORGANISATION
from smelt.pii.detect.names.lexicon import GIVEN, Lexicon, fold
from smelt.pii.detect.names.runs import PARTICLES, tokens
from smelt.pii.detect.names.words import words

STOP = words("never_in_a_name")
_PLACE_OR_SUFFIX = frozenset(["dr", "sr", "pan"])
"""Titles that also end a street (``Elm Dr``) or a name (``John Smith Sr``), or are a cooking vessel (``pan``)."""
_NAME_BEFORE_TITLE = re.compile(r"[^\W\d_]{3,}[ ]\Z")
_SIGNED_LINE = re.compile(r"([^\W\d_][^\W\d_'’-]{2,15})[.,!]?[ \t]*(?=\s*\Z|\n[ \t]*(?:\n|[-_=>]))")
_GREETS = re.compile(r"(?:dear|hi|hello|hey|thanks|hola|estimado|estimada|the|el|la|o|a)\b", re.I)


def is_title(text: str, start: int, end: int, begin: int) -> bool:
    """Whether the title at ``start``, written with a capital or a dot, is before a capitalised name."""
    name = next(tokens(text, begin, begin + 60), None)
    while name is not None and name.text in PARTICLES:
        name = next(tokens(text, name.end, name.end + 60), None)
    if name is None or not name.text[0].isupper() or len(name.text) < 2:
        return False
    title = text[start:end]
    if not title[0].isupper() and text[end : end + 1] != ".":
        return False
    if title.isupper() and not (title in ("MR", "MRS", "DR", "MISS") and name.text.isupper()):
        return False  # MS Word, 50 MW
    if text[start:end].lower() in _PLACE_OR_SUFFIX:
        before = _NAME_BEFORE_TITLE.search(text, max(0, start - 20), start)
        return before is None or not (before[0][0].isupper() and not _GREETS.match(before[0]))
    return True


def signed(text: str, begin: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The single word of a line below a closing, if it reads as a name: a given name, or a capitalised rare word."""
    line = _SIGNED_LINE.match(text, begin)
    if line is None:
        return None
    folded = fold(line[1])
    if line[1][0].islower():
        is_name = bool(lexicon.flags(line[1]) & GIVEN) and not lexicon.is_word(line[1])
    else:
        is_name = folded in lexicon.words and folded not in lexicon.common and folded not in lexicon.not_names
    return line.span(1) if is_name and folded not in STOP and folded not in ORGANISATION else None


def is_auxiliary(text: str, lowered: str, start: int, end: int, begin: int, lexicon: Lexicon) -> bool:
    """Whether a cue of one word follows another word, and no listed name it: Czech ``Zrušil jsem Windou``."""
    if not lowered[start:end].isalpha() or not lowered[max(0, start - 2) : start].rstrip(" ")[-1:].isalpha():
        return False
    word = next(tokens(text, begin, begin + 60), None)
    return word is None or not lexicon.flags(word.text)


def is_said(text: str, lowered: str, begin: int, lexicon: Lexicon) -> bool:
    """Whether what follows ``name`` without a capital may be one: after ``is``, or a given name; not ``to clear my name
    but``, ``myself as student``."""
    before = lowered[max(0, begin - 5) : begin]
    if not text[begin : begin + 1].islower() or before.endswith((" is ", " was ", " be ", "'s ", "’s ")):
        return True
    word = next(tokens(text, begin, begin + 60), None)
    return word is not None and bool(lexicon.flags(word.text) & GIVEN)
