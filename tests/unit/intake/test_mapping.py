"""Records to rows: columns, identities, outcome, extras, reasons."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import orjson
from hypothesis import given
from hypothesis import strategies as st

from smelt.identity import record_id
from smelt.intake.columns import PARSED_SCHEMA, to_batch
from smelt.intake.parsing import Parser
from smelt.intake.times import micros
from tests.unit.intake.intake_builders import A_FILE, LIMITS, a_source, parse, parse_one


def test_a_ticket_becomes_a_row() -> None:
    source = a_source(
        mapping={
            "source_key": "id",
            "subject": ["title", "subject"],
            "body": "comments[0].text",
            "customer_name": "requester.name",
            "customer_email": "requester.email",
            "agent_name": "agent",
            "created_at": "created",
            "priority": "priority",
        },
        known={"phone": "requester.phones"},
        outcome={"csat": "rating.score", "status": "status"},
        constants={"language": "en"},
        defaults={"priority": "normal", "category": "general"},
        ignore=["exported_at"],
    )
    record = {
        "id": 17,
        "subject": "Cannot log in",
        "comments": [{"text": "<p>Help</p>"}],
        "requester": {"name": " Jo Doe ", "email": "jo@x.org", "phones": ["555-1", "", None], "vip": True},
        "agent": "Ann",
        "created": "2024-05-01T10:00:00Z",
        "rating": {"score": 4},
        "status": "solved",
        "exported_at": "2024-06-01",
        "custom": {"b": 1, "a": 2},
    }
    row = parse_one(source, orjson.dumps(record))
    assert row["record_id"] == record_id("desk", "17")
    assert (row["source"], row["kind"], row["source_key"], row["reasons"]) == ("desk", "tickets", "17", [])
    assert (row["subject"], row["body"], row["body_format"]) == ("Cannot log in", "<p>Help</p>", "text")
    assert (row["customer_name"], row["priority"], row["category"], row["language"]) == (
        "Jo Doe",
        "normal",
        "general",
        "en",
    )
    assert row["known"] == [
        {"kind": "name", "value": "Jo Doe"},
        {"kind": "email", "value": "jo@x.org"},
        {"kind": "name", "value": "Ann"},
        {"kind": "phone", "value": "555-1"},
    ]
    assert row["outcome"] == [("csat", "4"), ("status", "solved")]
    assert row["created_at"] == micros(datetime(2024, 5, 1, 10, tzinfo=UTC))
    assert json.loads(row["extras"]) == {
        "comments": [{"text": "<p>Help</p>"}],
        "requester": {"vip": True},
        "custom": {"a": 2, "b": 1},
    }
    assert (row["source_file"], row["source_position"]) == ("/landing/day1/a.jsonl", "line 1")


def test_content_hash_follows_the_content_and_nothing_else() -> None:
    source = a_source(ignore=["exported_at"])

    def digest(line: bytes) -> str:
        return str(parse_one(source, line)["content_hash"])

    first = digest(b'{"id": 1, "body": "x", "more": {"a": 1, "b": 2}, "exported_at": 1}')
    assert first == digest(b'{"more": {"b": 2, "a": 1}, "exported_at": 2, "body": "x", "id": "1"}')
    assert first != digest(b'{"id": 1, "body": "y", "more": {"a": 1, "b": 2}}')
    assert first != digest(b'{"id": 1, "body": "x", "more": {"a": 1, "b": 3}}')


def test_every_reason_is_told() -> None:
    row = parse_one(a_source(), b'{"id": " ", "subject": "", "body": " \\n", "other": 1}')
    assert row["reasons"] == ["missing_key", "no_text"]
    assert row["record_id"] is None
    assert json.loads(row["raw"]) == {"id": " ", "subject": "", "body": " \n", "other": 1}


def test_markup_is_text_to_intake() -> None:
    assert parse_one(a_source(), b'{"id": 1, "body": "<p></p>"}')["reasons"] == []


def test_a_time_that_cannot_be_is_kept_beside_the_record() -> None:
    source = a_source(mapping={"source_key": "id", "body": "body", "created_at": "created"})
    row = parse_one(source, b'{"id": 1, "body": "x", "created": "9999-12-31"}')
    assert row["created_at"] is None
    assert row["reasons"] == []
    assert json.loads(row["extras"]) == {"_unusable": {"created_at": "9999-12-31"}}


def test_a_record_over_the_limit_is_refused_and_its_raw_text_capped() -> None:
    small = LIMITS._replace(max_record_bytes=1024)
    rows = parse(a_source(format="json"), orjson.dumps({"id": 1, "body": "x" * 2000}), limits=small)
    assert rows[0]["reasons"] == ["record_too_large"]
    assert len(rows[0]["raw"]) == LIMITS.raw_characters


def test_five_megabytes_are_a_record_like_any_other() -> None:
    body = "long " * (1 << 20)
    row = parse_one(a_source(), orjson.dumps({"id": 1, "body": body}))
    assert row["reasons"] == []
    assert row["body"] == body


def test_places_can_be_keys() -> None:
    for path, key in (("@file", "day1/a.jsonl"), ("@stem", "a"), ("@position", "day1/a.jsonl#line 1")):
        source = a_source(mapping={"source_key": path, "body": "body"})
        assert parse_one(source, b'{"body": "x"}')["source_key"] == key
    hashed = a_source(mapping={"source_key": "@hash", "body": "body"})
    one, same, other = parse(hashed, b'{"body":"x","n":1}\n{"n":1,"body":"x"}\n{"body":"x","n":2}')
    assert one["record_id"] == same["record_id"] != other["record_id"]


def test_rows_fit_the_arrow_schema() -> None:
    rows = list(Parser(a_source(), LIMITS).file(b'{"id":1,"body":"x"}\nbroken\n', A_FILE))
    batch = to_batch(rows)
    assert batch.schema.equals(PARSED_SCHEMA)
    assert batch.column("reasons").to_pylist() == [[], ["invalid_json"]]
    assert to_batch([]).num_rows == 0


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(["id", "subject", "body", "turns", "who", "created", "x"]), json_values),
    st.booleans(),
)
def test_any_object_gives_exactly_one_row(record: dict[str, object], with_turns: bool) -> None:
    source = a_source(
        mapping={
            "source_key": "id",
            "body": ["body", "x.y[0]"],
            "subject": "subject",
            "created_at": "created",
        },
        known={"name": "who"},
        outcome={"o": "x"},
        turns={"path": ["turns", "x"], "role": "role", "default_role": "agent", "at": "at"}
        if with_turns
        else None,
    )
    rows = list(Parser(source, LIMITS).lines([(orjson.dumps(record), "line 1")], A_FILE))
    assert len(rows) == 1
    batch = to_batch(rows)
    row = batch.to_pylist()[0]
    assert bool(row["reasons"]) == (row["record_id"] is None)
