"""What ``smelt review agreement`` and ``results`` show where a dimension has many segments."""

from __future__ import annotations

from pathlib import Path

from smelt.cli.review_results import LOWEST, lowest
from smelt.review.gold_items import read_gold

VALUES = {("all", "all"): 0.5, ("source", "mail"): None} | {
    ("category", f"c{number}"): number / 100 for number in range(LOWEST + 3)
}


def test_the_lowest_segments_of_a_large_dimension_are_shown():
    shown, left_out = lowest(VALUES, whole=False)
    assert shown == set(VALUES) - {("category", f"c{number}") for number in (8, 9, 10)}
    assert left_out == {"category": 3}


def test_all_are_shown_where_that_is_asked_for():
    assert lowest(VALUES, whole=True) == (set(VALUES), {})


def test_what_is_not_defined_is_shown_last():
    undefined = VALUES | {("category", "c0"): None}
    assert ("category", "c0") not in lowest(undefined, whole=False)[0]


def test_the_examples_of_gold_items_can_be_used():
    items = read_gold(str(Path(__file__).parents[3] / "conf" / "examples" / "gold_items.jsonl"))
    assert {item.expected for item in items} == {"accept", "correct", "reject"}
