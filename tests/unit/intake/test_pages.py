"""Answers of an API as files: pages taken apart, what stands beside the records put into them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.unit.intake.intake_builders import a_source, parse

PAGE: dict[str, Any] = {
    "cases": [
        {"id": 1, "subject": "Lamp", "by": 7, "notes": [{"author": 9, "text": "Sure"}]},
        {"id": 2, "subject": "Door", "by": 8},
        "no record",
    ],
    "people": [{"id": 7, "name": "Ann Lee"}, {"id": 9, "name": "Jo Roe"}],
    "remarks": [{"case": 2, "text": "first"}, {"case": 2, "text": "second"}, {"text": "of nobody"}],
    "next": None,
}
KEYS: dict[str, Any] = {
    "records_path": ["cases", "case"],
    "join": {
        "asker": {"list": "people", "by": "by"},
        "notes.who": {"list": "people", "by": "author"},
        "remarks": {"list": "remarks", "key": "case", "many": True},
    },
    "mapping": {
        "source_key": "id",
        "subject": "subject",
        "customer_name": "asker.name",
        "body": "remarks[1].text",
    },
    "turns": {"path": "notes", "text": "text", "speaker": "who.name", "default_role": "agent"},
}


def pages(document: Any, **keys: Any) -> list[dict[str, Any]]:
    data = document if isinstance(document, bytes) else orjson.dumps(document)
    return parse(a_source(**KEYS | keys), data)


@pytest.mark.parametrize("keys", [{"format": "json"}, {"format": "json_lines"}])
@pytest.mark.parametrize("pretty", [0, orjson.OPT_INDENT_2])
def test_records_of_a_page_with_what_belongs_to_them(keys, pretty):
    first, second, broken = pages(orjson.dumps(PAGE, option=pretty), **keys)
    assert (first["source_key"], first["customer_name"], first["body"]) == ("1", "Ann Lee", None)
    assert first["turns"][0]["speaker"] == "Jo Roe"
    assert {"kind": "name", "value": "Jo Roe"} in first["known"]
    assert (second["source_key"], second["customer_name"], second["body"]) == ("2", None, "second")
    assert broken["reasons"] == ["not_an_object"]


def test_a_page_a_line_and_records_among_them():
    lines = [PAGE, {"id": 5, "subject": "Bell"}, {"cases": [], "next": None}]
    rows = pages(b"\n".join(map(orjson.dumps, lines)))
    assert [row["source_key"] for row in rows] == ["1", "2", None, "5"]
    assert [row["source_position"] for row in rows] == [
        "line 1 item 1",
        "line 1 item 2",
        "line 1 item 3",
        "line 2",
    ]


def test_the_only_record_of_an_answer_gets_all_that_names_no_record():
    (row,) = pages({"case": {"id": 1, "subject": "Lamp"}, "remarks": [{"text": "a"}, {"text": "b"}]})
    assert row["body"] == "b"


def test_what_the_record_has_itself_is_kept():
    (row,) = pages(
        {"case": {"id": 1, "subject": "x", "by": 7, "asker": {"name": "Own"}}, "people": PAGE["people"]}
    )
    assert row["customer_name"] == "Own"


def test_an_array_in_a_file_of_lines_is_its_records():
    rows = pages(
        orjson.dumps([{"id": 1, "subject": "Lamp"}, {"id": 2, "subject": "Door"}], option=orjson.OPT_INDENT_2)
    )
    assert [(row["source_key"], row["source_position"]) for row in rows] == [("1", "item 1"), ("2", "item 2")]
