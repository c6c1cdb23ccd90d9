"""Numbers of the United States: SSN, ITIN, routing and bank account numbers, passport, driver licence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.us import rtn

from smelt.pii.config import ReservedRanges
from smelt.pii.detect.patterns.matching.scene import RESERVED, Hit
from smelt.pii.detect.patterns.numbers import Judge, Run

SSN, ITIN, ABA, PASSPORT, LICENSE, ACCOUNT = (
    "US_SSN", "US_ITIN", "US_ABA", "US_PASSPORT", "US_DRIVER_LICENSE", "ACCOUNT_NUMBER",
)  # fmt: skip

PUBLISHED_SSNS = frozenset(
    {"078051120", "219099999", "457555462", *(f"98765432{last}" for last in range(10))}
)
"""SSNs printed in advertisements and sample forms, hence invalid (SSA, "Meaning of the Social Security Number")."""

_NINE = re.compile(r"(?<![0-9])[0-9]{3}(?P<first>[ \-.]?)[0-9]{2}(?P<second>[ \-.]?)[0-9]{4}(?![0-9])")
_ABA = re.compile(r"(?<![0-9])(?:[0-9]{9}|[0-9]{4}-[0-9]{4}-[0-9])(?![0-9])")
_ITIN_GROUPS = frozenset((*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)))
"""Possible middle pairs of digits of an ITIN (IRS, Internal Revenue Manual 3.21.263)."""


def is_ssn(digits: str) -> bool:
    """Whether nine digits can be an SSN: never area 000, 666 or 9xx, group 00, serial 0000 (SSA, since 2011)."""
    if digits[0] == "9" or digits[:3] in ("000", "666") or digits[3:5] == "00" or digits[5:] == "0000":
        return False
    return len(set(digits)) > 1


def is_itin(digits: str) -> bool:
    """Whether nine digits can be an ITIN."""
    return digits[0] == "9" and int(digits[3:5]) in _ITIN_GROUPS


def is_aba(digits: str) -> bool:
    """Whether nine digits are a routing number: checksum, and a Federal Reserve prefix."""
    prefix = int(digits[:2])
    return (1 <= prefix <= 12 or 21 <= prefix <= 32 or 61 <= prefix <= 72 or prefix == 80) and rtn.is_valid(
        digits
    )


def judge(reserved: ReservedRanges) -> Judge:
    """Judges runs of digits as numbers of the United States."""

    def american(run: Run) -> Iterator[Hit]:
        if run.is_glued:
            return
        count = len(run.digits)
        if count >= 9:
            yield from _nine(run, reserved)
            yield from _routing(run)
        yield from _labelled(run)

    return Judge(3, american)


def _nine(run: Run, reserved: ReservedRanges) -> Iterator[Hit]:
    for match, part in run.matches(_NINE):
        digits = part.digits
        if reserved.ssns == "ignore" and digits in PUBLISHED_SSNS:
            yield Hit(RESERVED, match.start(), match.end(), "pattern.us_ssn", 1.0)
            continue
        if is_ssn(digits):
            entity, label = SSN, "ssn"
        elif is_itin(digits):
            entity, label = ITIN, "tax"
        else:
            continue
        reading = part.reading
        marks = {match["first"], match["second"]}
        if reading.says(label, "ssn", "tax"):
            confidence = 0.97 if marks != {""} else 0.95
        elif marks == {" "} and _is_unit(part):
            continue
        elif len(marks) == 1 and marks != {""}:
            confidence = (
                0.5
                if reading.direct == "veto" or _is_inside(run, part)
                else 0.9
                if " " not in marks
                else 0.85
            )
        elif part.is_bare:
            confidence = 0.55
        else:
            continue
        yield Hit(entity, match.start(), match.end(), f"pattern.{entity.lower()}", confidence)


def _is_inside(run: Run, part: Run) -> bool:
    """Whether more digits are joined by a hyphen or dot, so that it is part of a longer number."""
    text = run.scene.text
    return text[part.start - 1 : part.start] in ("-", ".") or (
        text[part.end : part.end + 1] in ("-", ".") and text[part.end + 1 : part.end + 2].isdigit()
    )


def _is_unit(part: Run) -> bool:
    """Whether its first group is the number of a suite or flat, as in ``Suite 680 36 4022 Oakridge Lane``."""
    return _UNIT_BEFORE.search(part.scene.text[max(0, part.start - 12) : part.start]) is not None


_UNIT_BEFORE = re.compile(r"\b(?:suite|ste|apt|apartment|unit|flat|room)\b\.? ?#?$", re.IGNORECASE)


def _routing(run: Run) -> Iterator[Hit]:
    for match, part in run.matches(_ABA):
        if not is_aba(part.digits):
            continue
        if part.reading.says("routing"):
            confidence = 0.97
        elif "-" in match.group():
            confidence = 0.8
        elif part.is_bare or (part.reading.says("account") and part.reading.direct != "veto"):
            confidence = 0.6
        else:
            continue
        yield Hit(ABA, match.start(), match.end(), "pattern.us_aba", confidence)


def _labelled(run: Run) -> Iterator[Hit]:
    """Numbers recognised only by their label: the last four of an SSN, licence and passport numbers without letters."""
    count = len(run.digits)
    direct = run.reading.label
    if run.reading.is_currency:
        return
    if direct == "ssn" and count == 9 and not is_ssn(run.digits):
        yield Hit(ACCOUNT, run.start, run.end, "pattern.us_ssn_like", 0.6)
    elif direct == "ssn" and 3 <= count <= 11:
        yield Hit(SSN, run.start, run.end, "pattern.us_ssn_labelled", 0.8)
    elif direct == "tax" and count == 9 and not is_ssn(run.digits) and not is_itin(run.digits):
        yield Hit(ACCOUNT, run.start, run.end, "pattern.us_itin_like", 0.6)
    elif direct == "licence" and 6 <= count <= 14:
        yield Hit(LICENSE, run.start, run.end, "pattern.us_driver_license", 0.85)
    elif direct == "passport" and count in (8, 9):
        yield Hit(PASSPORT, run.start, run.end, "pattern.us_passport", 0.9)
    elif direct == "routing" and count == 9:
        yield Hit(ABA, run.start, run.end, "pattern.us_aba_labelled", 0.7)
    elif "licence" in run.reading.nearby and 7 <= count <= 14 and direct != "veto":
        yield Hit(LICENSE, run.start, run.end, "pattern.us_driver_license", 0.6)
    elif "passport" in run.reading.nearby and count == 9 and direct != "veto":
        yield Hit(PASSPORT, run.start, run.end, "pattern.us_passport", 0.6)
    elif run.is_bare and count == 9 and is_itin(run.digits):
        yield Hit(PASSPORT, run.start, run.end, "pattern.us_passport_bare", 0.5)
