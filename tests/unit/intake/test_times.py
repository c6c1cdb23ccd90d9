"""Times in the forms that exports have, all to microseconds UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.intake.times import EPOCH, micros, time_format, time_parser
from tests.unit.intake.intake_builders import LATEST

MAY_1 = micros(datetime(2024, 5, 1, 10, 30, tzinfo=UTC))
utc = time_parser("UTC", (), LATEST)


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-01T10:30:00Z",
        "2024-05-01T10:30:00.000Z",
        "2024-05-01 10:30:00",
        "2024-05-01 10:30:00 UTC",
        "2024-05-01T12:30:00+02:00",
        "2024-05-01T12:30:00.0+0200",
        "2024-05-01T12:30:00+02",
        " 2024-05-01T10:30 ",
        "Wed, 01 May 2024 10:30:00 GMT",
        "Wed, 1 May 2024 12:30:00 +0200",
        1714559400,
        1714559400.0,
        "1714559400",
        1714559400000,
        1714559400000000,
        1714559400000000000,
        datetime(2024, 5, 1, 10, 30),
        datetime(2024, 5, 1, 12, 30, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_one_moment_in_many_forms(value: Any) -> None:
    assert utc(value) == MAY_1


@pytest.mark.parametrize("value", ["2024-05-01", "20240501", date(2024, 5, 1)])
def test_a_day_begins_at_midnight_of_its_zone(value: Any) -> None:
    assert time_parser("Europe/Berlin", (), LATEST)(value) == micros(datetime(2024, 4, 30, 22, tzinfo=UTC))


def test_times_without_a_zone_are_in_the_sources_zone() -> None:
    berlin = time_parser("Europe/Berlin", (), LATEST)
    assert berlin("2024-01-15 12:00:00") == micros(datetime(2024, 1, 15, 11, tzinfo=UTC))
    assert berlin("2024-07-15 12:00:00") == micros(datetime(2024, 7, 15, 10, tzinfo=UTC))
    assert berlin("2024-07-15T12:00:00Z") == micros(datetime(2024, 7, 15, 12, tzinfo=UTC))
    # 02:30 came twice in that night: the first is meant
    assert berlin("2024-10-27 02:30:00") == micros(datetime(2024, 10, 27, 0, 30, tzinfo=UTC))


def test_own_formats_come_first() -> None:
    parse = time_parser("UTC", ("%d.%m.%Y %H:%M", "%m/%d/%Y"), LATEST)
    assert parse("01.05.2024 10:30") == MAY_1
    assert parse("05/02/2024") == micros(datetime(2024, 5, 2, tzinfo=UTC))
    assert parse("2024-05-01T10:30:00Z") == MAY_1


@pytest.mark.parametrize(
    "value",
    ["9999-12-31", "9999-12-31T23:59:59-12:00", "2027-01-01", "1899-12-30", "0001-01-01", 0, -1, 1e300, "1970-01-01",
     "yesterday", "2024-13-01", "32/01/2024", True, ["2024-05-01"], float("inf")],
)  # fmt: skip
def test_what_cannot_be_the_time_of_a_record_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        utc(value)


def test_blank_is_no_time() -> None:
    assert utc(None) is None
    assert utc("  ") is None


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2026, 1, 1)), st.timezones())
def test_iso_with_an_offset_is_exact(moment: datetime, zone: Any) -> None:
    aware = moment.replace(tzinfo=zone)
    offset = aware.utcoffset()
    assert offset is not None
    if offset.total_seconds() % 60 == 0:
        assert utc(aware.isoformat()) == (aware - EPOCH) // timedelta(microseconds=1)


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats()))
def test_any_value_gives_a_time_in_range_or_a_value_error(value: Any) -> None:
    try:
        found = utc(value)
    except ValueError:
        return
    assert found is None or 0 < found <= micros(LATEST)


_FORMATS = ("%m/%d/%Y %H:%M:%S", "%Y%m%d", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%SZ", "%d %b %Y", "%H:%M", "%Y%%%m")


@given(
    st.sampled_from(_FORMATS),
    st.datetimes(min_value=datetime(1, 1, 1)),
    st.sampled_from(["", " ", "0"]),
    st.sampled_from(["%m", "%d", "%H", "Z", "x"]),
)
def test_a_format_reads_what_strptime_reads(pattern: str, moment: datetime, after: str, gone: str) -> None:
    def outcome(read: Callable[[str], datetime], text: str) -> object:
        try:
            return read(text)
        except ValueError:
            return None

    for text in (moment.strftime(pattern) + after, moment.strftime(pattern.replace(gone, "7"))):
        assert outcome(time_format(pattern), text) == outcome(lambda t: datetime.strptime(t, pattern), text)


@given(st.text(alphabet="0123456789-:T.+Z ", min_size=20, max_size=25), st.sampled_from(["Z", ""]))
def test_text_as_long_as_an_iso_time_need_not_be_one(text: str, end: str) -> None:
    try:
        found = utc(text[: -len(end) or None] + end)
    except ValueError:
        return
    assert found is None or 0 < found <= micros(LATEST)
