from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from smelt.examples.config import CleaningConfig
from smelt.examples.corrections import POSITION, correcting
from smelt.identity import stable_id
from smelt.pii.keys import ScrubKey
from smelt.tables.contract import contract

NOON = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
COLUMNS = (
    "record_id", "source", "customer_key", "question", "category", "language", "asked_at", "answer", "ingested_at",
    "content_hash", "kind", "priority", "outcome", "rejections",
)  # fmt: skip


def made(*pairs, secret=b"s" * 32):
    schema = pa.schema([contract("silver.examples").arrow_schema().field(name) for name in COLUMNS])
    rows = [
        dict.fromkeys(COLUMNS) | {
            "record_id": f"r{number}", "source": "prod", "question": question, "answer": answer, "kind": "chats",
            "asked_at": NOON, "ingested_at": NOON, "content_hash": "h", "rejections": [],
        }
        for number, (question, answer) in enumerate(pairs)
    ]  # fmt: skip
    batch = pa.RecordBatch.from_pylist(rows, schema)
    (found,) = correcting(CleaningConfig(), ScrubKey("1", secret))([batch])
    return found.to_pylist()


def test_a_corrected_answer_is_a_pair_of_its_own_cleaned_as_any_other():
    (row,) = made(("How do I  reset it?", "Open the settings\n\n\n\nand choose reset."))
    assert row["example_id"] == stable_id("example", "r0", POSITION)
    assert (row["position"], row["kind"], row["context"], row["rejections"]) == (-2, "chats", [], [])
    assert row["question"] == "How do I reset it?"
    assert "\n\n\n" not in row["answer"]


def test_its_conversation_is_a_keyed_pseudonym():
    own, other = made(("a?", "b"), secret=b"1" * 32), made(("a?", "b"), secret=b"2" * 32)
    assert own[0]["conversation_id"] != other[0]["conversation_id"]
    assert "r0" not in own[0]["conversation_id"]
    one, two = made(("a?", "b"), ("a?", "b"))
    assert one["conversation_id"] != two["conversation_id"]


@pytest.mark.parametrize(("pair", "reason"), [((None, "b"), "no_question"), (("a?", "  "), "no_answer")])
def test_what_lacks_a_text_says_so(pair, reason):
    (row,) = made(pair)
    assert row["rejections"] == [reason]
