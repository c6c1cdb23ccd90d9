from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from deltalake import write_deltalake

from smelt.monitor.simulate import Pair, Shift, Traffic, write
from smelt.tables.contract import contract

WORDS = [
    "order",
    "parcel",
    "refund",
    "late",
    "broken",
    "screen",
    "login",
    "password",
    "invoice",
    "card",
    "app",
]
QUIET = {"text": "off", "baseline_windows": 3}


def pairs():
    generator = np.random.default_rng(1)
    return [
        Pair(
            " ".join(generator.choice(WORDS, 8)) + "?",
            " ".join(generator.choice(WORDS, int(generator.lognormal(3, 0.5)) + 3)),
            f"topic{int(generator.integers(5))}",
            "en",
        )
        for _ in range(400)
    ]


def a_week(place, shift=None, days=6, per_day=400):
    first = dt.datetime(2026, 11, 27, tzinfo=dt.UTC) - dt.timedelta(days=days - 1)
    write(pairs(), Traffic(days=days, per_day=per_day, labelled=0.8, shift=shift), place.folder, first)
    logs = [
        {"name": "prod", "path": str(place.folder / "requests"), "shape": "openai"},
        {"name": "back", "path": str(place.folder / "feedback"), "holds": "feedback", "of": "prod"},
    ]
    return {"logs": logs, "drift": QUIET, "max_clock_ahead_s": 1e6}


def moved(place):
    return {
        (row["window_start"].day, row["measure"])
        for row in place.rows("gold.monitoring")
        if row["status"] == "moved" and row["dimension"] == "all"
    }


def figure(place, day, measure, dimension="all", segment="all"):
    (row,) = [
        row
        for row in place.rows("gold.monitoring")
        if (row["window_start"].day, row["measure"], row["dimension"], row["segment"])
        == (day, measure, dimension, segment)
    ]
    return row


def test_a_shift_is_found_in_its_windows_alone(place):
    more = a_week(place, Shift(4, 6, new_category=0.15, shorter=0.3))
    place.take_in(**more)
    place.watch(**more)
    found = moved(place)
    assert {(26, "unseen_category"), (27, "unseen_category"), (26, "answer_length")} <= found
    assert {day for day, _ in found} == {26, 27}


def test_a_second_run_measures_nothing_and_late_feedback_its_window_again(place):
    more = a_week(place)
    place.take_in(**more)
    assert place.watch(**more).note.startswith("6 of 6")
    before = place.tables.version("gold.monitoring")
    assert place.watch(**more).note.startswith("0 of 6")
    assert place.tables.version("gold.monitoring") == before
    key = "chatcmpl-7-00002200"
    place.write("feedback/late.jsonl", {"id": key, "at": "2026-11-28T11:00:00Z", "csat": 1})
    place.take_in(**more)
    assert place.watch(**more).note.startswith("1 of 6")


def test_accuracy_says_how_much_is_labelled_and_what_it_could_be(place):
    more = a_week(place)
    place.take_in(**more)
    place.watch(**more)
    row = figure(place, 27, "accuracy")
    assert 0.6 < row["labelled_share"] < 0.9
    assert row["low"] < row["value"] < row["high"]
    assert row["bound_high"] - row["bound_low"] == pytest.approx(1 - row["labelled_share"])
    assert row["bound_low"] < row["value"] < row["bound_high"]


def test_a_day_that_is_not_over_is_counted_and_not_compared(place):
    more = a_week(place)
    place.now = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
    place.take_in(**more)
    place.watch(**more)
    assert figure(place, 27, "requests")["status"] == "incomplete"
    assert (27, "answer_length") not in {
        (row["window_start"].day, row["measure"]) for row in place.rows("gold.monitoring")
    }


def test_logs_that_end_at_noon_are_half_a_day_though_it_is_long_over(place):
    more = a_week(place)
    file = place.folder / "requests" / "2026-11-27.jsonl"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(lines[: len(lines) // 2]) + "\n")
    place.take_in(**more)
    place.watch(**more)
    assert figure(place, 27, "requests")["status"] == "incomplete"


def test_a_day_without_any_request_is_a_figure_of_its_own(place):
    more = a_week(place)
    (place.folder / "requests" / "2026-11-26.jsonl").unlink()
    place.take_in(**more)
    place.watch(**more)
    assert figure(place, 26, "requests")["value"] == 0
    assert figure(place, 26, "requests")["status"] == "moved"


def test_no_logs_at_all_is_no_error(place):
    assert place.take_in() == {}
    assert place.watch().entries == ()
    assert place.rows("gold.monitoring") == []


def test_windows_too_small_say_so(place):
    more = a_week(place, per_day=60)
    place.take_in(**more)
    place.watch(**more)
    row = figure(place, 27, "answer_length")
    assert row["status"] == "small"
    assert "200 are needed" in row["reason"]


def test_windows_are_compared_with_the_release_that_the_version_was_trained_on(place):
    more = a_week(place) | {"models": {"1": {"release": "r1"}}}
    columns = contract("gold.training_splits")
    rows = [
        dict.fromkeys(columns.column_names) | {
            "release": "r1", "split": "train", "example_id": f"e{number:04}", "record_id": "r", "conversation_id": "c",
            "group_id": "g", "source": "s", "kind": "tickets", "category": "topic0" if number % 2 else "topic1",
            "language": "en", "composite": 1.0, "messages": [], "prompt": [], "completion": [], "input": "",
            "instruction": pair.question, "output": pair.answer, "content_hash": "h", "run_id": "run",
        }
        for number, pair in enumerate(pairs())
    ]  # fmt: skip
    write_deltalake(
        place.tables.place("gold.training_splits"), pa.Table.from_pylist(rows, columns.arrow_schema())
    )
    place.take_in(**more)
    place.watch(**more)
    row = figure(
        place, 22, "unseen_category"
    )  # in the first window too: the release is there from the beginning
    assert (row["compared_with"], row["status"]) == ("release", "moved")
    assert row["value"] == pytest.approx(0.6, abs=0.1)
    assert figure(place, 22, "answer_length")["status"] == "ok"


def test_rows_that_are_gone_take_their_figures_along(place):
    more = a_week(place)
    place.take_in(**more)
    place.watch(**more)
    ids = [
        row["record_id"]
        for row in place.rows("silver.predictions", "record_id", "day")
        if row["day"].day == 27
    ]
    place.tables.delete("silver.predictions", "record_id", ids)
    place.watch(**more)
    assert figure(place, 27, "requests")["value"] == 0
