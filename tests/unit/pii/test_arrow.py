"""Conversations as Arrow batches: every field is scrubbed, everything else stays where it was."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from smelt.pii.arrow import FINDING_TYPE, kept_scrubber, scrub_conversations
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey
from smelt.pii.scrubber import Scrubber

AT = dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)
TURNS = pa.list_(
    pa.struct(
        [
            ("role", pa.string()),
            ("speaker", pa.string()),
            ("text", pa.string()),
            ("at", pa.timestamp("us", "UTC")),
        ]
    )
)
KNOWN = pa.list_(pa.struct([("kind", pa.string()), ("value", pa.string())]))
OUTCOME = pa.map_(pa.string(), pa.string())


def turn(role: str | None, text: str | None) -> dict:
    return {"role": role, "speaker": "raw", "text": text, "at": AT}


def a_batch() -> pa.RecordBatch:
    columns = {
        "record_id": pa.array(["one", "two", "three"]),
        "title": pa.array(["from jane.roe@mail.net", "nothing", None]),
        "turns": pa.array(
            [[turn("customer", "Jane.Roe@mail.net or j@mail.net"), turn(None, None)], None, []], TURNS
        ),
        "resolution": pa.array(["told jane.roe@mail.net", None, "x"]),
        "category": pa.array(["billing", "ask j@mail.net", None]),
        "outcome": pa.array([[("csat", "5"), ("k@mail.net", "jane.roe@mail.net")], None, []], OUTCOME),
        "known": pa.array([[{"kind": "name", "value": None}], None, []], KNOWN),
        "other": pa.array([1, 2, 3]),
    }
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber(PiiConfig(), ScrubKey("1", b"a" * 32))


@pytest.mark.parametrize("cut", [(0, 3), (0, 1), (1, 2)], ids=str)
def test_every_field_is_scrubbed_with_numbers_shared_by_the_conversation(scrubber, cut):
    expected = [
        {
            "record_id": "one",
            "title": "from [EMAIL_1]",
            "turns": [
                {"role": "customer", "text": "[EMAIL_1] or [EMAIL_2]", "at": AT},
                {"role": None, "text": None, "at": AT},
            ],
            "resolution": "told [EMAIL_1]",
            "category": "billing",
            "outcome": [("csat", "5"), ("[EMAIL_3]", "[EMAIL_1]")],
            "other": 1,
            "pii_count": 6,
            "pii_rejections": [],
        },
        {
            "record_id": "two",
            "title": "nothing",
            "turns": None,
            "resolution": None,
            "category": "ask [EMAIL_1]",
            "outcome": None,
            "other": 2,
            "pii_count": 1,
            "pii_rejections": [],
        },
        {
            "record_id": "three",
            "title": None,
            "turns": [],
            "resolution": "x",
            "category": None,
            "outcome": [],
            "other": 3,
            "pii_count": 0,
            "pii_rejections": [],
        },
    ]
    got = scrub_conversations(a_batch().slice(cut[0], cut[1]), scrubber)
    rows = [{name: value for name, value in row.items() if name != "pii_findings"} for row in got.to_pylist()]
    assert rows == expected[cut[0] : cut[0] + cut[1]]


def test_findings_say_where_and_nothing_raw(scrubber):
    got = scrub_conversations(a_batch(), scrubber)
    assert got.schema.field("pii_findings").type == pa.list_(FINDING_TYPE)
    findings = got.column("pii_findings").to_pylist()
    places = [(f["field"], f["position"], f["start"], f["end"], f["new_end"]) for f in findings[0]]
    assert places == [
        ("title", 0, 5, 22, 14),
        ("turns", 0, 0, 17, 9),
        ("turns", 0, 21, 31, 22),
        ("resolution", 0, 5, 22, 14),
        ("outcome", 2, 0, 10, 9),
        ("outcome", 3, 0, 17, 9),
    ]
    assert "mail.net" not in str(findings)


def test_an_empty_batch_keeps_its_schema(scrubber):
    got = scrub_conversations(a_batch().slice(0, 0), scrubber)
    assert got.num_rows == 0
    assert got.schema == scrub_conversations(a_batch(), scrubber).schema


def test_policy_reject_names_the_entities():
    scrubber = Scrubber(PiiConfig(entities={"EMAIL": {"policy": "reject"}}), None)
    got = scrub_conversations(a_batch(), scrubber)
    assert got.column("pii_rejections").to_pylist() == [["EMAIL"], ["EMAIL"], []]


def test_a_category_is_no_turn_of_one_word_and_answers_no_question(scrubber):
    columns = {
        "turns": pa.array([[turn("agent", "May I have your name?"), turn("customer", "zebulon")]], TURNS),
        "category": pa.array(["openinggreeting"]),
        "outcome": pa.array([[("stage", "firstcontact")]], OUTCOME),
    }
    batch = pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))
    (row,) = scrub_conversations(batch, scrubber).to_pylist()
    assert row["category"] == "openinggreeting"
    assert row["outcome"] == [("stage", "firstcontact")]
    assert row["turns"][1]["text"] == "[PERSON_1]"


def test_pieces_of_one_configuration_and_key_share_a_scrubber_and_no_others():
    config, key = PiiConfig(), ScrubKey("1", b"a" * 32)
    masked = PiiConfig.model_validate({"entities": {"EMAIL": {"policy": "mask"}}})

    first = kept_scrubber(config, key)
    assert kept_scrubber(PiiConfig(), key) is first

    assert kept_scrubber(masked, key).config == masked
    assert kept_scrubber(config, ScrubKey("2", b"b" * 32)) is not first
