"""Spoken dates, as transcribed by speech recognition: ``the twenty sixth of april nineteen sixty``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary|uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_UNITS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
_TEENS = (
    "tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth"
    "|nineteenth|twentieth|thirtieth"
)
_ORDINAL_WORD = rf"(?:(?:twenty|thirty)[ -](?:{_UNITS})|{_UNITS}|{_TEENS})"
_ORDINAL = rf"(?:\d{{1,2}} ?(?:st|nd|rd|th)|{_ORDINAL_WORD})"
_CARDINAL = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty)(?:[ -](?:one|two|three|four|five|six"
    r"|seven|eight|nine))?)"
)
_DAY = rf"(?:{_ORDINAL}|\d{{1,2}}\b|{_CARDINAL}\b)"
_TWO_DIGITS = (
    r"(?:(?:oh|o|zero)[ -]?(?:one|two|three|four|five|six|seven|eight|nine|\d)|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety)(?:[ -]?(?:one|two|three|four|five|six|seven|eight|nine))?|hundred)"
)
_YEAR = (
    rf"(?:(?:19|20)\d\d\b|(?:19|20|nineteen|twenty)[ -](?:hundred(?: and)?[ -]?)?(?:\d\d\b"
    rf"|{_TWO_DIGITS}\b)|2000(?: and)? (?:\d{{1,2}}\b|{_CARDINAL}\b)"
    rf"|(?:nineteen|two) (?:hundred|thousand)(?: and)?(?: {_CARDINAL}\b| {_TWO_DIGITS}\b)?|(?:nineteen|twenty)\b)"
)
_SHORT_YEAR = rf"(?:'?\d\d\b(?! ?(?:am|pm|:|%))|{_TWO_DIGITS}\b)"
_SEP = r"[ ,./-]{1,3}"
SAID = re.compile(
    rf"(?<![\w.])(?:the )?(?:{_DAY}{_SEP}(?:of )?(?:the )?{_MONTH}|{_MONTH}{_SEP}(?:the )?{_DAY}"
    rf"|{_ORDINAL}{_SEP}(?:of )?(?:the )?{_ORDINAL}|\d{{1,2}}{_SEP}of the{_SEP}\d{{1,2}})"
    rf"(?:{_SEP}(?:of |in )?(?:the year )?(?P<year>{_YEAR}|{_SHORT_YEAR}))?(?!\w)",
    re.I,
)
NUMERIC = re.compile(
    r"(?<![\w./-])(?P<a>\d{1,2}(?:st|nd|rd|th)?)[ ./-]+(?P<b>\d{1,2}(?:st|nd|rd|th)?)[ ./-]+(?P<year>(?:19"
    r"|20)\d\d|19 \d\d|20 \d\d)(?![\w/-])"
    r"|(?<![\w./-])(?P<ab>\d{3,4})[ ./-]+(?P<year2>(?:19|20)\d\d)(?![\w/-])",
)
MONTH_YEAR = re.compile(rf"(?<!\w){_MONTH} (?:of )?(?P<year>(?:19|20)\d\d)(?!\w)", re.I)
LOOSE = re.compile(
    rf"\W*(?:(?:(?:{_DAY}|\d{{1,4}}(?:st|nd|rd|th)?|{_MONTH}|of|the|and|to|too|for|in|on"
    rf"|or)[ ,./-]+){{1,6}})(?P<year>(?:19|20)\d\d|(?:19|20)[ ]\d\d|2000 and \d)\W*",
    re.I,
)
_CHUNKS = re.compile(r"\W*((?:\d{1,6}[ ./-]+)+\d{1,6})\W*")
HINT = re.compile(rf"\d|\b(?:{_MONTH}|{_ORDINAL_WORD}|nineteen|twenty|thousand|{_CARDINAL})\b", re.I)


class SpokenDate(NamedTuple):
    """A date. ``year``: its year if written with four digits, 0 if spoken, None if it has none."""

    start: int
    end: int
    year: int | None


def dates(text: str) -> Iterator[SpokenDate]:
    """The dates of one text, ordered by form, without repeats."""
    full: list[tuple[int, int]] = []
    for match in SAID.finditer(text):
        full.append(match.span())
        yield SpokenDate(match.start(), match.end(), _year(match["year"]))
    for match in NUMERIC.finditer(text):
        if match["ab"] or (
            _small(match["a"], 31)
            and _small(match["b"], 31)
            and min(int(re.sub(r"\D", "", g)) for g in (match["a"], match["b"])) <= 12
        ):
            yield SpokenDate(match.start(), match.end(), _year(match["year"] or match["year2"]))
    for match in MONTH_YEAR.finditer(text):
        if not any(start <= match.start() < end for start, end in full):
            yield SpokenDate(match.start(), match.end(), _year(match["year"]))


def is_date(turn: str) -> bool:
    """Whether a whole turn consists of numbers, ordinals and months ending in a year, or of the eight digits of a
    date."""
    if any(c.isdigit() for c in turn) and LOOSE.fullmatch(turn):
        return True
    chunks = _CHUNKS.fullmatch(turn)
    digits = re.sub(r"\D", "", chunks[1]) if chunks else ""
    return (
        len(digits) == 8
        and _small(digits[:2], 31)
        and _small(digits[2:4], 12)
        and digits[4:6] in ("19", "20")
    )


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    digits = re.sub(r"\D", "", text)
    return int(digits) if len(digits) == 4 else 0


def _small(text: str, highest: int) -> bool:
    return 1 <= int(re.sub(r"\D", "", text)) <= highest
