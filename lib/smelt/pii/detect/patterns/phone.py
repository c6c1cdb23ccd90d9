"""Telephone numbers: by number plan, format and context words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from smelt.pii.config import ReservedRanges
from smelt.pii.detect.patterns.matching.scene import RESERVED, Hit
from smelt.pii.detect.patterns.numbers import Judge, Run, is_compact_date

PHONE = "PHONE"
MIN_DIGITS, MAX_DIGITS = 6, 15
"""The longest number has 15 digits (ITU-T E.164, 6.1); fewer than six are an extension or a short code."""

_NANP = re.compile(
    r"(?<![0-9])(?:(?:\+|00|011[ -])?1[ \-./]{0,2}|001[ \-./]{0,2})?"
    r"(?:\([0-9]{3}\)[ \-./]{0,2}[0-9]{3}[ \-.][0-9]{4}|\([0-9]{3}\) ?[0-9]{7}"
    r"|[0-9]{3}(?P<mark>[ \-./])[0-9]{3}(?P=mark)[0-9]{4}|[0-9]{3}[\-.][0-9]{3}[ \-.]?[0-9]{4}|[0-9]{3}"
    r" [0-9]{3}[\-.][0-9]{4})"
    r"(?![0-9])"
)
_PREFIX = re.compile(r"(?:\+ ?\(?|\(?00|\(\+) ?[0-9]")
_EXTENSION = re.compile(
    r"[,;]? ?(?:x|ext\.?|extn\.?|extension|durchwahl|poste|#)[ :.]?[0-9]{1,7}(?![0-9])", re.IGNORECASE
)
_DATE = re.compile(
    r"(?<![0-9])(?:(?:19|20)[0-9]{2}(?P<a>[\-./ ])(?:1[0-2]|0?[1-9])(?P=a)(?:3[01]|[12][0-9]|0?[1-9])"
    r"|(?:3[01]|[12][0-9]|0?[1-9])(?P<b>[\-./])(?:3[01]|[12][0-9]|0?[1-9])(?P=b)(?:(?:19|20)[0-9]{2}"
    r"|[0-9]{2})"
    r"|(?:19|20)[0-9]{2} ?- ?(?:19|20)[0-9]{2})(?![0-9]|[\-./][0-9])"
)
_DAY_OF_YEAR = re.compile(r"(?:3[01]|[12][0-9]|0?[1-9])/(?:3[01]|[12][0-9]|0?[1-9])/(?:19|20)[0-9]{2}")
_MINUTES = re.compile(r":[0-5][0-9](?![0-9])")
_DOTTED_QUAD = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_DECIMAL = re.compile(r"[0-9]+[.][0-9]+|[0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]+/[0-9]+")
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
_OTHER_NUMBERS = frozenset({
    "card", "ssn", "tax", "account", "routing", "passport", "licence", "health", "nino", "sin", "npi", "pin",
    "postcode",
    "iban", "wallet", "birth", "ip", "medical",
})  # fmt: skip


def judge(reserved: ReservedRanges, regions: tuple[str, ...]) -> Judge:
    """Judges runs of digits as telephone numbers; ``regions`` are the plans for national numbers."""

    def phones(run: Run) -> Iterator[Hit]:
        formatted = [part for _, part in run.matches(_NANP)]
        within = [] if formatted or run.reading.says("phone") else list(grouped_within(run, regions))
        if within:
            for part in within:
                yield Hit(PHONE, _opening(run, part), _end(part), "pattern.phone_grouped", 0.8)
            return
        for part in _otherwise_grouped(run, formatted, regions):
            yield Hit(PHONE, _opening(run, part), _end(part), "pattern.phone_grouped", 0.8)
        for part in formatted or [run]:
            part = _with_country_code(run, part) if formatted else part
            confidence = _formatted(part) if formatted else _other(part, regions)
            if confidence:
                start = _opening(run, part)
                is_ignored = reserved.phones == "ignore" and is_fictional(part.digits)
                yield Hit(RESERVED if is_ignored else PHONE, start, _end(part), "pattern.phone", confidence)

    return Judge(MIN_DIGITS, phones)


def _otherwise_grouped(run: Run, formatted: list[Run], regions: tuple[str, ...]) -> Iterator[Run]:
    """A number in American grouping together with another that overlaps it: ``912 966 864 8939`` begins with one of
    Portugal."""
    if not formatted or run.reading.says("phone") or not set(run.text) <= _DIGITS_AND_SPACES:
        return
    for part in grouped_within(run, regions):
        for other in formatted:
            if part.start < other.start < part.end or part.start < other.end < part.end:
                yield run.part(min(part.start, other.start), max(part.end, other.end))


_DIGITS_AND_SPACES = frozenset("0123456789 ")


def grouped_within(run: Run, regions: tuple[str, ...]) -> Iterator[Run]:
    """Numbers grouped as in their plan, next to other digits: ``Order 4711 020 7946 0958``.

    A plan without a trunk prefix counts only for a configured region, or if its grouping is unique.
    """
    groups = [match.span() for match in _GROUP.finditer(run.scene.text, run.start, run.end)]
    if (
        not 2 <= len(groups) <= MAX_GROUPS
        or len(run.digits) < MIN_DIGITS + 2
        or _DOTTED_QUAD.fullmatch(run.text)
    ):
        return
    if run.reading.direct in _OTHER_NUMBERS or {end - start for start, end in groups[:3]} == {4}:
        return
    first = 0
    while first < len(groups) - 1:
        for last in range(min(len(groups), first + 6), first + 1, -1):
            part = run.part(groups[first][0], groups[last - 1][1])
            if _is_grouped_as_planned(part, groups[first:last], regions) and not _touches_letters(part):
                last = _later(run, groups, first, last, regions)
                yield run.part(groups[first][0], groups[last - 1][1])
                first = last
                break
        else:
            first += 1


def _later(run: Run, groups: list[tuple[int, int]], first: int, last: int, regions: tuple[str, ...]) -> int:
    """The last group of the number that begins at the group ``first``, or of another number that overlaps it.

    Nothing tells whether 273 or 373 of ``Room 273 512 272 373`` is the room, so all groups are replaced.
    """
    for begin in range(first + 1, last):
        for end in range(min(len(groups), begin + 6), last, -1):
            part = run.part(groups[begin][0], groups[end - 1][1])
            if _is_grouped_as_planned(part, groups[begin:end], regions) and not _touches_letters(part):
                return end
    return last


_GROUP = re.compile(r"[0-9]+")
MAX_GROUPS = 12
_OWN_GROUPS = frozenset({("ES", (3, 2, 2, 2)), ("PL", (2, 3, 2, 2)), ("IT", (3, 3, 4)), ("IT", (2, 4, 4))})


def _is_grouped_as_planned(part: Run, groups: list[tuple[int, int]], regions: tuple[str, ...]) -> bool:
    sizes = tuple(end - start for start, end in groups)
    text = part.scene.text
    before = text[max(0, groups[0][0] - 2) : groups[0][0]]
    digits = part.digits
    if "+" in before:
        return _groups_of("+" + digits, None) is not None
    if (
        sizes in ((3, 2, 4), (5, 4))
        or not 8 <= len(digits) <= 12
        or _DATE.search(part.text)
        or max(sizes) > 8
    ):
        return False
    if digits[0] == "0":
        return any(
            _groups_of(digits, region) == sizes for region in dict.fromkeys((*regions, *TRUNK_REGIONS))
        )
    if len(sizes) < 3 or (_DECIMAL.fullmatch(part.text) and not set(regions) & {"PL", "PT", "ES"}):
        return False
    own = [region for region, expected in _OWN_GROUPS if expected == sizes]
    planned = [region for region in regions if region not in TRUNK_REGIONS and region not in NANP_REGIONS]
    return any(_groups_of(digits, region) == sizes for region in dict.fromkeys((*own, *planned)))


@lru_cache(maxsize=50_000)
def _groups_of(digits: str, region: str | None) -> tuple[int, ...] | None:
    """The sizes of the groups of a valid number in national format; None if it is invalid."""
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return tuple(len(group) for group in _GROUP.findall(written))


NANP_REGIONS = frozenset({"US", "CA"})


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
    extension = _EXTENSION.match(part.scene.text, part.end)
    return extension.end() if extension else part.end


def _with_country_code(run: Run, part: Run) -> Run:
    """Include a country code of one to three digits before: ``91-415-555-0132``."""
    if part.start == run.start:
        return part
    before = run.scene.text[run.start : part.start]
    if re.fullmatch(r"\+? ?[0-9]{1,3}[\-. ]", before) and (before[-1] != " " or before[0] == "+"):
        return run.part(run.start, part.end)
    return part


_GLUED_LABEL = re.compile(r"(?<![^\W\d_])(?:tel|ph|phone|fax|mob|mobile|cell|call|no)\Z", re.IGNORECASE)
_NOT_BEFORE = frozenset("_@/=")


def _touches_letters(part: Run) -> bool:
    text = part.scene.text
    if part.end < len(text) and (text[part.end].isalpha() or text[part.end] == "_"):
        return _EXTENSION.match(text, part.end) is None
    before = text[part.start - 1 : part.start]
    if before.isalpha():
        return _GLUED_LABEL.search(text, max(0, part.start - 10), part.start) is None
    return before in _NOT_BEFORE


def _formatted(part: Run) -> float:
    """Confidence of a number in North American grouping, which is sufficient unless a label contradicts."""
    if _touches_letters(part):
        return 0.0
    reading = part.reading
    if reading.says("phone"):
        return 0.95
    if reading.direct == "veto" or reading.is_currency:
        return 0.3
    if reading.direct in _OTHER_NUMBERS:
        return 0.45
    if part.is_bare and not _is_valid(part.digits, "US"):
        return 0.5  # ten ungrouped digits that are invalid in the plan: another number is as likely
    spaced = set(part.text) <= set("0123456789 ")
    return 0.7 if spaced else 0.85


def _other(part: Run, regions: tuple[str, ...]) -> float:
    """Confidence of any other run: an international prefix, a known plan, or a label."""
    text, digits, reading = part.text, part.digits, part.reading
    count = len(digits)
    if count > MAX_DIGITS + 3 or _touches_letters(part):
        return 0.0
    if _DOTTED_QUAD.fullmatch(text) or (_DATE.search(text) and not reading.says("phone")):
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
            and not _is_valid("+" + digits[2:], None)
        ):
            return 0.0
        return 0.95 if reading.says("phone") or _is_valid("+" + digits.removeprefix("00"), None) else 0.8
    if count > MAX_DIGITS:
        return 0.0
    if reading.direct in _OTHER_NUMBERS:
        return 0.0
    labelled = reading.says("phone")
    if (
        labelled
        and not reading.nearby.isdisjoint(_OTHER_NUMBERS)
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
        return 0.7 if _is_trunk(digits, regions) else 0.55
    if _DECIMAL.fullmatch(text):
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
    if reading.has_number_word and not (reading.nearby & _OTHER_NUMBERS):
        return 0.6
    if count < 10 and part.is_bare:
        return 0.5
    if digits[0] == "0" and 9 <= count <= 12:
        return 0.52 if _is_trunk(digits, regions) else 0.0
    if count < 10:
        planned = (region for region in regions if region not in (*TRUNK_REGIONS, *NANP_REGIONS))
        return 0.52 if count == 9 and any(_is_valid(digits, region) for region in planned) else 0.0
    if _is_epoch(digits) or _UNIT.match(part.scene.text, part.end):
        return 0.0
    if any(_is_valid(digits, region) for region in regions if region not in TRUNK_REGIONS or region == "IT"):
        return 0.55
    return 0.515 if count <= 11 and (part.is_bare or part.scene.is_plain) else 0.0


def _is_epoch(digits: str) -> bool:
    """Whether it looks like a Unix time of 2001 to 2036, in seconds to nanoseconds."""
    return len(digits) in (10, 13, 16, 19) and "1" <= digits[0] <= "2" and digits[:2] <= "20"


_UNIT = re.compile(
    r" ?(?:bytes?|[kmgt]i?b|bits?|ms|µs|ns|sec(?:onds?|s)?|millis\w*|px|pixels?|rows?|lines?|records?|items?|ticks)\b",
    re.IGNORECASE,
)


def _is_trunk(digits: str, regions: tuple[str, ...]) -> bool:
    return any(_is_valid(digits, region) for region in dict.fromkeys((*regions, *TRUNK_REGIONS)))


def _stands_free(part: Run) -> bool:
    """Whether it is surrounded by spaces or sentence punctuation, not by characters of code, tables and links."""
    text = part.scene.text
    before, after = text[part.start - 1 : part.start], text[part.end : part.end + 1]
    return before in _FREE_BEFORE and after in _FREE_AFTER


_FREE_BEFORE = frozenset({"", *" \n\t\r\"'(:;,"})
_FREE_AFTER = frozenset({"", *" \n\t\r\"').,;:!?"})
TRUNK_REGIONS = ("GB", "DE", "FR", "IT", "NL", "AU", "JP", "IL", "CH", "SE", "ZA", "BE", "IN")
"""Plans whose national numbers are written with a leading 0; they only raise the confidence."""


@lru_cache(maxsize=50_000)
def _is_valid(digits: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, region))
    except phonenumbers.NumberParseException:
        return False
