"""Telephone numbers: by number plan, format and context words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.config import ReservedRanges
from smelt.pii.detect.patterns.matching.scene import RESERVED, Hit
from smelt.pii.detect.patterns.numbers import Judge, Run, is_compact_date
from smelt.pii.detect.patterns.phone_groups import (
    DATE,
    DECIMAL,
    DOTTED_QUAD,
    EXTENSION,
    MAX_DIGITS,
    MIN_DIGITS,
    OTHER_NUMBERS,
    grouped_within,
    otherwise_grouped,
    touches_letters,
)
from smelt.pii.detect.patterns.phone_plans import NANP_REGIONS, TRUNK_REGIONS, is_trunk, is_valid

PHONE = "PHONE"
_NANP = re.compile(
    r"(?<![0-9])(?:(?:\+|00|011[ -])?1[ \-./]{0,2}|001[ \-./]{0,2})?"
    r"(?:\([0-9]{3}\)[ \-./]{0,2}[0-9]{3}[ \-.][0-9]{4}|\([0-9]{3}\) ?[0-9]{7}"
    r"|[0-9]{3}(?P<mark>[ \-./])[0-9]{3}(?P=mark)[0-9]{4}|[0-9]{3}[\-.][0-9]{3}[ \-.]?[0-9]{4}|[0-9]{3}"
    r" [0-9]{3}[\-.][0-9]{4})"
    r"(?![0-9])"
)
_PREFIX = re.compile(r"(?:\+ ?\(?|\(?00|\(\+) ?[0-9]")
_DAY_OF_YEAR = re.compile(r"(?:3[01]|[12][0-9]|0?[1-9])/(?:3[01]|[12][0-9]|0?[1-9])/(?:19|20)[0-9]{2}")
_MINUTES = re.compile(r":[0-5][0-9](?![0-9])")
_AREA = re.compile(r"\([0-9]{2,6}\)")
_TRUNK = re.compile(r"\(?0[0-9]")
_PAIRS = re.compile(r"[0-9]{2}([ \-.])[0-9]{2}\1[0-9]{2}(?:\1[0-9]{2}){1,2}")
_LOCAL = re.compile(r"[2-9][0-9]{2}-[0-9]{4}")
_GROUPED = re.compile(
    r"\(?[0-9]{2}\)?[ \-][0-9]{4,5}-[0-9]{4}|[0-9]{3}-[0-9]{4}-[0-9]{4}|[0-9]{2,3}-[0-9]{3}-[0-9]{4}|[78]"
    r" ?\(?[0-9]{3}\)? ?[0-9]{3}-[0-9]{2}-[0-9]{2}"
)
"""Hyphenated groups as written in Brazil, Japan and Russia."""
_CALLED = re.compile(r"(?:1|44|61|91)[ \-][2-9][0-9]{9}")
"""A country code followed by ten digits without separators."""
_AREA_THEN_REST = re.compile(r"[2-9][0-9]{2} [0-9]{7}")
_POSTCODE_LIKE = re.compile(r"[0-9]{5}-[0-9]{3}")


def judge(reserved: ReservedRanges, regions: tuple[str, ...]) -> Judge:
    """Judges runs of digits as telephone numbers; ``regions`` are the plans for national numbers."""

    def phones(run: Run) -> Iterator[Hit]:
        formatted = [part for _, part in run.matches(_NANP)]
        within = [] if formatted or run.reading.says("phone") else list(grouped_within(run, regions))
        if within:
            for part in within:
                yield Hit(PHONE, _opening(run, part), _end(part), "pattern.phone_grouped", 0.8)
            return
        for part in otherwise_grouped(run, formatted, regions):
            yield Hit(PHONE, _opening(run, part), _end(part), "pattern.phone_grouped", 0.8)
        for part in formatted or [run]:
            part = _with_country_code(run, part) if formatted else part
            confidence = _formatted(part) if formatted else _other(part, regions)
            if confidence:
                start = _opening(run, part)
                is_ignored = reserved.phones == "ignore" and is_fictional(part.digits)
                yield Hit(RESERVED if is_ignored else PHONE, start, _end(part), "pattern.phone", confidence)

    return Judge(MIN_DIGITS, phones)


def is_fictional(digits: str) -> bool:
    """Whether it is in a range reserved for fiction: 555-0100 to 555-0199 (NANPA), 020 7946 0xxx (Ofcom)."""
    return digits[-7:-2] == "55501" or digits[-10:-3] in ("2079460", "1632960", "7700900")


def _opening(run: Run, part: Run) -> int:
    """The start, including a bracket or plus sign."""
    text = run.scene.text
    start = part.start
    while start > run.start and text[start - 1] in "(+":
        start -= 1
    return start


def _end(part: Run) -> int:
    extension = EXTENSION.match(part.scene.text, part.end)
    return extension.end() if extension else part.end


def _with_country_code(run: Run, part: Run) -> Run:
    """Include a country code of one to three digits before: ``91-415-555-0132``."""
    if part.start == run.start:
        return part
    before = run.scene.text[run.start : part.start]
    if re.fullmatch(r"\+? ?[0-9]{1,3}[\-. ]", before) and (before[-1] != " " or before[0] == "+"):
        return run.part(run.start, part.end)
    return part


def _formatted(part: Run) -> float:
    """Confidence of a number in North American grouping, which is sufficient unless a label contradicts."""
    if touches_letters(part):
        return 0.0
    reading = part.reading
    if reading.says("phone"):
        return 0.95
    if reading.direct == "veto" or reading.is_currency:
        return 0.3
    if reading.direct in OTHER_NUMBERS:
        return 0.45
    if part.is_bare and not is_valid(part.digits, "US"):
        return 0.5  # ten ungrouped digits that are invalid in the plan: another number is as likely
    spaced = set(part.text) <= set("0123456789 ")
    return 0.7 if spaced else 0.85


def _other(part: Run, regions: tuple[str, ...]) -> float:
    """Confidence of any other run: an international prefix, a known plan, or a label."""
    text, digits, reading = part.text, part.digits, part.reading
    count = len(digits)
    if count > MAX_DIGITS + 3 or touches_letters(part):
        return 0.0
    if DOTTED_QUAD.fullmatch(text) or (DATE.search(text) and not reading.says("phone")):
        return 0.0
    if _DAY_OF_YEAR.fullmatch(text) or _MINUTES.match(part.scene.text, part.end):
        return 0.0
    if len(set(digits)) == 1 and not (reading.says("phone") or reading.has_number_word):
        return 0.0
    if reading.is_currency or reading.direct == "veto":
        return 0.0
    if _PREFIX.match(text) and 8 <= count <= MAX_DIGITS + 2:
        if (
            text[0] != "+"
            and text[:2] != "(+"
            and not reading.says("phone")
            and not is_valid("+" + digits[2:], None)
        ):
            return 0.0
        return 0.95 if reading.says("phone") or is_valid("+" + digits.removeprefix("00"), None) else 0.8
    if count > MAX_DIGITS:
        return 0.0
    if reading.direct in OTHER_NUMBERS:
        return 0.0
    labelled = reading.says("phone")
    if (
        labelled
        and not reading.nearby.isdisjoint(OTHER_NUMBERS)
        and reading.direct != "phone"
        and reading.after != "phone"
    ):
        labelled = False
    grouped = text.strip("(+") != digits
    if labelled:
        if count >= 7 or grouped:
            return 0.9 if reading.names("phone") else 0.75
        return 0.6 if reading.direct == "phone" else 0.0
    if 7 <= count <= 13 and _is_lettered(part):
        return 0.7
    if not grouped:
        return _unformatted(part, regions)
    if _TRUNK.match(text) and 8 <= count <= 13 and not _POSTCODE_LIKE.fullmatch(text):
        return 0.7 if is_trunk(digits, regions) else 0.55
    if DECIMAL.fullmatch(text):
        return 0.0
    if _CALLED.fullmatch(text) or (part.scene.is_plain and _AREA_THEN_REST.fullmatch(text)):
        return 0.55
    if _GROUPED.fullmatch(text):
        return 0.52
    if _LOCAL.fullmatch(text) or _PAIRS.fullmatch(text):
        return 0.55
    if _AREA.match(text) and 8 <= count <= 13:
        return 0.6
    if reading.has_number_word and 7 <= count <= 12 and "veto" not in reading.nearby:
        return 0.6
    if part.is_bare and 7 <= count <= 11:
        return 0.55
    return 0.0


_LETTER = re.compile(r"(?:\A|[\n|•·])[ \t]*\(?[TMPFCHWDO]\)?[.:]?[ \t]{1,3}[(+]{0,2}\Z")
_LINE_ENDS = re.compile(r"[ \t]*(?:\Z|[\n\r|•·])")


def _is_lettered(part: Run) -> bool:
    """``T 8947958083`` in a signature: a letter for telephone, mobile, fax or work, the number, and nothing else."""
    text = part.scene.text
    return (
        _LETTER.search(text, max(0, part.start - 12), part.start) is not None
        and _LINE_ENDS.match(text, part.end) is not None
        and not is_compact_date(part.text)
    )


def _unformatted(part: Run, regions: tuple[str, ...]) -> float:
    """Confidence of ungrouped digits without label: a valid number of a configured plan, or a bare answer."""
    digits, reading = part.digits, part.reading
    count = len(digits)
    if is_compact_date(digits):
        return 0.0
    if "veto" in reading.nearby or not 7 <= count <= 13 or (count > 11 and not reading.has_number_word):
        return 0.0
    if not _stands_free(part):
        return 0.0
    if count == 7 or count == 8:
        return 0.515 if part.is_bare or (part.scene.is_plain and reading.has_number_word) else 0.0
    if reading.has_number_word and not (reading.nearby & OTHER_NUMBERS):
        return 0.6
    if count < 10 and part.is_bare:
        return 0.5
    if digits[0] == "0" and 9 <= count <= 12:
        return 0.52 if is_trunk(digits, regions) else 0.0
    if count < 10:
        planned = (region for region in regions if region not in (*TRUNK_REGIONS, *NANP_REGIONS))
        return 0.52 if count == 9 and any(is_valid(digits, region) for region in planned) else 0.0
    if _is_epoch(digits) or _UNIT.match(part.scene.text, part.end):
        return 0.0
    if any(is_valid(digits, region) for region in regions if region not in TRUNK_REGIONS or region == "IT"):
        return 0.55
    return 0.515 if count <= 11 and (part.is_bare or part.scene.is_plain) else 0.0


def _is_epoch(digits: str) -> bool:
    """Whether it looks like a Unix time of 2001 to 2036, in seconds to nanoseconds."""
    return len(digits) in (10, 13, 16, 19) and "1" <= digits[0] <= "2" and digits[:2] <= "20"


_UNIT = re.compile(
    r" ?(?:bytes?|[kmgt]i?b|bits?|ms|µs|ns|sec(?:onds?|s)?|millis\w*|px|pixels?|rows?|lines?|records?|items?|ticks)\b",
    re.IGNORECASE,
)


def _stands_free(part: Run) -> bool:
    """Whether it is surrounded by spaces or sentence punctuation, not by characters of code, tables and links."""
    text = part.scene.text
    before, after = text[part.start - 1 : part.start], text[part.end : part.end + 1]
    return before in _FREE_BEFORE and after in _FREE_AFTER


_FREE_BEFORE = frozenset({"", *" \n\t\r\"'(:;,"})
_FREE_AFTER = frozenset({"", *" \n\t\r\"').,;:!?"})
