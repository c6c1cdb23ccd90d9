"""Dates of birth in the 1880s, when no living person was born."""

from __future__ import annotations

import re

from smelt.pii.replace.fiction.draw import Draw, Fiction, Range
from smelt.pii.replace.value import Value

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ISO = re.compile(r"[0-9]{4}([-/.])[0-9]{1,2}[-/.][0-9]{1,2}")
_NUMERIC = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}[-/.][0-9]{2,4}")


def _date(value: Value, draw: Draw) -> str:
    year, month, day = 1880 + draw.below(10), 1 + draw.below(12), 1 + draw.below(12)
    text = value.text.strip()
    iso, numeric = _ISO.fullmatch(text), _NUMERIC.fullmatch(text)
    if iso:
        return f"{year}{iso[1]}{month:02d}{iso[1]}{day:02d}"
    if numeric:
        # Day and month are below 13, so that the date is valid in either order.
        return f"{month:02d}{numeric[1]}{day:02d}{numeric[1]}{year}"
    name = _MONTHS[month - 1]
    return f"{day} {name} {year}" if text[:1].isdecimal() else f"{name} {day}, {year}"


FICTION: dict[str, Fiction] = {
    "DATE_OF_BIRTH": Range(
        re.compile(
            r"188[0-9]([-/.])[0-9]{2}\1[0-9]{2}|[0-9]{2}([-/.])[0-9]{2}(?:\2)188[0-9]"
            rf"|[0-9]{{1,2}} (?:{'|'.join(_MONTHS)}) 188[0-9]|(?:{'|'.join(_MONTHS)}) [0-9]{{1,2}}, 188[0-9]"
        ),
        _date,
    )
}
