"""Turns: nested or a row each, roles from what the source says, identities of speakers."""

from __future__ import annotations

import json
from typing import Any

import orjson

from tests.unit.intake.intake_builders import a_source, chats, parse, parse_one


def said(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(turn["role"], turn["text"]) for turn in row["turns"]]


def test_nested_turns_get_roles_and_times() -> None:
    record = {
        "id": 1,
        "turns": [
            {"who": "user", "text": "Hi", "at": 1714559400},
            {"who": "WIZARD", "text": "Hello", "at": "later"},
            {"who": "User", "text": "  "},
        ],
    }
    row = parse_one(chats(), orjson.dumps(record))
    assert said(row) == [("customer", "Hi"), ("agent", "Hello")]
    assert [turn["at"] for turn in row["turns"]] == [1714559400000000, None]
    assert json.loads(row["extras"]) == {"_unusable": {"turns.at": 1}}


def test_an_unknown_role_is_a_reason() -> None:
    row = parse_one(
        chats(), b'{"id": 1, "turns": [{"who": "Boss", "text": "x"}, {"who": "Boss", "text": "y"}]}'
    )
    assert row["reasons"] == ["unknown_role"]


def test_no_turns_are_no_text() -> None:
    for turns, reasons in (
        (b"[]", ["no_text"]),
        (b"null", ["no_text"]),
        (b'"x"', ["turns_are_not_a_list", "no_text"]),
    ):
        assert parse_one(chats(), b'{"id": 1, "turns": %s}' % turns)["reasons"] == reasons


def test_ten_thousand_turns_are_one_record() -> None:
    record = {
        "id": 1,
        "turns": [{"who": "User" if n % 2 else "Wizard", "text": f"turn {n}"} for n in range(10_000)],
    }
    row = parse_one(chats(), orjson.dumps(record))
    assert len(row["turns"]) == 10_000
    assert row["turns"][9_999]["text"] == "turn 9999"


def test_only_turns_that_the_condition_takes() -> None:
    source = a_source(
        turns={"path": "comments", "text": "body", "speaker_id": "author", "where": {"public": True}},
        mapping={"source_key": "id", "customer_id": "requester"},
    )
    record = {
        "id": 1,
        "requester": 7,
        "comments": [
            {"author": 7, "body": "Help", "public": True},
            {"author": 9, "body": "He is rude", "public": False},
            {"author": 9, "body": "Done", "public": True},
        ],
    }
    assert said(parse_one(source, orjson.dumps(record))) == [("customer", "Help"), ("agent", "Done")]


def test_names_of_speakers_are_known_and_words_for_roles_are_not() -> None:
    source = a_source(
        kind="transcripts",
        mapping={"source_key": "id"},
        turns={"path": "turns", "speaker": "who", "first_speaker": "agent"},
    )
    record = {
        "id": 1,
        "turns": [
            {"who": "Ann Lee", "text": "Hello"},
            {"who": "Jo", "text": "Hi"},
            {"who": "Agent", "text": "x"},
        ],
    }
    row = parse_one(source, orjson.dumps(record))
    assert said(row) == [("agent", "Hello"), ("customer", "Hi"), ("agent", "x")]
    assert row["known"] == [{"kind": "name", "value": "Ann Lee"}, {"kind": "name", "value": "Jo"}]


def test_turns_as_pairs_and_several_lists() -> None:
    source = a_source(
        kind="chats",
        mapping={"source_key": "id"},
        turns={"path": ["first", "rest"], "role": ["0", "who"], "text": ["1", "text"]},
    )
    record = {
        "id": 1,
        "first": {"who": "customer", "text": "Hi"},
        "rest": [["agent", "Hello"], ["customer", "Bye"]],
    }
    assert said(parse_one(source, orjson.dumps(record))) == [
        ("customer", "Hi"),
        ("agent", "Hello"),
        ("customer", "Bye"),
    ]


ROWS = b"""chat\tn\tby\ttext\ttopic
a\t10.0\tuser\tthird\tlogin
b\t1\tuser\talone\t
a\t2.0\tbot\tsecond\t
a\t1.0\tuser\tfirst\t
\t5\tuser\tlost\t
"""


def test_rows_are_grouped_to_conversations() -> None:
    source = a_source(
        kind="chats",
        format="csv",
        delimiter="\t",
        mapping={"category": "topic"},
        turns={"group_by": "chat", "order_by": "n", "role": "by", "text": "text"},
        roles={"user": "customer"},
    )
    lost, first, second = parse(source, ROWS)
    assert (lost["reasons"], lost["source_position"]) == (["missing_key"], "line 6")
    assert (first["source_key"], first["category"]) == ("a", "login")
    assert said(first) == [("customer", "first"), ("bot", "second"), ("customer", "third")]
    assert (second["source_key"], said(second), second["extras"]) == ("b", [("customer", "alone")], None)
