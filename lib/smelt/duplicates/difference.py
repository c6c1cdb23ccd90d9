"""Word-level difference of two texts."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

MOST_WORDS = 2_000
"""Only so many first words are compared, since the matcher takes quadratic time."""


class Piece(NamedTuple):
    """A run of words that is in both texts, or in only one of them."""

    kind: Literal["same", "removed", "added"]
    text: str


def word_difference(kept: str, other: str, *, context: int = 8) -> list[Piece]:
    """How ``other`` differs from ``kept``; common runs are shortened to ``context`` words at each end."""
    one, two = (re.findall(r"\S+", text)[:MOST_WORDS] for text in (kept, other))
    pieces: list[Piece] = []
    for operation, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if operation == "equal":
            pieces.append(Piece("same", _shortened(one[a:b], context)))
        else:
            pieces += [Piece("removed", " ".join(one[a:b]))] if b > a else []
            pieces += [Piece("added", " ".join(two[c:d]))] if d > c else []
    return pieces


def _shortened(words: list[str], context: int) -> str:
    if len(words) <= 2 * context + 1:
        return " ".join(words)
    return " ".join([*words[:context], "[...]", *words[-context:]])
