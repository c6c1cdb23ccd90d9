"""Splits long texts into overlapping pieces, so that a candidate in a 5 MB text costs only its neighbourhood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

PIECE_CHARS = 4096
OVERLAP_CHARS = 256
"""Characters by which pieces overlap on either side: more than the longest span and its context."""

_BREAK = re.compile(r"[\s,;{}<>|\"]")


class Piece(NamedTuple):
    """A piece ``text[begin:stop]``, which yields only hits that start in [first, last)."""

    begin: int
    stop: int
    first: int
    last: int


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text, cut at spaces and delimiters; the ranges [first, last) cover it without gaps."""
    length = len(text)
    cut = 0
    while cut < length:
        following = _next_break(text, min(cut + PIECE_CHARS, length))
        begin = _last_break(text, max(0, cut - OVERLAP_CHARS), cut)
        yield Piece(begin, _next_break(text, min(following + OVERLAP_CHARS, length)), cut, following)
        cut = following


def _next_break(text: str, position: int) -> int:
    match = _BREAK.search(text, position)
    return match.end() if match else len(text)


def _last_break(text: str, position: int, limit: int) -> int:
    """The first break at or after ``position`` (0 stays), so that a piece does not begin inside a word."""
    if position == 0:
        return 0
    match = _BREAK.search(text, position, limit)
    return match.end() if match else limit
