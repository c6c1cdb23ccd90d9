"""Parses times in the formats of sources into microseconds since 1970, UTC."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
"""Earlier times are default values or errors (epoch 0, 1900, 0001-01-01), not times of support records."""

_MICROSECOND = timedelta(microseconds=1)
_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d+)?")
_COMPACT_DAY = re.compile(r"(19|20)\d{6}")

_DIRECTIVE = re.compile(r"%(.)", re.DOTALL)
_FIELDS = {"Y": "year", "m": "month", "d": "day", "H": "hour", "M": "minute", "S": "second"}

_AHEAD = 31 * 86_400 * 1_000_000
"""Microseconds after ``latest`` up to which a time may be true, with this machine's clock being behind."""
_LONGEST = 200
"""Longest text, in characters, that is tried as a time."""


class FutureTime(ValueError):
    """Raised for a time up to a month in the future: this machine's clock may be wrong."""


TimeParser = Callable[[Any], "int | None"]
Format = Callable[[str], datetime]


def micros(moment: datetime) -> int:
    """Microseconds since 1970, UTC, of an aware datetime."""
    return (moment - EPOCH) // _MICROSECOND


def time_parser(zone: str, formats: tuple[str, ...], latest: datetime) -> TimeParser:
    """A parser of ISO 8601, epoch seconds to nanoseconds (by size), RFC 2822 and the given strptime formats.

    Times without a zone are in ``zone``; an ambiguous time at the end of daylight saving means the earlier one. Blank
    values give None. The parser raises ValueError for values that are no time, or before 1970-01-02, or after
    ``latest``; FutureTime if after it by a month at most.
    """
    local = ZoneInfo(zone)
    low, high = micros(EARLIEST), micros(latest)
    readers = [time_format(pattern) for pattern in formats]

    def read(value: Any) -> int | None:
        if isinstance(value, str):
            value = value.strip()
            if not value:
                return None
            if len(value) > _LONGEST:
                raise ValueError("not a time")
            moment = _from_text(value, local, readers)
        elif isinstance(value, bool):
            raise ValueError("not a time")
        elif isinstance(value, (int, float)):
            moment = _from_number(value)
        elif isinstance(value, datetime):
            moment = micros(value if value.tzinfo else value.replace(tzinfo=local))
        elif isinstance(value, date):
            moment = micros(datetime(value.year, value.month, value.day, tzinfo=local))
        else:
            raise ValueError("not a time")
        return moment

    def parse(value: Any) -> int | None:
        if value is None:
            return None
        try:
            moment = read(value)
        except FutureTime:
            raise
        except Exception:  # parsers differ in their errors for years with many digits
            raise ValueError("not a time") from None
        if moment is None or low <= moment <= high:
            return moment
        raise FutureTime("after the clock") if high < moment <= high + _AHEAD else ValueError("out of range")

    return parse


def time_format(pattern: str) -> Format:
    """Compile a strptime format; fast for texts in which every number has its full number of digits."""
    parts = _DIRECTIVE.split(pattern)
    names = parts[1::2]
    if "Y" not in names or len(set(names)) < len(names) or not set(names) <= set(_FIELDS):
        return lambda value: datetime.strptime(value, pattern)
    exact = re.compile(
        "".join(
            f"(?P<{_FIELDS[part]}>[0-9]{{{4 if part == 'Y' else 2}}})" if number % 2 else re.escape(part)
            for number, part in enumerate(parts)
        )
    )

    def read(value: str) -> datetime:
        match = exact.fullmatch(value)
        if match is not None:
            said = {field: int(digits) for field, digits in match.groupdict().items()}
            try:
                return datetime(
                    said["year"], said.get("month", 1), said.get("day", 1),
                    said.get("hour", 0), said.get("minute", 0), said.get("second", 0),
                )  # fmt: skip
            except ValueError:
                pass
        return datetime.strptime(value, pattern)

    return read


def _from_number(value: float) -> int:
    size = abs(value)
    if not size < 1e20:  # also infinity and NaN
        raise ValueError("out of range")
    if size < 1e11:
        return int(value * 1_000_000)
    if size < 1e14:
        return int(value * 1_000)
    if size < 1e17:
        return int(value)
    return int(value / 1_000)


def _from_text(value: str, local: tzinfo, formats: Sequence[Format]) -> int:
    for read in formats:
        try:
            return _aware(read(value), local)
        except (ValueError, OverflowError):
            continue
    if len(value) == 25 or (len(value) == 20 and value[-1] == "Z"):  # the most common format
        try:
            return _aware(datetime.fromisoformat(value if len(value) == 25 else value[:-1] + "+00:00"), local)
        except ValueError:
            pass
    if _NUMBER.fullmatch(value) and not _COMPACT_DAY.fullmatch(value):
        return _from_number(float(value) if "." in value else int(value))
    try:
        return _aware(datetime.fromisoformat(_plain_iso(value)), local)
    except ValueError:
        pass
    try:
        return _aware(parsedate_to_datetime(value), local)
    except (ValueError, TypeError, IndexError):
        raise ValueError("not a time") from None


def _aware(moment: datetime, local: tzinfo) -> int:
    try:
        return micros(moment if moment.tzinfo else moment.replace(tzinfo=local))
    except OverflowError:
        raise ValueError("out of range") from None


def _plain_iso(value: str) -> str:
    """Normalise what ``fromisoformat`` does not accept: Z after blanks, UTC, GMT, and blanks before an offset."""
    if value[-1] in "zZ":
        return value[:-1].rstrip() + "+00:00"
    if value.endswith((" UTC", " GMT")):
        return value[:-4] + "+00:00"
    return value.replace(" +", "+").replace(" -", "-") if len(value) > 19 else value
