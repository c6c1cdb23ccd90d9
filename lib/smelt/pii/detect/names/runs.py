"""Runs of capitalised words, the shape of a written name: ``Donald van der Voet``, ``J. M. O'Brien``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from smelt.pii.detect.names.words import words
from smelt.pii.detect.prefilters import matches

UPPER = "".join(chr(c) for c in range(0x41, 0x1F00) if chr(c).isupper() and chr(c).lower() != chr(c))
_UPPER = f"[{UPPER}]"
_LETTER = r"[^\W\d_]"
_CONTRACTION = r"(?:ll|re|ve|s|d|t|m)\b"
_PARTICLE = r"(?:van|von|vander|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|ben|abu|af|zu|ter|ten)"


def _run(upper: str, letter: str, flags: re.RegexFlag) -> re.Pattern[str]:
    rest = rf"(?:[.](?=\s?{upper})|{letter}*(?:(?:['’](?!{_CONTRACTION})|-){letter}+)*)"
    return re.compile(
        rf"{upper}(?<![^\W_]{upper})(?<![@/.#-]{upper})(?<!\w_{upper}){rest}"
        rf"(?:[ \u00a0]{{0,2}}(?:{_PARTICLE}[ ]){{0,2}}(?<!{letter}){upper}{rest}){{0,5}}(?![^\W_]|_\w|@|[.]\w)",
        flags,
    )


RUN = _run(_UPPER, _LETTER, re.UNICODE)
ASCII_RUN = _run("[A-Z]", "[A-Za-z]", re.ASCII)
"""RUN for ASCII-only text; twice as fast."""

TOKEN = re.compile(rf"{_LETTER}(?:{_LETTER}|['’](?!{_CONTRACTION}){_LETTER}|-{_LETTER})*", re.UNICODE)
PARTICLES = words("particles")


class Token(NamedTuple):
    """One word of a text: its text and code points."""

    text: str
    start: int
    end: int


_new = tuple.__new__
"""Creates a Token without its constructor, in half the time."""


def tokens(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[Token]:
    """The words of ``text[start:end]``, without digits and punctuation; the ``s`` of a possessive is one by itself."""
    for match in TOKEN.finditer(text, start, min(end, len(text))):
        yield _new(Token, (match.group(), *match.span()))


def capitalised_runs(text: str, skip: set[str] | frozenset[str] = frozenset()) -> Iterator[tuple[int, str]]:
    """Runs of adjacent capitalised words, with particles between them: (start, run).

    A run ends at punctuation (except the dot of an initial), digits and line ends. Runs whose whole text is in
    ``skip``, the majority, are skipped quickly.
    """
    pattern = ASCII_RUN if text.isascii() else RUN
    if skip and skip.issuperset(pattern.findall(text)):
        return
    for match in pattern.finditer(text):
        run = match.group()
        if run not in skip:
            yield match.start(), run


def run_tokens(run: str) -> list[Token]:
    """The words of a run, without particles at its end."""
    if " " not in run and "." not in run and "\u00a0" not in run:
        return [Token(run, 0, len(run))]
    found = list(tokens(run))
    while found[-1].text in PARTICLES:
        found.pop()
    return found


OPENING = " \t\"'“”‘’([{*_>-–•"
"""Characters between the end of a sentence and the first word of the next."""


def starts_sentence(text: str, start: int) -> bool:
    """Whether the word at ``start`` begins a sentence, so that its capital has no meaning."""
    before = text[max(0, start - 4) : start].rstrip(OPENING)
    return not before or before[-1] in ".!?:;\n\r…" or (start < 4 and not before.strip())


def lower(text: str) -> str:
    """Lower case of equal length: capitals with a longer lower case (``İ``) are kept, so that offsets stay valid."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return lower_each(text)


def lower_each(text: str) -> str:
    """Lower case, each character by itself, of equal length."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def cased(texts: pl.Series) -> list[bool]:
    """For each text, whether its case is meaningful: neither (nearly) all upper nor all lower case."""
    upper = texts.str.count_matches(r"[A-Z]|[À-ÞΑ-ΩА-Я]").to_numpy()
    length = texts.str.len_chars().to_numpy()
    has_lower = matches(texts, r"\p{Ll}")
    return (has_lower & (upper > 0) & ((upper < 4) | (upper * 3 <= length))).tolist()  # type: ignore[no-any-return]
