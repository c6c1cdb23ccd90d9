"""Finds the header that a mail program put above a quoted mail: where it begins and ends, and of which kind it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from smelt.examples.quote_forms import is_marked, notes_header
from smelt.examples.quote_headers import (
    ABOVE,
    ABOVE_WORDS,
    ATTRIBUTED,
    ATTRIBUTION,
    BY_READER,
    DASHED,
    DIRECTIONS,
    FORWARDED,
    FORWARDED_WORDS,
    LONGEST_ATTRIBUTION,
    MAY_BE_SIGN,
    ORIGINAL,
    ORIGINAL_WORDS,
    SIGN,
    label_of,
)

MOST_LABELS = 40
"""Most lines of a label header, in which lists of recipients may be wrapped."""
MOST_WRAPPED = 3
"""Most lines over which mail programs wrap an attribution."""
_ENDS = re.compile(r"[^\W\d]{3,}[.!?]\s*$")
_SAYS = re.compile(r"\w").search
_RULE = re.compile(r"^\s*_{10,}\s*$")
_RULED = re.compile(r"[-_=*—–:]")
_MAY_HEAD = re.compile(r"[:：\-_=*—–]|^\s\s")
"""Occurs in every line that a header begins with, unless one of the next lines ends in a colon."""


class Header(NamedTuple):
    """The header of a quoted mail, in the lines of a text."""

    start: int
    end: int
    """Lines ``start`` to before ``end`` are the header."""
    kind: str
    """attribution, block, original or forwarded."""


def first_header(lines: list[str], fenced: list[bool]) -> Header | None:
    """The first header of a quoted mail outside fenced code (``fenced``, one flag per line); None if there is none."""
    lowered = "\n".join(lines).lower()
    asked = any(words in lowered for words in ABOVE_WORDS)
    marks = tuple(any(map(lowered.__contains__, words)) for words in (ORIGINAL_WORDS, FORWARDED_WORDS))
    to_colon = _lines_to_colon(lines)
    for number, line in enumerate(lines):
        if fenced[number] or not line.strip():
            continue
        wrapped = to_colon[number]
        if wrapped or _MAY_HEAD.search(line):
            found = _header_at(lines, number, wrapped, marks)
            if found is not None:
                return found
        if asked and ABOVE.match(line) and any(map(_SAYS, lines[:number])):
            start = number - 1 if not _SAYS(lines[number - 1]) else number
            return Header(start, number + 1, "original")
    return None


def _header_at(lines: list[str], number: int, wrapped: int, marks: tuple[bool, ...]) -> Header | None:
    """The header that begins in line ``number``.

    ``wrapped``: how many lines it takes from there to the next line that ends in a colon; 0 if more than MOST_WRAPPED.
    ``marks``: whether the text has one of ORIGINAL_WORDS, and of FORWARDED_WORDS.
    """
    line = lines[number]
    is_original, is_forwarded = marks
    if is_original and (line[0] in "-_=*—–" or line[0].isspace()) and ORIGINAL.match(line):
        return Header(number, _end_of_block(lines, number + 1), "original")
    if is_forwarded and FORWARDED.match(line) and _RULED.search(line):
        return Header(number, _end_of_block(lines, number + 1), "forwarded")
    dashed = DASHED.match(line) if "--" in line else None
    if dashed and _is_attribution([f"{dashed[1]}:"]):
        return Header(number, number + 1, "attribution")
    if label_of(line) in ("from", "sent"):
        end = _end_of_block(lines, number)
        if end > number:
            return Header(number, end, "block")
    begin, end = notes_header(lines, number)
    if end > number:
        return Header(begin, end, "block")
    if "__________" in line and _RULE.match(line):
        after = number + 1
        while after < len(lines) and not lines[after].strip():
            after += 1
        end = _end_of_block(lines, after)
        return Header(number, end, "block") if end > after else None
    part = lines[number : number + wrapped]
    if not part or any(not line.strip() or is_marked(line) for line in part):
        return None
    if wrapped > 1 and (_ENDS.search(line) or (_is_attribution(part[1:]) and not SIGN.search(line))):
        return None
    if not _is_attribution(part):
        return None
    end = number + wrapped
    following = next((later for later in lines[end:] if later.strip()), "")
    if BY_READER.search(_joined(part)) and not is_marked(following):
        return None
    return Header(number, end, "attribution")


def _lines_to_colon(lines: list[str]) -> list[int]:
    """For every line, how many lines it takes from there to the next that ends in a colon; 0 if over MOST_WRAPPED."""
    counts = [0] * len(lines)
    for number, line in enumerate(lines):
        if _ends_in_colon(line):
            for count in range(1, min(MOST_WRAPPED, number + 1) + 1):
                counts[number - count + 1] = counts[number - count + 1] or count
    return counts


def _ends_in_colon(line: str) -> bool:
    return (":" in line or "：" in line) and _undirected(line).rstrip().endswith((":", "："))


def _undirected(line: str) -> str:
    return line if line.isascii() else line.translate(DIRECTIONS)


def _joined(lines: Sequence[str]) -> str:
    joined = " ".join(_undirected(line).strip() for line in lines)
    return re.sub(r"<\s+", "<", joined)


def _is_attribution(lines: Sequence[str]) -> bool:
    """Whether the joined lines are an attribution: who wrote, and when or from which address."""
    joined = _joined(lines)
    if (
        not joined.endswith((":", "："))
        or len(joined) > LONGEST_ATTRIBUTION
        or not MAY_BE_SIGN.search(joined)
    ):
        return False
    return bool(SIGN.search(joined) and ATTRIBUTED.search(joined) and ATTRIBUTION.match(joined))


def _end_of_block(lines: list[str], start: int) -> int:
    """End of the label header that begins at ``start`` (after blank lines); ``start`` if there is none.

    It needs a from or sent label and two more; one line without a label may be between two labelled lines.
    """
    first = start
    while first < len(lines) and not lines[first].strip() and first < start + 2:
        first += 1
    found: dict[str, int] = {}
    number = first
    last = first - 1
    while number < min(len(lines), first + MOST_LABELS) and number <= last + 2:
        label = label_of(lines[number])
        if label is not None:
            found.setdefault(label, number)
            last = number
        elif not lines[number].strip() and last >= first:
            break
        number += 1
    kinds = set(found) - {"other"}
    dated = "sent" in kinds or (
        "from" in found and bool(SIGN.search(lines[found["from"]])) and "subject" in kinds
    )
    if "from" in kinds and dated and len(kinds) >= 3:
        return last + 1
    return start
