"""Quotes of older programs: Lotus Notes' header, and lines marked by their writer's initials (``JS> text``)."""

from __future__ import annotations

import re

from smelt.examples.quote_headers import LABELS, label_of

MOST_BELOW = 14
"""Most lines of a header of Notes below its date."""

_DATED = re.compile(
    r"^\s*\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? +\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[APap]\.?[Mm]\.?)?"
    r"(?:\s+(?:[A-Z]{2,5}|Uhr|h))?\s*$"
)
_NAME = re.compile(r"^\s*[\[\"“]?[^\W\d_][^.!?;]{1,100}$|^\s*[^\s@]+@[^\s@]+\s*$|^\s*\S.{0,80}[>\]]\s*$")
"""The line above the date: a name, a Notes name (``Ana Ruiz/Lima/ACME@ACME``) or an address."""

_QUOTE = re.compile(r"^\s*>")
_INITIALS = re.compile(r"^\s{0,8}([A-Z][A-Za-z]{1,2})(>{1,4})(?=\s|$)")
_PROMPTS = frozenset(
    ("SQL", "CQL", "PS", "CMD", "DOS", "IRB", "Irb", "REM", "GDB", "LDB", "Pdb", "GHC", "ASM", "CLI", "Sql")
)
"""What stands before ``>`` as the prompt of a program."""
_CODE = re.compile(r"[;{}=|$\\`]|\w\(")
_PROSE = 4
"""Fewest words of a line that shows that initials mark prose."""


def notes_header(lines: list[str], number: int) -> tuple[int, int]:
    """The lines from where to before where a header of Lotus Notes stands whose date is in line ``number``.

    Both are ``number`` if there is none. Its form, with or without colons, each value beside or below its label::

        Ana Ruiz/Lima/ACME
        06/03/2025 04:05 PM

        To
        Ben Osei/ACME@ACME
        cc

        Subject
        Re: lamp
    """
    if not number or not _DATED.match(lines[number]) or not _NAME.match(lines[number - 1]):
        return number, number
    found: dict[str, int] = {}
    for at in range(number + 1, min(len(lines), number + 1 + MOST_BELOW)):
        label = label_of(lines[at]) or LABELS.get(lines[at].strip().casefold())
        if label is not None:
            found.setdefault(label, at)
        if label == "subject":
            break
    if "to" not in found or "subject" not in found:
        return number, number
    end = found["subject"] + 1
    is_alone = label_of(lines[end - 1]) is None or lines[end - 1].rstrip().endswith((":", "："))
    return number - 1, end + (is_alone and end < len(lines) and bool(lines[end].strip()))


def with_plain_marks(lines: list[str], fenced: list[bool]) -> list[str]:
    """``lines`` with ``> `` for the initials before quoted prose (``JS> Is it safe?``); prompts of programs stay."""
    found = {
        number: match
        for number, line in enumerate(lines)
        if ">" in line and not fenced[number] and (match := _INITIALS.match(line)) is not None
    }
    prose = {
        match[1] for number, match in found.items() if _is_prose(lines[number][match.end() :])
    } - _PROMPTS
    if not prose:
        return lines
    marked = list(lines)
    for number, match in found.items():
        if match[1] in prose:
            marked[number] = match[2] + lines[number][match.end() :]
    return marked


def _is_prose(said: str) -> bool:
    return len(re.findall(r"[^\W\d_]{2,}", said)) >= _PROSE and not _CODE.search(said)


def is_marked(line: str) -> bool:
    """Whether a line begins with ``>``."""
    return ">" in line and _QUOTE.match(line) is not None
