"""Spoken numbers: determines the kind of a run of spoken digits by its length and the words before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn

from smelt.pii.detect.spoken.symbols import Symbol, digit_runs

_LABELS: tuple[tuple[str, re.Pattern[str], range], ...] = (
    ("", re.compile(r"\b(?:order|case|ticket|tracking|reference|ref|booking|confirmation|version|invoice"
    r"|serial|model|flight|item|product|extension|quantity|price|amount|total)\b", re.I), range(0)),
    ("US_SSN", re.compile(r"\b(?:social(?: security)?|ssn)\b", re.I), range(4, 10)),
    ("CREDIT_CARD", re.compile(r"\b(?:card|visa|mastercard|amex)\b", re.I), range(4, 20)),
    ("SECRET", re.compile(r"\b(?:pin|password|pass ?code|security code|cvv)\b", re.I), range(3, 13)),
    ("ACCOUNT_NUMBER", re.compile(r"\b(?:account|acct|sort code)\b", re.I), range(4, 18)),
    ("UK_NHS", re.compile(r"\bnhs\b", re.I), range(10, 11)),
    ("PHONE", re.compile(r"\b(?:phone|mobile|cell|call|reach|telephone|contact|landline|text|ring|(?:my"
    r"|the) number is)\b", re.I), range(6, 16)),
)  # fmt: skip
WINDOW = 60


def numbers(text: str, symbols: list[Symbol]) -> Iterator[tuple[str, int, int, float]]:
    """(entity, start, end, confidence) of the runs of digits spoken as words.

    Written digits are left to the pattern detector.
    """
    for digits, start, end, spoken in digit_runs(symbols):
        if not spoken or len(digits) < 3:
            continue
        before = text[max(0, start - WINDOW) : start]
        labelled = label(before, len(digits))
        if labelled == "":
            continue
        if labelled:
            yield labelled, start, end, 0.85
        elif len(digits) in (15, 16) and luhn.is_valid(digits):
            yield "CREDIT_CARD", start, end, 0.9
        elif 10 <= len(digits) <= 13:
            yield "PHONE", start, end, 0.7
        elif 13 < len(digits) <= 19:
            yield "CREDIT_CARD", start, end, 0.6
        elif 7 <= len(digits) <= 9:
            yield "PHONE", start, end, 0.55


def label(before: str, digits: int) -> str | None:
    """The entity of the nearest label before a number; "" if the label is of a thing, None without a label."""
    nearest: tuple[int, str] | None = None
    for entity, pattern, lengths in _LABELS:
        for match in pattern.finditer(before):
            if (not entity or digits in lengths) and (nearest is None or match.end() >= nearest[0]):
                nearest = match.end(), entity
    return None if nearest is None else nearest[1]
