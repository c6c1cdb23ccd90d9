"""Names below a text: alone on the last line of a paragraph, or first after a signature mark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.names import uncapitalised
from smelt.pii.detect.names.evidence import ORGANISATION
from smelt.pii.detect.names.lexicon import GIVEN, WORD, Lexicon, fold
from smelt.pii.detect.names.mail import LIKELY, NAME, SIGNED, SUFFIXED, trimmed
from smelt.pii.detect.names.people import Person
from smelt.pii.detect.names.things import is_coded

LONGEST = 300
"""Characters of the line before a signature that are looked at."""
_DELIMITER = re.compile(r"(?m)^[>| ]*(?:--|—|__+|\*\*+|==+|-{3,}|~{3,})[ \t]*\n+")
_RULES = ("--", "—", "__", "**", "==", "~~~")
_SIGNATURE = re.compile(
    rf"[ \t>|*_/]*(?P<name>{NAME})(?:[ \t]*$|[ \t]{{2,}}|\t|,[ ]|[ ]?[<(|])", re.MULTILINE
)
_ALONE = re.compile(
    rf"(?P<lead>[>|]?[ \t]*(?:[-–—~*_/]{{1,3}} ?){{0,3}}[ \t]*)(?P<name>{NAME})"
    r"[ \t]*[.,!*_]?[ \t]*(?=\n|\Z| [(<])"
)


def signatures(text: str, lexicon: Lexicon) -> Iterator[Person]:
    """Names below a text: alone on the last line of a paragraph, or first after a signature mark."""
    for found in uncapitalised.signed(text, lexicon):
        yield Person(*found, SIGNED)
    for mark in _DELIMITER.finditer(text) if any(map(text.__contains__, _RULES)) else ():
        match = _SIGNATURE.match(text, mark.end())
        if match is not None and _is_signed(match["name"], lexicon, alone=False):
            yield from trimmed(text, match.start("name"), match.end("name"), lexicon, SIGNED, sure=True)
    for match in _alone(text):
        is_marked = any(mark in match["lead"] for mark in "-–—~")
        if _is_item(text, match, lexicon) if is_marked else not _ends_paragraph(text, match):
            continue
        if _is_signed(match["name"], lexicon, alone=not is_marked):
            yield from trimmed(
                text,
                match.start("name"),
                match.end("name"),
                lexicon,
                SIGNED if is_marked else LIKELY,
                sure=True,
            )


def _alone(text: str) -> Iterator[re.Match[str]]:
    """The lines that begin like a name alone; of lines without a mark before it, only those that end a message."""
    if not text[:1].isalnum() and (match := _ALONE.match(text)):
        yield match
    for line in _MAY_SIGN.finditer(text):
        start = line.start() + 1
        if (line["last"] is None or _may_follow(text, start)) and (match := _ALONE.match(text, start)):
            yield match


_MAY_SIGN = re.compile(r"\n(?:(?P<last>(?=[^\W_])[^\n]*+(?=\Z|\n(?:\s\s|\s?\Z|[\n>_=-])))|(?=[^\w\n]|_))")
"""A line with a mark before its first letter, or one that ends a message, as :func:`_is_last` says."""


def _may_follow(text: str, start: int) -> bool:
    """Whether a message may end in the line at ``start``: an empty line or a punctuation mark is before it."""
    if text[max(0, start - 2) : start] == "\n\n":
        return True
    before = text[max(0, start - 80) : start].rstrip() or text[:start].rstrip()
    return before[-1:] in (".", "!", "?", ",", ")")


def _is_last(after: str) -> bool:
    """Whether the three characters behind a line are the end, an empty line, or begin a quote or a rule."""
    return not after.strip() or after.startswith(("\n\n", "\n \n", "\n>", "\n-", "\n_", "\n="))


def _is_item(text: str, match: re.Match[str], lexicon: Lexicon) -> bool:
    """Whether a line with a dash is an item of a list, no signature: items or a colon beside it, or an identifier."""
    name = match["name"]
    if SUFFIXED.search(name) or any(is_coded(word.strip(".,'\"“”()*_"), lexicon) for word in name.split()):
        return True
    if lexicon.flags(name.split()[0]) & (GIVEN | WORD) == GIVEN:
        return False
    above = text[max(0, match.start() - LONGEST) : match.start()].rstrip().rpartition("\n")[2].strip(" \t>|")
    after = text[match.end() : match.end() + 40].lstrip(" \t.,!*_")
    below = after.removeprefix("\n").lstrip(" \t>|")
    return (
        above.endswith(":")
        or above[:2] in ("- ", "* ")
        or below[:2] in ("- ", "* ")
        or (after.startswith("\n\n  ") and bool(after.strip()))
    )


def _ends_paragraph(text: str, match: re.Match[str]) -> bool:
    """Whether a line ends a message: the end, an empty line or a quote follows."""
    before, after = text[: match.start("name")].rstrip(" \t*_"), text[match.end() : match.end() + 3]
    said = before.rstrip()
    return (
        _is_last(after)
        and bool(said)
        and (before.endswith("\n\n") or said[-1] in ".!?,)")
        and said[-1] != ":"
    )


def _is_signed(name: str, lexicon: Lexicon, *, alone: bool) -> bool:
    """Whether a line of one to four words is a name: a given name first, or a single unknown word."""
    words = [fold(word.strip(".,'*_")) for word in name.split()]
    full = [word for word in words if len(word) > 1]
    if not full or len(words) > 4 or not ORGANISATION.isdisjoint(words) or " ".join(words) in lexicon.places:
        return False
    if any(word in lexicon.not_names for word in full):
        return False
    flags = [lexicon.names.get(word, 0) for word in full]
    if flags[0] & GIVEN:
        return len(full) == 1 or bool(flags[-1]) or full[-1] not in lexicon.words or len(words) > len(full)
    if any(word in lexicon.words for word in full):
        return False
    return bool(flags[-1]) if len(full) > 1 else not alone or name.istitle()
