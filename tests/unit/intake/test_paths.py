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
    "fields": [{"id": 7, "value": "x"}, {"id": "8.5", "value": "y"}, {"public": False, "value": "z"}],
    "Amount [EUR=net]": "12",
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
        ("fields[id=7].value", "x"),
        ("fields[id=8.5].value", "y"),
        ("fields[public=false].value", "z"),
        ("fields[id=9].value", None),
        ("fields[id=7]", {"id": 7, "value": "x"}),
        ("requester[id=7].name", None),
        ("comments[body=two].body", "two"),
        ("Amount [EUR=net]", "12"),
    ],
)
def test_a_path_leads_to_its_value(path: str, value: Any) -> None:
    assert getter(path)(RECORD) == value


KEPT = {key: RECORD[key] for key in ("fields", "Amount [EUR=net]")}


def test_turns_may_be_lists_or_texts() -> None:
    assert item_getter("1")(["agent", "Hi!"]) == "Hi!"
    assert item_getter("0.name")([{"name": "Jo"}]) == "Jo"
    assert item_getter("text")("Hi!") == "Hi!"
    assert item_getter("role")("Hi!") is None


def test_what_no_path_takes_is_left() -> None:
    tree = consumed(["id", "requester.name", "comments[0].body", "a.b", "@file"])
    assert leftover(RECORD, tree) == {
        "requester": {"emails": ["a@x", "b@x"]},
        "comments": RECORD["comments"],
        **KEPT,
    }


def test_nothing_is_left_of_empty_values() -> None:
    assert leftover({"a": None, "b": "", "c": 0}, consumed([])) == {"c": 0}
