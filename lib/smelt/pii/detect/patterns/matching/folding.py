"""Normalises look-alikes: unusual spaces, dashes, digits and mojibake become plain characters.

Offsets in the folded text can be translated back to the original text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

_SAME_LENGTH = {
    **dict.fromkeys(
        map(
            ord,
            "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
        ),
        " ",
    ),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-"),
    **{0xFF01 + offset: chr(0x21 + offset) for offset in range(94) if 0xFF01 + offset != 0xFF0D},
    **{zero + digit: str(digit) for zero in (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50) for digit in range(10)},
    0xFE6B: "@",
    0x2024: ".",
    0x3002: ".",
    0x2215: "/",
    0x2044: "/",
    0x2018: "'",
    0x2019: "'",
}
"""Characters -> the single plain character they look like: spaces, dashes, full-width forms, digits of other
scripts."""

_FOLDABLE = re.compile("[" + re.escape("".join(map(chr, _SAME_LENGTH))) + "]")
_OTHER_LENGTH = {
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f", ""),
    "\u00c2\u00a0": " ",
    "\u00c2 ": " ",
    "\u00e2\u20ac\u201c": "-",
    "\u00e2\u20ac\u201d": "-",
    "\u00e2\u20ac\u2018": "-",
    "\u00e2\u20ac\u2122": "'",
    "\u00e2\u0080\u0091": "-",
    "\u00e2\u0080\u0093": "-",
    "\u00ef\u00bc\u00a0": "@",
    "&#64;": "@",
    "&#x40;": "@",
    "&#X40;": "@",
    "&commat;": "@",
    "&#46;": ".",
    "&period;": ".",
    "&nbsp;": " ",
    "&ndash;": "-",
    "&#8209;": "-",
    "&#160;": " ",
    "&shy;": "",
}
"""Sequences -> replacements of another length: invisible characters, UTF-8 decoded as Latin-1 or cp1252, HTML
entities."""

_FIRSTS = "".join(sorted({re.escape(key[0]) for key in _OTHER_LENGTH}))
_REWRITE = re.compile(
    rf"(?=[{_FIRSTS}])(?:"
    + "|".join(re.escape(key) for key in sorted(_OTHER_LENGTH, key=len, reverse=True))
    + ")"
)

WIDE_PREFILTER = (
    "["
    + "".join(sorted({*map(chr, _SAME_LENGTH), *(key[0] for key in _OTHER_LENGTH if key[0] != "&")}))
    + "]"
)
ENTITY_PREFILTER = r"&(?:#|commat|period|nbsp|ndash|shy)"
"""WIDE_PREFILTER and ENTITY_PREFILTER: prefilters (Rust regexes) for texts that folding may change."""


class Folded(NamedTuple):
    """A folded text; from each of ``positions`` on, the original offset is greater by the corresponding ``shifts``."""

    text: str
    positions: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Translate a span of the folded text to the original text."""
        if not self.positions:
            return start, end
        return self._back(start), self._back(end - 1) + 1 if end > start else self._back(start)

    def _back(self, position: int) -> int:
        index = bisect_right(self.positions, position) - 1
        return position + (self.shifts[index] if index >= 0 else 0)


def fold(text: str) -> Folded:
    """Replace look-alikes by plain characters."""
    if text.isascii() and "&" not in text:
        return Folded(text)
    positions: list[int] = []
    shifts: list[int] = []
    parts: list[str] = []
    cursor = length = shift = 0
    for match in _REWRITE.finditer(text):
        plain = _OTHER_LENGTH[match.group()]
        parts += [text[cursor : match.start()], plain]
        length += match.start() - cursor + len(plain)
        shift += match.end() - match.start() - len(plain)
        cursor = match.end()
        positions.append(length)
        shifts.append(shift)
    parts.append(text[cursor:])
    folded = "".join(parts)
    if _FOLDABLE.search(folded):
        folded = folded.translate(_SAME_LENGTH)
    return Folded(folded, tuple(positions), tuple(shifts))
