"""Dates, and dates of birth, recognised by words or the question before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.patterns.matching.scene import DIGIT, Family, Hit, Scene, any_case

DATE = "DATE_TIME"
BIRTH = "DATE_OF_BIRTH"

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:1[89]|20)[0-9]{2}"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_MON = r"(?:1[0-2]|0?[1-9])"
_TIME = r"[0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_DATES = re.compile(
    rf"(?<![\w/.-])(?:{_YEAR}-{_MON}-{_DAY}(?:[T ]{_TIME})?"
    rf"|{_YEAR}(?P<m0>[/.]){_MON}(?P=m0){_DAY}"
    rf"|{_MON}(?P<m1>[-/.]){_DAY}(?P=m1)(?:{_YEAR}|[0-9]{{2}})"
    rf"|{_DAY}(?P<m2>[-/.]){_MON}(?P=m2)(?:{_YEAR}|[0-9]{{2}})"
    rf"|{_DAY}-{_MONTH}(?:-(?:{_YEAR}|[0-9]{{2}}))?|{_MONTH}-(?:{_YEAR}|{_DAY})"
    rf"|{_DAY}(?:st|nd|rd|th)?,?(?: of)? {_MONTH}\.?,? {_YEAR}|{_MONTH}\.? {_DAY}(?:st|nd|rd|th)?,? {_YEAR}"
    r")(?![\w/]|[.-][0-9])",
    re.IGNORECASE | re.ASCII,
)
_BIRTH_ONLY = re.compile(
    rf"(?<![\w/.-])(?:{_MON} {_DAY} {_YEAR}|{_DAY} {_MON} {_YEAR}|{_YEAR} {_MON} {_DAY}"
    rf"|{_MON}[/.-]{_DAY}[/.-][0-9]{{2,4}}"
    rf"|{_DAY}(?:st|nd|rd|th)?(?: of)? {_MONTH}\.?(?:,? (?:{_YEAR}|[0-9]{{2}}))?|{_MONTH}\.? {_DAY}(?:st|nd"
    rf"|rd|th)?(?:,? (?:{_YEAR}|[0-9]{{2}}))?"
    rf"|[01][0-9][0-3][0-9]{_YEAR}|{_YEAR}[01][0-9][0-3][0-9])(?![\w/])",
    re.IGNORECASE | re.ASCII,
)
_WORDS = re.compile(
    r"(?<![^\W_])(?:d\.? ?o\.? ?b\.?|dates? of birth|birth ?dates?|birthday|born(?: on)?|birth|geboren(?:"
    r" am)?|geburtsdatum"
    r"|né[e]? le|date de naissance|fecha de nacimiento|nacid[oa])(?![^\W_])",
    re.IGNORECASE,
)
_FIRST = (
    "date of birth",
    "birth",
    "born",
    "dob",
    "d.",
    "d o",
    "geb",
    "n\u00e9",
    "fecha de n",
    "nacid",
    "date de n",
)
"""Prefixes of birth words."""
_WINDOW = 48
"""Most characters from a birth word to a following date; after a date, only the words of ``_AFTER`` may precede it."""
_AFTER = re.compile(
    r"[\s,(-]{0,3}(?:is |was )?(?:my |his |her )?(?:dob|birthday|date of birth|birth ?date)(?![^\W_])",
    re.IGNORECASE,
)
MAX_DATE_CHARS = 36


def _dates(scene: Scene) -> Iterator[Hit]:
    """All dates except dates of birth."""
    births = [(hit.start, hit.end) for hit in _births(scene)]
    for match in _DATES.finditer(scene.text):
        if not any(start < match.end() and match.start() < end for start, end in births):
            yield Hit(DATE, match.start(), match.end(), "pattern.date", 0.75)


def _births(scene: Scene) -> Iterator[Hit]:
    """Dates near a birth word or after a question for a date of birth; looser forms are accepted there."""
    text = scene.text
    if scene.question and _WORDS.search(scene.question[-200:]):
        yield from _born(text, 0, len(text))
        return
    for start in scene.starts(_FIRST):
        word = _WORDS.match(text, start)
        if word is None:
            continue
        yield from _born(text, word.end(), min(len(text), word.end() + _WINDOW), reach=MAX_DATE_CHARS)
        before = max(0, word.start() - MAX_DATE_CHARS - 16)
        for hit in _born(text, before, word.start()):
            if _AFTER.match(text, hit.end):
                yield hit


def _born(text: str, start: int, end: int, reach: int = 0) -> Iterator[Hit]:
    """Dates that begin in ``text[start:end]``; they may end up to ``reach`` characters later."""
    for pattern, confidence in ((_DATES, 0.93), (_BIRTH_ONLY, 0.9)):
        for match in pattern.finditer(text, start, min(len(text), end + reach)):
            if match.start() < end:
                yield Hit(BIRTH, match.start(), match.end(), "pattern.date_of_birth", confidence)


def families(with_dates: bool) -> tuple[Family, ...]:
    """The families of dates; without ``with_dates`` only dates of birth."""
    births = Family("date_of_birth", (BIRTH_PREFILTER,), _births, within=DIGIT, asks=BIRTH_PREFILTER)
    return (births, Family("date", PREFILTERS, _dates, within=DIGIT)) if with_dates else (births,)


BIRTH_PREFILTER = any_case(
    "birth", "born", "dob", "d.o.b", "d. o. b", "d o b", "geboren", "geburt", "naissance", "nacimiento",
    "nacid", "n\u00e9 le", "n\u00e9e le",
)  # fmt: skip
PREFILTERS = (
    r"[0-9][-/.][0-9]{1,2}[-/.][0-9]{2}",
    r"(?i-u:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[- ][0-9])",
    r"[0-9](?i-u:(?:st|nd|rd|th)?,?(?: of)?[- ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
)
