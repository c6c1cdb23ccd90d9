"""Batches of bronze to batches of conversations, before scrubbing."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from smelt.conversations.arrow import READ, conversing, to_conversations
from smelt.pii.arrow import kept_scrubber
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey

TIME = pa.timestamp("us", tz="UTC")
ASKED = dt.datetime(2025, 3, 1, 10, tzinfo=dt.UTC)
LATER = dt.datetime(2025, 3, 1, 11, tzinfo=dt.UTC)
TURN = pa.struct([("role", pa.string()), ("speaker", pa.string()), ("text", pa.string()), ("at", TIME)])
TYPES = {
    "turns": pa.list_(TURN),
    "known": pa.list_(pa.struct([("kind", pa.string()), ("value", pa.string())])),
    "outcome": pa.map_(pa.string(), pa.string()),
    "exclusions": pa.list_(pa.string()),
    "created_at": TIME,
    "ingested_at": TIME,
}
SCHEMA = pa.schema([(name, TYPES.get(name, pa.string())) for name in READ])


def a_record(**fields):
    return {
        "record_id": "r",
        "source": "desk",
        "kind": "chats",
        "source_key": "1",
        "ingested_at": LATER,
    } | fields


def a_turn(role, text, at=None):
    return {"role": role, "speaker": None, "text": text, "at": at}


def converted(*records):
    batch = pa.RecordBatch.from_pylist(list(records), SCHEMA)
    return to_conversations(batch, b"secret").to_pylist()


def test_turns_become_plain_and_blank_ones_are_left_out():
    (row,) = converted(
        a_record(
            turns=[
                a_turn("customer", "<p>My&nbsp;map is lost</p>", ASKED),
                a_turn("agent", "\u200b", LATER),
                a_turn(None, "Still", LATER),
            ],
            created_at=LATER,
        )
    )
    assert row["turns"] == [
        {"role": "customer", "text": "My map is lost", "at": ASKED},
        {"role": "customer", "text": "Still", "at": LATER},
    ]
    assert row["asked_at"] == ASKED


def test_a_description_stands_before_the_comments_unless_it_is_the_first_of_them():
    comments = [a_turn("agent", "Hello", None)]
    first, repeated = converted(
        a_record(kind="tickets", body="It broke", turns=comments, created_at=ASKED),
        a_record(kind="tickets", body="Hello ", turns=comments, created_at=ASKED),
    )
    assert [(turn["role"], turn["text"], turn["at"]) for turn in first["turns"]] == [
        ("customer", "It broke", ASKED),
        ("agent", "Hello", None),
    ]
    assert [turn["text"] for turn in repeated["turns"]] == ["Hello"]
    assert repeated["asked_at"] == ASKED


def test_records_without_turns_or_times_have_none():
    silent, empty = converted(a_record(turns=None), a_record(turns=[]))
    for row in (silent, empty):
        assert row["turns"] == []
        assert row["asked_at"] is None


def test_a_part_of_a_batch_is_read_as_that_part():
    rows = [a_record(turns=[a_turn("customer", word)] * number) for number, word in enumerate("abcd")]
    batch = pa.RecordBatch.from_pylist(rows, SCHEMA).slice(2, 2)
    found = to_conversations(batch, b"secret").to_pylist()
    assert [[turn["text"] for turn in row["turns"]] for row in found] == [["c"] * 2, ["d"] * 3]


@pytest.mark.parametrize(("given", "kept"), [("pt-BR", "pt-BR"), ("Jane Roe", None), (None, None)])
def test_only_a_code_is_a_language(given, kept):
    assert converted(a_record(language=given, turns=[]))[0]["language"] == kept


def test_sections_of_an_article_keep_indentation_and_code_that_looks_like_markup():
    body = (
        "# Theme\n\n## Settings\n\nUse:\n\n```\ntheme:\n    colour:\tred\n  <div>&amp;</div>\u200b  \n```\n"
    )
    (row,) = converted(a_record(kind="articles", title="Theme", body=body, body_format="markdown"))
    assert [turn["text"] for turn in row["turns"]] == [
        "Settings",
        "Use:\n\ntheme:\n    colour:\tred\n  <div>&amp;</div>",
    ]


def test_an_article_that_is_said_to_be_text_has_its_markup_taken_out():
    (row,) = converted(
        a_record(kind="articles", title="Theme", body="<p>Red  or blue</p>", body_format="text")
    )
    assert [turn["text"] for turn in row["turns"]] == ["Red or blue"]


def test_one_scrubber_serves_all_pieces():
    config, key = PiiConfig(), ScrubKey("1", b"secret")
    record = a_record(turns=[a_turn("customer", "Call me on 212 555 0188, Jane Roe")], content_hash="1")
    pieces = [pa.RecordBatch.from_pylist([record | {"record_id": name}], SCHEMA) for name in "ab"]
    together = [row for batch in conversing(config, key)(pieces) for row in batch.to_pylist()]
    scrubber = kept_scrubber(config, key)
    apart = [
        row for piece in pieces for batch in conversing(config, key)([piece]) for row in batch.to_pylist()
    ]
    assert apart == together
    assert together[0]["turns"][0]["text"] == together[1]["turns"][0]["text"] != record["turns"][0]["text"]
    assert kept_scrubber(config, key) is scrubber
    assert scrubber.config == config
