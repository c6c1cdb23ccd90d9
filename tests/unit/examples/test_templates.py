"""One example a record of a tabular source, whatever its texts are."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from smelt.examples.arrow import schema
from smelt.examples.config import CleaningConfig
from smelt.examples.templates import OF_CONVERSATION, OF_RECORD, templating
from smelt.identity import stable_id

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
TYPES = {
    "asked_at": pa.timestamp("us", tz="UTC"),
    "ingested_at": pa.timestamp("us", tz="UTC"),
    "rejections": pa.list_(pa.string()),
    "outcome": pa.map_(pa.string(), pa.string()),
}


def a_record(question, answer, **changed):
    row = {name: name for name in (*OF_RECORD, *OF_CONVERSATION)}
    row |= {"asked_at": NOON, "ingested_at": NOON, "rejections": [], "outcome": [("csat", "5")]}
    return row | {"question": question, "answer": answer} | changed


def made(*rows):
    kinds = pa.schema([(name, TYPES.get(name, pa.string())) for name in (*OF_RECORD, *OF_CONVERSATION)])
    batch = pa.RecordBatch.from_pylist(list(rows), kinds)
    (examples,) = templating(CleaningConfig(terminology={"e-mail": "email"}))([batch])
    assert examples.schema == schema()
    return examples.to_pylist()


def test_texts_are_cleaned_and_the_conversation_is_carried():
    (example,) = made(a_record("Is e-mail down?", "E-mail works."))
    assert (example["question"], example["answer"]) == ("Is email down?", "Email works.")
    assert (example["position"], example["context"], example["rejections"]) == (-1, [], [])
    assert example["example_id"] == stable_id("example", "record_id", -1)
    assert (example["customer_key"], example["kind"], example["outcome"]) == (
        "customer_key",
        "kind",
        [("csat", "5")],
    )
    assert example["asked_at"] == NOON


def test_what_rejects_a_record_rejects_its_pair_and_nothing_is_said_twice():
    found = made(
        a_record(None, "Yes.", rejections=["no_question"]),
        a_record("Why?", None),
        a_record("Why?", "Because.", rejections=["check:answered", "outlier:price"]),
    )
    assert [example["rejections"] for example in found] == [
        ["no_question"],
        ["no_answer"],
        ["check:answered", "outlier:price"],
    ]
