from __future__ import annotations

import datetime as dt

import orjson
import pytest

from smelt.intake.clock import EPOCH, latest_known, problem_of
from smelt.intake.times import FutureTime, micros, time_parser
from tests.unit.intake.intake_builders import LATEST, a_source, parse_one

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def test_a_clock_that_nothing_contradicts_is_believed():
    known = latest_known(NOW, [micros(NOW - HOUR)], [NOW - 3 * HOUR])
    assert known == NOW
    assert problem_of(NOW, known) is None


def test_files_and_runs_of_later_show_that_it_is_behind():
    assert "26 h 0 min behind" in str(problem_of(NOW, latest_known(NOW, [micros(NOW + 26 * HOUR)], [])))
    assert "400 h" in str(problem_of(NOW, latest_known(NOW, [], [NOW + 400 * HOUR])))


def test_a_file_of_years_ahead_has_a_wrong_time_itself():
    assert latest_known(NOW, [micros(EPOCH.replace(year=2099))], []) == NOW


@pytest.mark.parametrize(("days", "kind"), [(1, FutureTime), (30, FutureTime), (40, ValueError)])
def test_times_to_come_are_told_apart_by_how_far_they_are(days, kind):
    parse = time_parser("UTC", (), LATEST)
    with pytest.raises(ValueError) as caught:
        parse((LATEST + dt.timedelta(days=days)).isoformat())
    assert type(caught.value) is kind


@pytest.mark.parametrize("ahead", [True, False])
def test_a_record_says_that_a_time_of_it_is_ahead_of_the_clock(ahead):
    when = LATEST + dt.timedelta(days=2 if ahead else 4_000)
    source = a_source(
        kind="chats",
        mapping={"source_key": "id", "created_at": "made"},
        turns={"path": "turns", "text": "text", "at": "at", "default_role": "customer"},
    )
    for record in (
        {"id": 1, "made": when.isoformat(), "turns": [{"text": "a"}]},
        {"id": 1, "turns": [{"text": "a", "at": when.isoformat()}]},
    ):
        extras = orjson.loads(parse_one(source, orjson.dumps(record))["extras"])
        assert extras["_unusable"].get("after_the_clock") is (True if ahead else None)
