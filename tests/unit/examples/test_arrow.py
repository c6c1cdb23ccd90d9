"""Batches of conversations to batches of examples."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from smelt.examples.arrow import READ, schema, to_examples
from smelt.examples.cleaning import Cleaner
from smelt.examples.config import CleaningConfig, ExamplesConfig
from smelt.identity import stable_id

TIME = pa.timestamp("us", tz="UTC")
ASKED = dt.datetime(2025, 3, 1, 10, tzinfo=dt.UTC)
LATER = dt.datetime(2025, 3, 1, 11, tzinfo=dt.UTC)
TYPES = {
    "turns": pa.list_(pa.struct([("role", pa.string()), ("text", pa.string()), ("at", TIME)])),
    "outcome": pa.map_(pa.string(), pa.string()),
    "exclusions": pa.list_(pa.string()),
    "pii_rejections": pa.list_(pa.string()),
    "asked_at": TIME,
    "ingested_at": TIME,
}
CONVERSATIONS = pa.schema([(name, TYPES.get(name, pa.string())) for name in READ])


def a_conversation(record_id="r", **fields):
    given = {
        "record_id": record_id,
        "source": "desk",
        "kind": "chats",
        "asked_at": ASKED,
        "ingested_at": LATER,
    }
    return given | fields


def a_turn(role, text, at=None):
    return {"role": role, "text": text, "at": at}


def examples_of(*conversations, skip=0):
    batch = pa.RecordBatch.from_pylist(list(conversations), CONVERSATIONS).slice(skip)
    made = to_examples(batch, ExamplesConfig(), Cleaner(CleaningConfig()))
    assert made.schema == schema()
    return made.to_pylist()


def test_every_pair_carries_its_conversation_and_its_own_place():
    first, second = examples_of(
        a_conversation(
            turns=[
                a_turn("customer", "Where is my map?", LATER),
                a_turn("agent", "In the  drawer .\n\n\n\n-- \nJo"),
                a_turn("customer", "Which one?"),
                a_turn("agent", "The upper one."),
            ],
            outcome=[("csat", "5")],
            language="en",
        )
    )
    assert [first["example_id"], second["example_id"]] == [stable_id("example", "r", n) for n in (0, 1)]
    assert (first["question"], first["answer"]) == ("Where is my map?", "In the drawer.")
    assert (first["asked_at"], second["asked_at"]) == (LATER, ASKED)
    assert second["context"] == [
        {"role": "customer", "text": "Where is my map?"},
        {"role": "agent", "text": "In the drawer."},
    ]
    assert (second["outcome"], second["language"], second["rejections"]) == ([("csat", "5")], "en", [])


def test_what_gives_no_pair_says_why_with_what_scrubbing_found():
    silent, refused = examples_of(
        a_conversation(kind="tickets", title="Printer", turns=None, outcome=None),
        a_conversation(
            kind="tickets", title="Fax", resolution="Replaced the fuse.", pii_rejections=["US_SSN"], turns=[]
        ),
    )
    assert (silent["question"], silent["answer"], silent["rejections"]) == ("Printer", None, ["no_answer"])
    assert silent["outcome"] == []
    assert refused["rejections"] == ["pii_us_ssn"]


def test_an_answer_of_which_cleaning_leaves_nothing_is_none():
    (only,) = examples_of(
        a_conversation(turns=[a_turn("customer", "Where?"), a_turn("agent", "Sent from my phone")])
    )
    assert (only["answer"], only["rejections"]) == (None, ["no_answer"])


def test_a_part_of_a_batch_is_read_as_that_part():
    turns = [a_turn("customer", "Where?"), a_turn("agent", "Here it is.")]
    rows = [a_conversation(str(number), turns=turns, outcome=[("n", str(number))]) for number in range(3)]
    assert [(row["record_id"], row["outcome"]) for row in examples_of(*rows, skip=1)] == [
        ("1", [("n", "1")]),
        ("2", [("n", "2")]),
    ]
