"""Finds the value that an agent asked for in a customer's turn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.names.lexicon import Lexicon, fold
from smelt.pii.detect.names.runs import tokens
from smelt.pii.detect.spoken.dates import HINT, dates
from smelt.pii.detect.spoken.emails import emails
from smelt.pii.detect.spoken.numbers import WINDOW, label
from smelt.pii.detect.spoken.questions import answer_span
from smelt.pii.detect.spoken.symbols import STRONG, digit_runs, read

Answer = tuple[str, int, int, float]
NUMBERS = frozenset(("US_SSN", "CREDIT_CARD", "ACCOUNT_NUMBER", "PHONE"))
SHORT_WORDS = 8


def answers(text: str, asked: tuple[str, ...], lexicon: Lexicon, *, again: bool) -> Iterator[Answer]:
    """(entity, start, end, confidence) of answers in ``text``; ``again``: an earlier turn has already answered."""
    span = answer_span(text)
    if span is None:
        return
    start, end = span
    answer = text[start:end]
    words = len(answer.split())
    alone = len(asked) == 1
    for entity in asked:
        if entity == "DATE_OF_BIRTH":
            yield from _born(text, start, end, alone, again)
        elif entity == "UK_POSTCODE":
            if alone and words <= 16 and not (again and words > 6):
                said = any(symbol.strength == STRONG for symbol in read(answer))
                if said or words <= 4:
                    yield entity, start, end, 0.93 if said else 0.6
        elif entity in NUMBERS:
            for digits, first, last, _ in digit_runs(read(answer)):
                labelled = label(text[max(0, start + first - WINDOW) : start + first], len(digits))
                if len(digits) >= (3 if alone else 4) and labelled in (None, entity):
                    yield entity, start + first, start + last, 0.8
        elif entity == "EMAIL":
            yield from _email(text, start, end, alone)
        elif entity == "PERSON":
            yield from _person(text, start, end, lexicon, alone, again)
        elif alone and entity in ("SECRET", "USERNAME"):
            if words <= 4 and not again:
                yield entity, start, end, 0.75
        elif alone and entity == "STREET_ADDRESS" and not again:
            yield from _address(text, start, end)


def _address(text: str, start: int, end: int) -> Iterator[Answer]:
    """An address: the answer up to a long number, which is a phone number."""
    number = _LONG_NUMBER.search(text, start, end)
    end = number.start() if number else end
    words = len(text[start:end].split())
    if words and words <= 14 and (words <= 6 or any(c.isdigit() for c in text[start:end])):
        yield "STREET_ADDRESS", start, end, 0.7


_LONG_NUMBER = re.compile(
    r"[\s,]+(?:(?:phone|ph|mobile|contact|number|no|and|is)\b[\s.:]*)*(?:\d[ -]?){9,}", re.I
)
_AFTER_NAME = re.compile(
    r"[\s,]*(?:\band\s+(?=\S*\d|my\b|the\b)|(?<![a-z])\d|\b(?:ssn|acc?|account|pass\w*|card|credit|my"
    r"|booking|confirm\w*|number|no|phone|ph|address|e-?mail|from|calling|last)\b)",
    re.I,
)


def _born(text: str, start: int, end: int, alone: bool, again: bool) -> Iterator[Answer]:
    found = False
    for date in dates(text):
        if date.start >= start - 4:
            found = True
            yield "DATE_OF_BIRTH", date.start, date.end, 0.92
    hinted = found or HINT.search(text, start, end) is not None
    if alone and len(text[start:end].split()) <= SHORT_WORDS and (hinted or not again):
        sure = 0.8 if hinted else 0.6
        yield "DATE_OF_BIRTH", start, end, sure


def _email(text: str, start: int, end: int, alone: bool) -> Iterator[Answer]:
    found = [("EMAIL", first, last, max(sure, 0.85)) for first, last, sure in emails(text)]
    yield from found
    answer = text[start:end].lower()
    if alone and not found and "@" not in answer and len(answer.split()) <= 12:
        addressed = any(part in answer for part in (" at ", "dot", "com", "mail", "yahoo"))
        if addressed or len(answer.split()) <= 3:
            yield "EMAIL", start, end, 0.75 if addressed else 0.55


def _person(text: str, start: int, end: int, lexicon: Lexicon, alone: bool, again: bool) -> Iterator[Answer]:
    """A name: the whole answer if short or spelled; dictionary words lower the confidence."""
    symbols = read(text[start:end])
    spelled = sum(symbol.strength == STRONG for symbol in symbols) * 2 >= len(symbols)
    if not spelled and (rest := _AFTER_NAME.search(text, start, end)):
        end, alone = rest.start(), False
    answer = text[start:end]
    pieces = answer.split()
    if not pieces:
        return
    plain = [
        not t.text[0].isupper() and len(t.text) > 2 and fold(t.text) in lexicon.words
        for t in tokens(text, start, end)
    ]
    if not alone and (any(plain) or len(pieces) > 4):
        return
    if again and not spelled and (any(plain) or len(pieces) > 3):
        return
    if len(pieces) <= 6 or (spelled and len(pieces) <= 30):
        doubtful = bool(plain) and all(plain) and not spelled
        if doubtful and len(pieces) > 3:
            return
        yield "PERSON", start, end, 0.6 if doubtful else 0.8
