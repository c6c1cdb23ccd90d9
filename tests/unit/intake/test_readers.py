"""One format after another, with the damage that files come with."""

from __future__ import annotations

import gzip
import io
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.intake.columns import to_batch
from smelt.intake.records import SourceFile
from tests.unit.intake.intake_builders import A_FILE, LIMITS, a_source, parse, parse_one

LINES = b'{"id":1,"body":"one"}\n{"id":2,"body":"two"}\n{"id":3,"body":"three"}\n'


def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["source_key"], row["body"], row["source_position"], *row["reasons"]) for row in rows]


def test_json_lines_with_every_kind_of_broken_line() -> None:
    data = (
        b'\xef\xbb\xbf{"id":1,"body":"bom"}\n\n   \n{"id":2,"body":"cut\n[1]\n{"id":3,"body":"caf\xe9"}\r\n'
        b'{"id":4,"body":"half \\ud83d"}\n{"id":5,"body":"n","x":NaN}\n"text"'
    )
    assert told(parse(a_source(), data)) == [
        ("1", "bom", "line 1"),
        (None, None, "line 4", "invalid_json"),
        (None, None, "line 5", "not_an_object"),
        (None, None, "line 6", "invalid_encoding"),
        ("4", "half \ufffd", "line 7"),
        ("5", "n", "line 8"),
        (None, None, "line 9", "not_an_object"),
    ]


@pytest.mark.parametrize("name", ["json_lines", "json"])
def test_whole_numbers_of_any_length_keep_their_digits(name: str) -> None:
    data = (
        b'[{"id":34012345678901234567,"body":"one","parcel":{"no":[-340123456789012345678]}},'
        b'{"id":34012345678901234568,"body":"two"}]'
    )
    first, second = parse(a_source(format=name), data)
    assert (first["source_key"], second["source_key"]) == ("34012345678901234567", "34012345678901234568")
    assert first["extras"] == '{"parcel": {"no": [-340123456789012345678]}}'


@pytest.mark.parametrize("body", ['"34012345678901234567"', '"a: 34012345678901234567"', "1.5e30"])
def test_long_digits_elsewhere_change_nothing(body: str) -> None:
    row = parse_one(a_source(), b'{"id":1,"body":' + body.encode() + b"}")
    assert (row["source_key"], row["body"]) == ("1", body.strip('"').replace("1.5e30", "1.5e+30"))


def test_a_broken_line_is_kept_as_far_as_it_can_be_read() -> None:
    assert parse_one(a_source(), b'{"id":3,"body":"caf\xe9"}')["raw"] == '{"id":3,"body":"caf\ufffd"}'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig", "utf-32"])
def test_byte_order_marks_are_believed(encoding: str) -> None:
    data = '{"id":1,"body":"Grüße"}\n{"id":2,"body":"日本"}\n'.encode(encoding)
    assert [row["body"] for row in parse(a_source(), data)] == ["Grüße", "日本"]
    rows = "id,body\n1,Grüße\n2,日本\n".encode(encoding)
    assert [row["body"] for row in parse(a_source(format="csv"), rows)] == ["Grüße", "日本"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-le", "cp1252"])
def test_encodings_without_a_mark_are_configured(encoding: str) -> None:
    source = a_source(encoding=encoding)
    assert parse_one(source, '{"id":1,"body":"Grüße"}\n'.encode(encoding))["body"] == "Grüße"


def test_packed_files_are_unpacked_and_may_have_several_members() -> None:
    packed = gzip.compress(LINES[:22]) + gzip.compress(LINES[22:]) + b"\0" * 512
    assert [row["source_key"] for row in parse(a_source(), packed)] == ["1", "2", "3"]


def test_a_truncated_file_gives_its_records_and_one_entry_for_the_rest() -> None:
    many = b"".join(b'{"id":%d,"body":"text %d"}\n' % (n, n * 7919) for n in range(5_000))
    packed = gzip.compress(many)
    rows = parse(a_source(), packed[: len(packed) // 2])
    good, bad = rows[:-1], rows[-1]
    assert len(good) > 1_000
    assert all(not row["reasons"] for row in good)
    assert bad["reasons"] == ["truncated_file"]
    assert bad["source_position"] == f"end, after line {len(good)}"


def test_a_truncated_document_is_one_entry() -> None:
    packed = gzip.compress(
        b"[" + b",".join(b'{"id":%d,"body":"%d"}' % (n, n * 7919) for n in range(5_000)) + b"]"
    )
    row = parse_one(a_source(format="json"), packed[:-200])
    assert row["reasons"] == ["truncated_file"]


def test_json_documents() -> None:
    source = a_source(format="json", records_path="data.tickets")
    rows = parse(source, b'{"data":{"tickets":[{"id":1,"body":"a"},7]}}')
    assert told(rows) == [("1", "a", "item 1"), (None, None, "item 2", "not_an_object")]
    assert told(parse(a_source(format="json"), b'{"id":1,"body":"a"}')) == [("1", "a", "item 1")]
    assert told(parse(a_source(format="json"), b"[{]")) == [(None, None, "file", "invalid_json")]
    assert told(parse(a_source(format="json"), b'[{"id":1,"body":"\xff"}]')) == [
        (None, None, "file", "invalid_encoding")
    ]
    assert parse(a_source(format="json"), b" \n") == []


def test_a_missing_column_makes_every_row_an_entry() -> None:
    assert told(parse(a_source(format="csv"), b"number,body\n1,a\n")) == [
        (None, None, "line 2", "missing_key")
    ]


def test_parquet_keeps_types_and_survives_damage() -> None:
    table = pa.table(
        {"id": [1.0, 2.0], "body": ["a", "b"], "when": [datetime(2024, 5, 1), None], "l": [[1], []]}
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    source = a_source(format="parquet", mapping={"source_key": "id", "body": "body", "created_at": "when"})
    rows = parse(source, buffer.getvalue())
    assert told(rows) == [("1", "a", "row 1"), ("2", "b", "row 2")]
    assert rows[0]["created_at"] == 1714521600000000
    assert parse_one(source, buffer.getvalue()[:-20])["reasons"] == ["unreadable_file"]


CALL = """WEBVTT

NOTE made by a machine

1
00:00:01.000 --> 00:00:02.000
<v Agent>Hello,

00:00:02.000 --> 00:00:03.500
<v Agent>how can I help?

00:00:04.000 --> 00:00:05.000
<v Mary Major>My phone
is broken.
"""


def test_webvtt_joins_the_cues_of_a_speaker() -> None:
    source = a_source(kind="transcripts", format="webvtt", mapping={}, turns={"default_role": "customer"})
    row = dict(parse(source, CALL.encode(), SourceFile("/calls/7.vtt", "7.vtt"))[0])
    assert [(turn["role"], turn["text"]) for turn in row["turns"]] == [
        ("agent", "Hello, how can I help?"),
        ("customer", "My phone is broken."),
    ]
    assert (row["source_key"], row["extras"]) == ("7.vtt", '{"duration_seconds":5}')
    assert row["known"] == [{"kind": "name", "value": "Mary Major"}]
    assert parse_one(source, b"not a transcript")["reasons"] == ["unreadable_file:MalformedFileError"]


def test_srt_reads_speakers_from_prefixes() -> None:
    data = b"1\n00:00:01,000 --> 00:00:02,000\nAgent: Hello\n\n2\n00:00:02,000 --> 00:00:03,000\nCustomer: Hi\nthere\n"
    source = a_source(kind="transcripts", format="srt", mapping={})
    row = parse_one(source, data)
    assert [(turn["role"], turn["text"]) for turn in row["turns"]] == [
        ("agent", "Hello"),
        ("customer", "Hi there"),
    ]


def test_markdown_with_front_matter() -> None:
    data = b"---\ntitle: Reset\ndate: 2024-05-01\ntags: [a, b]\n---\n\n# Other\n\nText.\n"
    source = a_source(kind="articles", format="markdown", mapping={})
    row = parse_one(source, data)
    assert (row["title"], row["body"], row["body_format"]) == ("Reset", "# Other\n\nText.", "markdown")
    assert (row["source_key"], row["created_at"]) == ("day1/a.jsonl", 1714521600000000)
    plain = parse_one(source, b"\xef\xbb\xbfHeading\n=======\n\nText.")
    assert (plain["title"], plain["extras"]) == ("Heading", None)
    broken = parse_one(source, b"---\n{a: [\n---\n# T\n\nText.")
    assert (broken["title"], broken["extras"]) == ("T", '{"front_matter_problem":"ParserError"}')
    assert parse_one(source, b"---\ntitle: x\n---\n \n")["reasons"] == ["no_text"]


def test_html_articles() -> None:
    data = b"<html lang=de><head><title>Reset</title><meta name=date content=2024-05-01></head><body><p>Text</p></body>"
    source = a_source(kind="articles", format="html", mapping={})
    row = parse_one(source, data)
    assert (row["title"], row["language"], row["body"], row["body_format"]) == (
        "Reset",
        "de",
        "<p>Text</p>",
        "html",
    )
    assert row["created_at"] == 1714521600000000
    assert parse_one(source, b"<html><body><br><script>x()</script></body></html>")["reasons"] == ["no_text"]


FORMATS = ["json_lines", "json", "csv", "parquet", "webvtt", "srt", "markdown", "html"]


@given(st.binary(max_size=300), st.sampled_from(FORMATS), st.booleans())
def test_any_bytes_give_rows_and_no_error(data: bytes, kind: str, packed: bool) -> None:
    calls = kind in ("webvtt", "srt")
    source = a_source(
        format=kind,
        kind="transcripts" if calls else "tickets",
        turns={"default_role": "customer"} if calls else None,
    )
    for row in parse(source, gzip.compress(data) if packed else data):
        assert bool(row["reasons"]) == (row["record_id"] is None)


def test_plugins_may_fail_or_give_bytes_that_are_no_text(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from smelt.intake.parsing import Parser
    from smelt.intake.plugins import load_plugin

    file = tmp_path / "odd.py"
    file.write_text(
        "from smelt.intake.records import Bad, Record\n"
        "class Odd:\n"
        "    def __init__(self, mark='#'):\n"
        "        self.mark = mark\n"
        "    def read(self, text, file):\n"
        "        for number, line in enumerate(text.splitlines(), 1):\n"
        "            if line == 'fail':\n"
        "                raise KeyError(line)\n"
        "            if line.startswith(self.mark):\n"
        "                yield Bad(line, line, ('comment',))\n"
        "            else:\n"
        "                yield Record({'id': number, 'deep': {'body': line}}, f'line {number}')\n"
    )
    source = a_source(format="plugin", reader=str(file), mapping={"source_key": "id", "body": "deep.body"})
    parser = Parser(source, LIMITS, load_plugin(str(file), {"mark": "%"}))
    rows = list(parser.file(b"good\n%caf\xe9\ncaf\xe9\nfail\nlost", A_FILE))
    batch = to_batch(rows).to_pylist()
    assert [(row["source_position"], *row["reasons"]) for row in batch] == [
        ("line 1",),
        ("%caf?", "comment"),
        ("line 3", "invalid_encoding"),
        ("after line 3", "reader_failed:KeyError"),
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("format", ["csv", "json_lines"])
def test_a_file_without_the_mark_that_its_encoding_needs_is_told_as_such(encoding: str, format: str) -> None:
    text = "id,body\n1,x\n" if format == "csv" else '{"id": 1, "body": "x"}\n'
    source = a_source(format=format, encoding=encoding)
    assert [row["source_key"] for row in parse(source, text.encode(encoding))] == ["1"]
    without = parse(source, text.encode(f"{encoding}-be"))
    assert [row["reasons"] for row in without] == [["invalid_encoding"]]
