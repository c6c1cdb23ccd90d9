"""Names that their writers do not capitalise, where the layout of a mail leaves no other reading.

``On 9 Aug 2002 14:21, kevin lyda wrote:``, ``From: kevin lyda <kevin@example.org>``, ``-- \\nkevin``: many people write
their own names so, and their mail programs with them. Elsewhere a word without a capital is no name here.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from smelt.pii.detect.names.evidence import ORGANISATION
from smelt.pii.detect.names.languages import everywhere
from smelt.pii.detect.names.lexicon import GIVEN, Lexicon, fold
from smelt.pii.detect.names.words import words

_WORD = r"[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_])){0,24}"
_TOKEN = rf"{_WORD}\.?"
_TOKENS = rf"{_TOKEN}(?:[ ]{_TOKEN}){{0,3}}"
AFTER_DATE = re.compile(
    rf"(?:[\d,)\]]|\b[AaPp]\.?[Mm]\.?|\b[A-Z]{{3,4}}|\d[^\n]{{0,12}} (?:à|a|at|um|om|o|kl|alle|às))[ \t,]+"
    rf"(?P<name>{_TOKENS})[\"'”*_]{{0,2}}[ \t,]*(?:\n[>|\s]*)?\Z"
)
"""What stands between a date and the verb of a reply header."""
WHOLE = re.compile(rf"[\"'“*_]{{0,2}}(?P<name>{_TOKENS})[\"'”*_]{{0,2}}")
AT_END = re.compile(rf"(?P<name>{_TOKENS})[\"'”*_]{{0,2}}[ \t]*\Z")
"""What stands before an address: the name is a part of it."""
SIGNED_PREFILTER = r"\n[ \t]*\n[>|*_/ \t]{0,9}(?:[~—–-]{1,3} ?)?\p{Ll}[\p{L}'’-]{1,15}[.,!*_]?[ \t]*(?:\n|$)"
"""A prefilter (Rust regex): a single word without a capital on a line after an empty one."""
_SIGNED = re.compile(
    r"(?:\n[ \t]*\n[>|*_/ \t]{0,9}(?:[~—–-]{1,3} ?)?|\n[>|*_/ \t]{0,9}[~—–-]{1,3} ?)"
    rf"(?P<name>(?=[a-zà-þ]){_WORD})[.,!*_]?[ \t]*(?=\Z|\n\s*(?:\Z|\n|[>=_-]))"
)
_NOBODY = (
    "i you he she they we it one somebody someone who me him her us them",
    "du er sie wir ihr man jemand",
    "je tu il elle on nous vous ils elles quelqu'un",
    "yo tu usted ustedes el ella ellos nosotros",
    "io lei lui noi voi loro",
    "eu voce ele ela nos alguem",
    "ik jij je u hij zij ze wij men iemand",
    "ja ty on ona pan pani my wy oni ktos",
)
_PRONOUNS = frozenset(word for language in _NOBODY for word in language.split())
CLOCK = frozenset("am pm gmt utc est edt cst cdt mst mdt pst pdt cet cest bst".split())  # noqa: SIM905
"""Halves of the day and time zones, as mail programs write them behind a time."""
_PIECE = re.compile(r"\S+")
ROLES = words("roles_of_senders")
"""Words of senders that are not people: ``Support Team <help@...>``."""


class Span(NamedTuple):
    """Characters of the text that was searched."""

    start: int
    end: int


@cache
def _lead() -> frozenset[str]:
    """Words before the name in a header: months, weekdays, mail programs' words, time zones."""
    lists = ("months", "weekdays", "reply_starts", "header_labels")
    found = {fold(word) for name in lists for entry in everywhere(name) for word in entry.split()}
    return frozenset(found).union(CLOCK, ["on", "at", "um", "alle"])


def name_in(match: re.Match[str] | None, lexicon: Lexicon, *, must_be_given: bool = False) -> Span | None:
    """The name in ``match["name"]`` if one of its words has no capital and it reads as a name; else None.

    It does if its first word is a given name, or, unless ``must_be_given``, no word at all.
    """
    if match is None:
        return None
    begin = match.start("name")
    pieces = [
        (piece.group(), begin + piece.start(), begin + piece.end())
        for piece in _PIECE.finditer(match["name"])
    ]
    while pieces and fold(pieces[0][0].strip(".")) in _lead():
        pieces.pop(0)
    bare = [fold(word.strip(".")) for word, _, _ in pieces]
    if not bare or all(word[0].isupper() for word, _, _ in pieces) or bare[0] in _PRONOUNS:
        return None
    if not (ORGANISATION.isdisjoint(bare) and ROLES.isdisjoint(bare)) or bare[0] in lexicon.not_names:
        return None
    is_given = bool(lexicon.flags(bare[0]) & GIVEN)
    if not is_given and (must_be_given or lexicon.is_word(bare[0]) or len(bare[0]) < 3):
        return None
    if any(len(word) > 1 and not lexicon.flags(word) and lexicon.is_word(word) for word in bare[1:]):
        return None
    return Span(pieces[0][1], pieces[-1][2])


def before(text: str, start: int, end: int, lexicon: Lexicon) -> Span | None:
    """The name that ends at ``end``, before an address: from a given name on that is no word, if no word follows it."""
    match = AT_END.search(text, max(0, start), end)
    if match is None:
        return None
    at = [match.start("name") + piece.start() for piece in _PIECE.finditer(match["name"])][-3:]
    for begin in at:
        found = name_in(WHOLE.fullmatch(text, begin, match.end("name")), lexicon, must_be_given=True)
        if found is not None and not lexicon.is_word(text[found.start : found.end].split()[0]):
            return found
    return None


def signed(text: str, lexicon: Lexicon) -> list[Span]:
    """Single given names without a capital that end a message, or stand after a dash on a line of their own."""
    found = []
    for match in _SIGNED.finditer(text):
        word = fold(match["name"])
        if lexicon.flags(word) & GIVEN and not lexicon.is_word(word):
            found.append(Span(match.start("name"), match.end("name")))
    return found
