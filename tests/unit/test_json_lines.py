"""One door for lines of JSON: what the commands that read them take, and what they say of the rest."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.duplicates.files import read_rows
from smelt.json_lines import BadLineError, json_object
from smelt.quality.config import QualityConfig
from smelt.quality.files import score_lines

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
)


@settings(max_examples=50)
@given(st.dictionaries(st.text(st.characters(codec="utf-8")), VALUES))
def test_every_object_is_read_as_it_was_written(value):
    line = json.dumps(value, ensure_ascii=False).encode()
    assert json_object(line) == json_object(b"\xef\xbb\xbf" + line, is_first=True) == value


def test_half_surrogate_pairs_can_be_written_again():
    found = json_object(
        b'{"text": "a\\ud83d b", "\\udc00": [{"x": "\\udc00"}], "n": 123456789012345678901234567890}'
    )
    assert found == {"text": "a\ufffd b", "\ufffd": [{"x": "\ufffd"}], "n": 123456789012345678901234567890}
    assert json.dumps(found, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "empty line"),
        (b"  \r", "empty line"),
        (b"jane@mail.net", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"text": "\xff"}', "not UTF-8"),
        (b'["jane@mail.net"]', "not a JSON object"),
        (b"null", "not a JSON object"),
    ],
)
def test_a_bad_line_is_told_and_never_quoted(line, why):
    with pytest.raises(BadLineError) as raised:
        json_object(line)
    assert str(raised.value) == why


def test_score_and_dedup_read_what_scrub_reads(tmp_path):
    pair = {"id": 1, "question": "How do I reset it?", "answer": "Choose reset \ud83d in the settings."}
    lines = [b"\xef\xbb\xbf" + json.dumps(pair).encode(), b"{not json", b"[1]"]
    answers = list(score_lines(lines, QualityConfig()))
    assert answers[0]["id"] == 1
    assert [answer.get("error") for answer in answers] == [None, "not JSON", "not a JSON object"]
    file = tmp_path / "rows.jsonl"
    file.write_bytes(lines[0] + b"\n")
    assert read_rows(file, "id", "answer").texts.to_list() == ["Choose reset \ufffd in the settings."]
