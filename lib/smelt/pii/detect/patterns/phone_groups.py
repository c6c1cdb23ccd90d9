"""Telephone numbers in the groups of their plan, also beside other digits: ``Order 4711 020 7946 0958``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smelt.pii.detect.patterns.numbers import Run
from smelt.pii.detect.patterns.phone_plans import NANP_REGIONS, TRUNK_REGIONS, groups_of

MIN_DIGITS, MAX_DIGITS = 6, 15
"""The longest number has 15 digits (ITU-T E.164, 6.1); fewer than six are an extension or a short code."""

EXTENSION = re.compile(
    r"[,;]? ?(?:x|ext\.?|extn\.?|extension|durchwahl|poste|#)[ :.]?[0-9]{1,7}(?![0-9])", re.IGNORECASE
)
DATE = re.compile(
    r"(?<![0-9])(?:(?:19|20)[0-9]{2}(?P<a>[\-./ ])(?:1[0-2]|0?[1-9])(?P=a)(?:3[01]|[12][0-9]|0?[1-9])"
    r"|(?:3[01]|[12][0-9]|0?[1-9])(?P<b>[\-./])(?:3[01]|[12][0-9]|0?[1-9])(?P=b)(?:(?:19|20)[0-9]{2}"
    r"|[0-9]{2})"
    r"|(?:19|20)[0-9]{2} ?- ?(?:19|20)[0-9]{2})(?![0-9]|[\-./][0-9])"
)
DOTTED_QUAD = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
DECIMAL = re.compile(r"[0-9]+[.][0-9]+|[0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]+/[0-9]+")
OTHER_NUMBERS = frozenset({
    "card", "ssn", "tax", "account", "routing", "passport", "licence", "health", "nino", "sin", "npi", "pin",
    "postcode",
    "iban", "wallet", "birth", "ip", "medical",
})  # fmt: skip
_GROUP = re.compile(r"[0-9]+")
MAX_GROUPS = 12
_OWN_GROUPS = frozenset({("ES", (3, 2, 2, 2)), ("PL", (2, 3, 2, 2)), ("IT", (3, 3, 4)), ("IT", (2, 4, 4))})
_DIGITS_AND_SPACES = frozenset("0123456789 ")
_GLUED_LABEL = re.compile(r"(?<![^\W\d_])(?:tel|ph|phone|fax|mob|mobile|cell|call|no)\Z", re.IGNORECASE)
_NOT_BEFORE = frozenset("_@/=")


def otherwise_grouped(run: Run, formatted: list[Run], regions: tuple[str, ...]) -> Iterator[Run]:
    """A number in American grouping together with another that overlaps it: ``912 966 864 8939`` begins with one of
    Portugal."""
    if not formatted or run.reading.says("phone") or not set(run.text) <= _DIGITS_AND_SPACES:
        return
    for part in grouped_within(run, regions):
        for other in formatted:
            if part.start < other.start < part.end or part.start < other.end < part.end:
                yield run.part(min(part.start, other.start), max(part.end, other.end))


def grouped_within(run: Run, regions: tuple[str, ...]) -> Iterator[Run]:
    """Numbers grouped as in their plan, next to other digits: ``Order 4711 020 7946 0958``.

    A plan without a trunk prefix counts only for a configured region, or if its grouping is unique.
    """
    groups = [match.span() for match in _GROUP.finditer(run.scene.text, run.start, run.end)]
    if (
        not 2 <= len(groups) <= MAX_GROUPS
        or len(run.digits) < MIN_DIGITS + 2
        or DOTTED_QUAD.fullmatch(run.text)
    ):
        return
    if run.reading.direct in OTHER_NUMBERS or {end - start for start, end in groups[:3]} == {4}:
        return
    first = 0
    while first < len(groups) - 1:
        for last in range(min(len(groups), first + 6), first + 1, -1):
            part = run.part(groups[first][0], groups[last - 1][1])
            if _is_grouped_as_planned(part, groups[first:last], regions) and not touches_letters(part):
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
            if _is_grouped_as_planned(part, groups[begin:end], regions) and not touches_letters(part):
                return end
    return last


def _is_grouped_as_planned(part: Run, groups: list[tuple[int, int]], regions: tuple[str, ...]) -> bool:
    sizes = tuple(end - start for start, end in groups)
    text = part.scene.text
    before = text[max(0, groups[0][0] - 2) : groups[0][0]]
    digits = part.digits
    if "+" in before:
        return groups_of("+" + digits, None) is not None
    if sizes in ((3, 2, 4), (5, 4)) or not 8 <= len(digits) <= 12 or DATE.search(part.text) or max(sizes) > 8:
        return False
    if digits[0] == "0":
        return any(groups_of(digits, region) == sizes for region in dict.fromkeys((*regions, *TRUNK_REGIONS)))
    if len(sizes) < 3 or (DECIMAL.fullmatch(part.text) and not set(regions) & {"PL", "PT", "ES"}):
        return False
    own = [region for region, expected in _OWN_GROUPS if expected == sizes]
    planned = [region for region in regions if region not in TRUNK_REGIONS and region not in NANP_REGIONS]
    return any(groups_of(digits, region) == sizes for region in dict.fromkeys((*own, *planned)))


def touches_letters(part: Run) -> bool:
    """Whether a letter or a sign of code is directly beside the number, other than a label or an extension."""
    text = part.scene.text
    if part.end < len(text) and (text[part.end].isalpha() or text[part.end] == "_"):
        return EXTENSION.match(text, part.end) is None
    before = text[part.start - 1 : part.start]
    if before.isalpha():
        return _GLUED_LABEL.search(text, max(0, part.start - 10), part.start) is None
    return before in _NOT_BEFORE
