"""Whatever a record is: it is a row or a quarantined one, and every stage's code takes every row."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smelt.conversations.arrow import READ, conversing
from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.signing import sign
from smelt.examples.arrow import READ as CONVERSATION
from smelt.examples.arrow import pairing
from smelt.examples.config import CleaningConfig, ExamplesConfig
from smelt.intake.columns import PARSED, to_batches
from smelt.intake.parsing import Limits, Parser
from smelt.intake.records import SourceFile
from smelt.intake.times import time_parser
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import TextBatch
from smelt.privacy.gate import ResidualScanner
from smelt.quality.config import MEASURES
from smelt.quality.score import score_pairs
from tests.malformed import rows, tickets
from tests.unit.conversations.test_arrow import SCHEMA as BRONZE
from tests.unit.examples.test_arrow import CONVERSATIONS
from tests.unit.intake.intake_builders import LATEST, a_source, chats

FILE = SourceFile("/landing/a", "a")
LIMITS = Limits(LATEST, 200, 1 << 20, 1 << 22)
KEY = ScrubKey("1", b"k" * 32)
TICKETS = a_source(
    mapping={"source_key": "id", "subject": "subject", "body": "body", "customer_id": "customer",
             "customer_email": "email", "created_at": "created"},
    known={"name": ["tags"]}, outcome={"tags": ["tags[0]"]}, time_formats=["%d.%m.%Y"],
)  # fmt: skip
SOURCES = {
    "tickets": TICKETS,
    "chats": chats(),
    "documents": a_source(format="json", records_path="tickets"),
    "csv": a_source(format="csv"),
    "grouped": a_source(kind="chats", format="csv", mapping={}, turns={
        "group_by": "id", "text": "body", "order_by": "n", "default_role": "customer"}),
    "markdown": a_source(kind="articles", format="markdown", mapping={}),
    "html": a_source(kind="articles", format="html", mapping={}),
    "webvtt": a_source(kind="transcripts", format="webvtt", mapping={}, turns={"default_role": "customer"}),
    "srt": a_source(kind="transcripts", format="srt", mapping={}, turns={"default_role": "customer"}),
    "parquet": a_source(format="parquet"),
    "utf-16": a_source(encoding="utf-16"),
    "cp1252": a_source(encoding="cp1252", format="csv"),
}  # fmt: skip
BEGINNINGS = (
    b"", b"WEBVTT\n\n00:00.000 --> 00:01.000\n", b"1\n00:00:00,000 --> 00:00:01,000\n", b"---\na: b\n---\n# T\n",
    b"id,body\n",
    b"<html><body>", b'{"id": 1, "body": ', b'{"tickets": [{"id": 1, "body": "x"}, ', b"\x1f\x8b", b"BZh9",
    b"\xfd7zXZ\x00",
    b"PAR1", b"\xff\xfe", b"\xef\xbb\xbf", b"id,body,n\n1,a,nan\n1,b,x\n1,c,",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = ("id", "subject", "body", "customer", "email", "created", "tags", "turns", "who", "text", "at")
FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON))
MANY = settings(max_examples=400, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=10, suppress_health_check=list(HealthCheck))
"""Of many texts each: a stage costs as much for one as for a dozen."""


def written(found):
    """Rows of an arrival as bronze and quarantine would have them; their columns must take them."""
    table = pa.Table.from_batches(list(to_batches(found))) if found else None
    assert table is None or table.num_rows == len(found)
    entries = [dict(zip(PARSED, row, strict=True)) for row in found]
    for entry in entries:
        assert bool(entry["reasons"]) == (entry["record_id"] is None)
        assert entry["source_position"]
    return entries


@MANY
@given(st.sampled_from(sorted(SOURCES)), st.sampled_from(BEGINNINGS), st.binary(max_size=300))
def test_any_bytes_are_read_to_their_end(name, beginning, data):
    written(list(Parser(SOURCES[name], LIMITS).file(beginning + data, FILE)))


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["tickets", "chats"]), FIELDS)
def test_any_object_is_one_row(name, fields):
    line = json.dumps(fields).encode()
    assert len(written(list(Parser(SOURCES[name], LIMITS).lines([(line, "line 1")], FILE)))) == 1
    assert len(written(list(Parser(SOURCES[name], LIMITS).file(line, FILE)))) == 1


@MANY
@given(JSON | st.dates() | st.datetimes() | st.decimals() | st.binary(max_size=9))
def test_any_value_is_a_time_or_none(value):
    try:
        found = time_parser("Europe/Berlin", ("%d.%m.%Y", "%d/%m/%y %H:%M"), LATEST)(value)
    except ValueError:
        return
    assert found is None or isinstance(found, int)


TEXT = st.text(max_size=200) | st.text("<>/&;[]()#*`|:=-\n\t dvolia1@.", max_size=200)


FORMS = st.tuples(st.sampled_from(["text", "markdown", "html"]), st.sampled_from(["tickets", "articles"]))


@FEW
@given(st.lists(st.tuples(FORMS, TEXT, TEXT), min_size=6, max_size=12))
def test_any_text_goes_through_every_stage(records):
    """Nothing fails alone, so that nothing is rejected as failed either."""
    rows = [dict.fromkeys(READ) | {"record_id": f"r{n}", "source": "s", "kind": kind, "source_key": f"{n}",
        "title": title, "body": body, "body_format": form, "resolution": title, "category": title,
        "turns": [{"role": "agent", "speaker": None, "text": body, "at": None}],
        "ingested_at": dt.datetime.now(dt.UTC), "outcome": {"a": body},
        "known": [{"kind": "name", "value": title}],
    } for n, ((form, kind), title, body) in enumerate(records)]  # fmt: skip
    batch = pa.RecordBatch.from_pylist(rows, BRONZE)
    (conversation,) = conversing(PiiConfig(), KEY)([batch])
    assert conversation["pii_rejections"].to_pylist() == [[]] * len(rows)
    chosen = pa.RecordBatch.from_arrays(
        [conversation.column(name).cast(CONVERSATIONS.field(name).type) for name in CONVERSATION],
        schema=CONVERSATIONS,
    )
    (made,) = pairing(ExamplesConfig(), CleaningConfig())([chosen])
    assert not any("failed" in reason for reasons in made["rejections"].to_pylist() for reason in reasons)
    assert {row["record_id"] for row in made.to_pylist()} == {row["record_id"] for row in rows}


@FEW
@given(st.lists(st.tuples(TEXT, TEXT), min_size=8, max_size=16))
def test_any_pair_is_scored_and_signed(pairs):
    questions, answers = zip(*pairs, strict=True)
    table = pa.table({"question": pa.array(questions), "answer": pa.array(answers)})
    scores = score_pairs(table)
    for name in (*MEASURES, "composite"):
        values = scores[name].to_numpy()
        assert np.isfinite(values).all()
        assert ((values >= 0) & (values <= 1)).all()
    names = ("example_id", "record_id", "content_hash", "source")
    columns = {name: [str(n) for n in range(len(pairs))] for name in names}
    batch = pa.RecordBatch.from_pydict(columns | {"question": list(questions), "answer": list(answers)})
    assert sign(batch, DuplicatesConfig(), np.empty(0, dtype=np.int64)).num_rows == len(pairs)
    assert len(ResidualScanner(PiiConfig()).counts([list(pair) for pair in pairs])) >= 0


SCRUBBERS = Scrubber(PiiConfig(), KEY), Scrubber(PiiConfig(), KEY)
"""Two, so that neither has a text in its cache from the other way to ask."""


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.lists(TEXT, min_size=1, max_size=4))
def test_any_text_is_scrubbed_to_the_same_wherever_it_stands(texts):
    together = SCRUBBERS[0].scrub(TextBatch.of(texts)).texts
    assert together == [SCRUBBERS[1].scrub(TextBatch.of([text])).texts[0] for text in texts]


@pytest.mark.parametrize("seed", range(2))
def test_malformed_tickets_are_rows_or_quarantined(seed):
    lines = list(tickets(1_500, seed))
    parser = Parser(TICKETS, LIMITS)
    by_line = written(list(parser.lines([(line, f"line {n}") for n, line in enumerate(lines)], FILE)))
    assert len(by_line) == sum(bool(line.removeprefix(b"\xef\xbb\xbf").strip()) for line in lines)
    assert 100 < sum(bool(row["reasons"]) for row in by_line) < 1_400
    assert {reason for row in by_line for reason in row["reasons"]} >= {
        "missing_key",
        "invalid_json",
        "nested_too_deeply",
    }
    whole = b"\n".join(line.replace(b"\n", b"") for line in lines)
    assert len(written(list(parser.file(whole, FILE)))) == len(by_line)


@pytest.mark.parametrize("seed", range(2))
def test_malformed_rows_are_rows_or_quarantined(seed):
    lines = list(rows(1_000, seed))
    source = a_source(format="csv", header=["id", "body", "made"])
    found = written(list(Parser(source, LIMITS).file(b"\n".join(lines), FILE)))
    assert len(found) == len(lines)
    assert orjson.dumps(found[0]["reasons"])
