"""A fault is put into the code of each stage, at one text: that record alone is rejected, the others are as ever."""

from __future__ import annotations

import datetime as dt

import numpy as np
import orjson
import polars as pl
import pyarrow as pa
import pytest

from smelt.conversations import arrow as conversations
from smelt.duplicates import files, signing
from smelt.duplicates.boilerplate import line_hashes
from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.contamination import NOTHING
from smelt.examples import arrow as examples
from smelt.examples.cleaning import Cleaner
from smelt.examples.config import CleaningConfig, ExamplesConfig
from smelt.pii.arrow import scrubbing
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey
from smelt.pii.scrubber import Scrubber
from smelt.privacy import gate
from smelt.privacy.sealing import sealing
from smelt.quality.arrow import scoring
from smelt.quality.config import QualityConfig
from smelt.quality.corpus import fit
from smelt.quality.corpus.model import english
from smelt.quality.files import score_lines
from smelt.quality.pairs import Pairs
from smelt.records.scrub import named_by
from tests.unit.conversations.test_arrow import SCHEMA, a_record, a_turn
from tests.unit.examples.test_arrow import CONVERSATIONS, a_conversation
from tests.unit.examples.test_arrow import a_turn as a_clean_turn

BAD = "a text that breaks it"
KEY = ScrubKey("1", b"k" * 32)
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
TEXTS = ["How do I reset it?", "Mail me: jane.roe@mail.net", BAD, "Where is my order 12?", "Thanks"]


def fails_at_bad(monkeypatch, owner, name, texts_of):
    """Let a function fail where the fault's text is among ``texts_of`` its arguments, as a deep text would."""
    whole = getattr(owner, name)

    def faulty(*args, **kwargs):
        if any(BAD in (text or "") for text in texts_of(*args)):
            raise RecursionError(BAD)
        return whole(*args, **kwargs)

    monkeypatch.setattr(owner, name, faulty)


def rows_of(batches):
    return [row for batch in batches for row in batch.to_pylist()]


def bronze():
    records = [
        a_record(
            record_id=f"r{n}", source_key=str(n), customer_id=f"c{n}", category=text, created_at=NOON,
            turns=[a_turn("customer", text), a_turn("agent", f"About {n}: hold the button.")], title=text,
        )
        for n, text in enumerate(TEXTS)
    ]  # fmt: skip
    return pa.RecordBatch.from_pylist(records, SCHEMA)


def test_conversations(monkeypatch):
    convert = conversations.conversing(PiiConfig(), KEY)
    good = rows_of(convert([bronze()]))
    fails_at_bad(monkeypatch, Scrubber, "find", lambda _, batch: batch.texts)
    found = rows_of(conversations.conversing(PiiConfig(), KEY)([bronze()]))
    assert [row for n, row in enumerate(found) if n != 2] == [row for n, row in enumerate(good) if n != 2]
    failed = found[2]
    assert failed["pii_rejections"] == ["failed:conversations:RecursionError"]
    assert (failed["title"], failed["turns"], failed["category"]) == (None, [], None)
    kept = ("record_id", "conversation_id", "customer_key", "content_hash", "asked_at")
    assert {name: failed[name] for name in kept} == {name: good[2][name] for name in kept}
    assert BAD not in str(failed)


def test_values_for_the_vault(monkeypatch):
    def sealed():
        return rows_of(sealing(PiiConfig(), KEY, conversations.to_conversations)([bronze()]))

    good = {(row["record_id"], row["entity"]) for row in sealed()}
    fails_at_bad(monkeypatch, Scrubber, "find", lambda _, batch: batch.texts)
    assert {(row["record_id"], row["entity"]) for row in sealed()} == good


def test_texts_of_records(monkeypatch):
    maps = pa.map_(pa.string(), pa.string())
    batch = pa.RecordBatch.from_arrays(
        [pa.array([str(n) for n in range(5)]), pa.array([[("note", text)] for text in TEXTS], maps),
         pa.array([[("who", f"p{n}")] for n in range(5)], maps)],
        names=["record_id", "outcome", "_people"],
    )  # fmt: skip
    fails_at_bad(monkeypatch, Scrubber, "find", lambda _, batch: batch.texts)
    found = rows_of(scrubbing(PiiConfig(), KEY, stage="records", then=named_by(b"s"))([batch]))
    assert [row["pii_rejections"] for row in found] == [[], [], ["failed:records:RecursionError"], [], []]
    assert [len(row["outcome"]) for row in found] == [1, 1, 0, 1, 1]
    assert all(len(dict(row["_people"])["who"]) == 32 for row in found)


def scrubbed():
    rows = [
        a_conversation(
            f"r{n}", conversation_id=f"v{n}", title=None, content_hash=f"h{n}", category="x",
            turns=[a_clean_turn("customer", text), a_clean_turn("agent", f"Answer {n}: hold it.")],
            pii_rejections=["failed:conversations:KeyError", "PHONE"] if n == 4 else [],
        )
        for n, text in enumerate(TEXTS)
    ]  # fmt: skip
    return pa.RecordBatch.from_pylist(rows, CONVERSATIONS)


def test_examples(monkeypatch):
    good = rows_of(examples.pairing(ExamplesConfig(), CleaningConfig())([scrubbed()]))
    fails_at_bad(monkeypatch, Cleaner, "clean", lambda _, texts: texts)
    found = rows_of(examples.pairing(ExamplesConfig(), CleaningConfig())([scrubbed()]))
    assert [row for row in found if row["record_id"] != "r2"] == [
        row for row in good if row["record_id"] != "r2"
    ]
    (failed,) = [row for row in found if row["record_id"] == "r2"]
    assert failed["rejections"] == ["failed:examples:RecursionError"]
    assert (failed["question"], failed["answer"], failed["content_hash"]) == (None, None, "h2")
    assert good[4]["rejections"] == ["failed:conversations:KeyError", "pii_phone"]


def pairs(n=5):
    names = ("example_id", "record_id", "language", "category", "content_hash", "source")
    columns = {name: [f"{name}{n}" for n in range(5)] for name in names}
    columns |= {"question": TEXTS, "answer": ["Hold the button for ten seconds."] * 5, "outcome": [None] * 5}
    table = pa.table({**columns, "outcome": pa.array([None] * 5, pa.map_(pa.string(), pa.string()))})
    return table.combine_chunks().to_batches()[0]


def test_scores(monkeypatch):
    corpus = english().to_bytes()
    good = rows_of(scoring(QualityConfig(), corpus)([pairs()]))
    fails_at_bad(monkeypatch, Pairs, "tokens", lambda batch, _: batch.question.series)
    found = rows_of(scoring(QualityConfig(), corpus, ("other",))([pairs()]))
    assert [row for n, row in enumerate(found) if n != 2] == [row for n, row in enumerate(good) if n != 2]
    assert found[2]["rejections"] == ["failed:scores:RecursionError"]
    assert found[2]["composite"] == 0.0
    assert found[2]["content_hash"] == good[2]["content_hash"]


def test_lines_of_the_command_that_scores(monkeypatch):
    lines = [orjson.dumps({"id": n, "question": text, "answer": "Hold it."}) for n, text in enumerate(TEXTS)]
    good = list(score_lines(lines, QualityConfig()))
    fails_at_bad(monkeypatch, Pairs, "tokens", lambda batch, _: batch.question.series)
    found = list(score_lines(lines, QualityConfig()))
    assert found[2] == {"id": 2, "error": "could not be scored (RecursionError)", "line": 3}
    assert [answer for answer in found if "error" not in answer] == good[:2] + good[3:]


def test_a_corpus_is_learned_without_the_pair_that_breaks_it(monkeypatch):
    table = pa.table({"question": TEXTS * 60, "answer": ["Hold the button."] * 300})
    config = fit.CorpusConfig(minimum_pairs=200)
    expected = fit.fit_corpus(table.filter(pa.array([text != BAD for text in TEXTS * 60])), config)
    fails_at_bad(monkeypatch, fit.Material, "of", lambda question, _: question.series)
    assert fit.fit_usable(table, config).pairs == expected.pairs == 240


def test_rows_of_the_command_that_finds_duplicates(monkeypatch):
    rows = files.Rows(
        pl.Series("id", range(10)), pl.Series("text", [f"{text}, please" for text in TEXTS * 2])
    )
    good = files.duplicates_of(rows, DuplicatesConfig(), every_row=True).to_dicts()
    fails_at_bad(monkeypatch, files, "whole_texts", lambda texts, _: texts.to_list())
    found = files.duplicates_of(rows, DuplicatesConfig(), every_row=True).to_dicts()
    assert {found[n]["kind"] for n in (2, 7)} == {"failed:dedup:RecursionError"}
    assert [found[n]["kept_id"] for n in (2, 7)] == [2, 7]
    kept = [row | {"cluster_id": None} for n, row in enumerate(found) if n not in (2, 7)]
    assert kept == [row | {"cluster_id": None} for n, row in enumerate(good) if n not in (2, 7)]
    assert len(files.noteworthy(pl.DataFrame(found))) == 10


def test_signatures(monkeypatch):
    def signed():
        nothing = np.empty(0, dtype=np.int64)
        return rows_of(signing.signing_function(DuplicatesConfig(), nothing, NOTHING)([pairs()]))

    good = signed()
    fails_at_bad(monkeypatch, signing, "compared_texts", lambda question, *_: question.to_list())
    found = signed()
    assert [row for n, row in enumerate(found) if n != 2] == [row for n, row in enumerate(good) if n != 2]
    assert found[2]["contaminated_by"] == ["failed:duplicates:RecursionError"]
    assert (found[2]["text_hash"], found[2]["shingles"]) == (None, [])


def test_lines_and_texts_without_boilerplate(monkeypatch):
    lists = pa.array([[]] * 5, pa.list_(pa.int64()))
    batch = pairs().append_column("set_aside", lists)
    fails_at_bad(monkeypatch, signing, "line_hashes", lambda texts, *_: texts.to_list())
    assert len(rows_of(signing.lines_function(DuplicatesConfig())([batch]))) == 5
    fails_at_bad(monkeypatch, signing, "set_aside", lambda texts, *_: texts.to_list())
    found = rows_of(signing.stripping_function(DuplicatesConfig())([batch]))
    assert [row["question"] for row in found] == TEXTS
    assert line_hashes is not signing.line_hashes


def test_the_gate_counts_a_row_that_it_cannot_scan(monkeypatch):
    fails_at_bad(monkeypatch, Scrubber, "find", lambda _, batch: batch.texts)
    found = gate.ResidualScanner(PiiConfig()).counts([[text] for text in TEXTS])
    assert ("UNSCANNED", "severe", 1, 1) in found
    assert "EMAIL" in {entry.entity for entry in found}


@pytest.mark.parametrize("texts", [TEXTS, [BAD], [BAD] * 3])
def test_no_count_of_bad_records_is_too_many(monkeypatch, texts):
    fails_at_bad(monkeypatch, Scrubber, "find", lambda _, batch: batch.texts)
    records = [a_record(record_id=str(n), turns=[a_turn("customer", text)]) for n, text in enumerate(texts)]
    batch = pa.RecordBatch.from_pylist(records, SCHEMA)
    found = rows_of(conversations.conversing(PiiConfig(), KEY)([batch]))
    assert [bool(row["pii_rejections"]) for row in found] == [text == BAD for text in texts]
