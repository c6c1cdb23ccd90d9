"""Dotted paths, and what is left of a record when they have been taken."""

from __future__ import annotations

from typing import Any

import pytest

from smelt.intake.paths import consumed, getter, item_getter, leftover

RECORD: dict[str, Any] = {
    "id": 7,
    "requester": {"name": "Jo", "emails": ["a@x", "b@x"]},
    "comments": [{"body": "one"}, {"body": "two"}],
    "a.b": "flat",
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 7),
        ("requester.name", "Jo"),
        ("requester.emails[1]", "b@x"),
        ("comments[0].body", "one"),
        ("comments.-1.body", "two"),
        ("comments[9].body", None),
        ("requester.name.first", None),
        ("a.b", "flat"),
        ("nothing.at.all", None),
    ],
)
def test_a_path_leads_to_its_value(path: str, value: Any) -> None:
    assert getter(path)(RECORD) == value


def test_turns_may_be_lists_or_texts() -> None:
    assert item_getter("1")(["agent", "Hi!"]) == "Hi!"
    assert item_getter("0.name")([{"name": "Jo"}]) == "Jo"
    assert item_getter("text")("Hi!") == "Hi!"
    assert item_getter("role")("Hi!") is None


def test_what_no_path_takes_is_left() -> None:
    tree = consumed(["id", "requester.name", "comments[0].body", "a.b", "@file"])
    assert leftover(RECORD, tree) == {"requester": {"emails": ["a@x", "b@x"]}, "comments": RECORD["comments"]}


def test_nothing_is_left_of_empty_values() -> None:
    assert leftover({"a": None, "b": "", "c": 0}, consumed([])) == {"c": 0}
