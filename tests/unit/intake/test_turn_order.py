"""Turns are taken in the order of their times, whatever the order of the export."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from smelt.intake.turn_order import by_time
from tests.unit.intake.intake_builders import a_source, parse_one

TIMES = st.lists(st.one_of(st.none(), st.integers(0, 20)), max_size=12)


@given(TIMES)
def test_nothing_is_lost_and_known_times_rise(times):
    placed = by_time(list(range(len(times))), times, [0] * len(times))
    assert sorted(placed) == list(range(len(times)))
    known = [times[index] for index in placed if times[index] is not None]
    assert known == sorted(known)


@given(st.lists(st.integers(0, 5), max_size=12))
def test_turns_in_order_stay_and_those_newest_first_are_turned_whole(times):
    rising = sorted(times)
    turns = list(range(len(rising)))
    assert by_time(turns, rising, [0] * len(turns)) == turns
    if len(set(rising)) > 1:
        assert by_time(turns[::-1], rising[::-1], [0] * len(turns)) == turns


def test_turns_without_times_stay_where_they_are():
    assert by_time(["c", "a", "b"], [None, None, None], [0, 0, 0]) == ["c", "a", "b"]
    assert by_time(["first", "late", "early"], [None, 9, 3], [0, 1, 1]) == ["first", "early", "late"]


def test_a_conversation_newest_first_begins_with_what_was_said_first():
    source = a_source(
        kind="chats",
        mapping={"source_key": "id"},
        turns={"path": "lines", "text": "t", "role": "r", "at": "at"},
    )
    lines = [
        {"t": "Thanks", "r": "customer", "at": "2025-03-01T10:02:00Z"},
        {"t": "Below the cover", "r": "agent", "at": "2025-03-01T10:01:00Z"},
        {"t": "What is new?", "r": "customer", "at": "2025-03-01T10:00:00Z"},
        {"t": "Where is the switch?", "r": "customer", "at": "2025-03-01T10:00:00Z"},
    ]
    row = parse_one(source, orjson.dumps({"id": 1, "lines": lines}))
    assert [turn["text"] for turn in row["turns"]] == [
        "Where is the switch?",
        "What is new?",
        "Below the cover",
        "Thanks",
    ]


def test_an_order_that_is_given_is_kept():
    source = a_source(
        kind="chats",
        mapping={"source_key": "id"},
        turns={"path": "lines", "text": "t", "role": "r", "order_by": "n"},
    )
    lines = [{"t": "second", "r": "agent", "n": 10}, {"t": "first", "r": "customer", "n": 9}]
    row = parse_one(source, orjson.dumps({"id": 1, "lines": lines}))
    assert [turn["text"] for turn in row["turns"]] == ["first", "second"]
