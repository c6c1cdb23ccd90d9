"""Entries of logs in quarantine: kept once with their reasons, found again while they wait, gone when they are used."""

from __future__ import annotations

from smelt.monitor.logs.read import Entry
from smelt.monitor.quarantine import Books, Place, Quarantine
from smelt.monitor.refused import Refused

WAITS, WRONG = ("unknown_prediction",), ("not_readable",)


def a_quarantine(place):
    place.tables.create("bronze.quarantined_logs")
    books = Books()
    return Quarantine(place.tables, Refused(), books, run_id="run", now=place.now), books


def an_entry(place, number, fields=None):
    (_, log) = place.config().logs
    return Place(log, "back.jsonl", Entry(fields, f"line {number}", f"line {number}"))


def test_an_entry_is_kept_once_with_its_reasons(place):
    quarantine, books = a_quarantine(place)
    for _ in range(2):
        quarantine.add([(an_entry(place, 1), WRONG), (an_entry(place, 2), WRONG)])
    rows = place.rows("bronze.quarantined_logs", "source_position", "raw", "reasons")
    assert sorted(map(str, rows)) == [
        str({"source_position": f"line {n}", "raw": f"line {n}", "reasons": list(WRONG)}) for n in (1, 2)
    ]
    assert books.counts == {("back", "quarantined", "not_readable"): 4}


def test_what_waits_is_found_again_and_leaves_when_it_is_used(place):
    quarantine, books = a_quarantine(place)
    quarantine.add([(an_entry(place, 1, {"id": "a"}), WAITS), (an_entry(place, 2), WRONG)])
    log = place.config().logs[1]
    (waiting,) = quarantine.waiting(log)
    assert waiting.entry.fields == {"id": "a"}
    quarantine.add([(waiting, WAITS)])  # it goes on waiting
    assert len(place.rows("bronze.quarantined_logs")) == 2
    quarantine.release([waiting, an_entry(place, 3)])
    assert quarantine.waiting(log) == []
    assert len(place.rows("bronze.quarantined_logs")) == 1
    assert books.counts[("back", "in", None)] == 1
