"""A certificate of a customer who is forgotten twice, or whose first request was killed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from smelt.privacy.erasure.certificates import Certificate

MONDAY, TUESDAY = (dt.datetime(2026, 3, day, 12, tzinfo=dt.UTC) for day in (2, 3))
FIRST = Certificate(
    erasure_id="e", subject_key="s", key_version="1", record_keys=("b", "a"), rows_deleted={"bronze": 2, "silver": 3},
    releases=("2026.1",), actor="ann", reason="asked", requested_at=MONDAY, erased_at=MONDAY, vacuumed_at=MONDAY,
    run_id="r1", line_keys=("l",),
)  # fmt: skip
SECOND = replace(
    FIRST, record_keys=("c", "a"), rows_deleted={"silver": 1, "gold": 4}, releases=("2026.2",), actor="bob",
    requested_at=TUESDAY, erased_at=TUESDAY, vacuumed_at=None, run_id="r2", line_keys=("k", "l"),
)  # fmt: skip


def test_a_first_request_is_what_it_is():
    assert FIRST.added_to(None) is FIRST


def test_a_second_request_adds_to_the_first_and_keeps_when_it_was_asked_for():
    both = SECOND.added_to(FIRST)
    assert both.rows_deleted == {"bronze": 2, "gold": 4, "silver": 4}
    assert both.record_keys == ("a", "b", "c")
    assert both.line_keys == ("k", "l")
    assert both.releases == ("2026.1", "2026.2")
    assert (both.requested_at, both.erased_at, both.actor, both.run_id) == (MONDAY, TUESDAY, "bob", "r2")
    assert both.vacuumed_at is None


def test_a_request_that_finds_nothing_more_leaves_the_files_vacuumed():
    nothing = replace(SECOND, rows_deleted={"silver": 0})
    assert nothing.added_to(FIRST).vacuumed_at == MONDAY
    assert nothing.added_to(FIRST).rows_deleted == FIRST.rows_deleted


def test_what_a_killed_request_deleted_is_not_counted_twice():
    killed = replace(FIRST, erased_at=None)
    again = replace(SECOND, rows_deleted={"bronze": 2, "silver": 1})
    assert again.added_to(killed).rows_deleted == {"bronze": 2, "silver": 3}
    assert again.added_to(killed).vacuumed_at is None
