"""Dates, and among them dates of birth by the words or the question before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.scene import DIGIT, Family, Hit, Scene, any_case

DATE = "DATE_TIME"
BIRTH = "DATE_OF_BIRTH"

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
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
    rf"(?<![\w/.-])(?:{_MON} {_DAY} {_YEAR}|{_DAY} {_MON} {_YEAR}|{_YEAR} {_MON} {_DAY}|{_MON}[/.-]{_DAY}[/.-][0-9]{{2,4}}"
    rf"|{_DAY}(?:st|nd|rd|th)?(?: of)? {_MONTH}\.?(?:,? (?:{_YEAR}|[0-9]{{2}}))?|{_MONTH}\.? {_DAY}(?:st|nd|rd|th)?(?:,? (?:{_YEAR}|[0-9]{{2}}))?"
    rf"|[01][0-9][0-3][0-9]{_YEAR}|{_YEAR}[01][0-9][0-3][0-9])(?![\w/])",
    re.IGNORECASE | re.ASCII,
)
_WORDS = re.compile(
    r"(?<![^\W_])(?:d\.? ?o\.? ?b\.?|dates? of birth|birth ?dates?|birthday|born(?: on)?|birth|geboren(?: am)?|geburtsdatum"
    r"|né[e]? le|date de naissance|fecha de nacimiento|nacid[oa])(?![^\W_])",
    re.IGNORECASE,
)
_WINDOW = 48


def _is_birth(scene: Scene, start: int, end: int) -> bool:
    text = scene.text
    before = text[max(0, start - _WINDOW) : start]
    if _WORDS.search(before) or re.match(r"[\s,(-]{0,3}(?:is |was )?(?:my |his |her )?(?:dob|birthday|date of birth)\b", text[end : end + 30], re.IGNORECASE):
        return True
    return bool(scene.question and _WORDS.search(scene.question[-200:]))


def _find(scene: Scene) -> Iterator[Hit]:
    for match in _DATES.finditer(scene.text):
        if _is_birth(scene, match.start(), match.end()):
            yield Hit(BIRTH, match.start(), match.end(), "pattern.date_of_birth", 0.93)
        else:
            yield Hit(DATE, match.start(), match.end(), "pattern.date", 0.75)


def _find_births(scene: Scene) -> Iterator[Hit]:
    yield from (hit for hit in _find(scene) if hit.entity == BIRTH)
    yield from _find_birth(scene)


def _find_birth(scene: Scene) -> Iterator[Hit]:
    """Looser forms, which count only where a word or a question says that a birth date is meant."""
    for match in _BIRTH_ONLY.finditer(scene.text):
        if _is_birth(scene, match.start(), match.end()):
            yield Hit(BIRTH, match.start(), match.end(), "pattern.date_of_birth_labelled", 0.9)


def families(with_dates: bool) -> tuple[Family, ...]:
    """The families of dates; without ``with_dates`` only dates of birth are looked for."""
    births = Family("date_of_birth", BIRTH_GATE, _find_birth, within=DIGIT, asks=BIRTH_GATE)
    if with_dates:
        return Family("date", GATE, _find, within=DIGIT, asks=BIRTH_GATE), births
    return (Family("date_of_birth", BIRTH_GATE, _find_births, within=DIGIT, asks=BIRTH_GATE),)


BIRTH_GATE = any_case(
    "birth", "born", "dob", "d.o.b", "d. o. b", "d o b", "geboren", "geburt", "naissance", "nacimiento", "nacid", "n\u00e9 le", "n\u00e9e le",
)  # fmt: skip
GATE = (
    r"[0-9][-/.][0-9]{1,2}[-/.][0-9]{2}|(?i-u:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[- ][0-9]"
    r"|[0-9](?:st|nd|rd|th)?,?(?: of)?[- ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
)
