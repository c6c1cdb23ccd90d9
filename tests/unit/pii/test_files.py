"""JSON lines in, JSON lines out."""

from __future__ import annotations

import io
import json
import os
import threading

import pytest

from smelt.pii.config import PiiConfig
from smelt.pii.files import scrub_lines, scrub_text
from smelt.pii.scrubber import Scrubber


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber(PiiConfig(), None)


def answers(scrubber: Scrubber, *lines: str | bytes) -> list[dict]:
    raw = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    out = io.BytesIO()
    scrub_lines(io.BytesIO(raw), out, scrubber)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_text_and_findings(scrubber):
    got = answers(scrubber, '{"text": "😀 mail jane.roe@mail.net now"}')
    assert got[0]["text"] == "😀 mail [EMAIL_1] now"
    assert [(f["entity"], f["start"], f["end"]) for f in got[0]["findings"]] == [("EMAIL", 7, 24)]
    assert set(got[0]["findings"][0]) == {"entity", "start", "end", "confidence"}


def test_known_identities_come_as_strings_or_objects(scrubber):
    got = answers(
        scrubber,
        '{"text": "zyxo qavarr wrote", "known": ["Zyxo Qavarr"]}',
        '{"text": "zyxo qavarr wrote", "known": [{"kind": "name", "value": "Zyxo Qavarr"}]}',
        '{"text": "zyxo qavarr wrote", "known": null}',
    )
    assert [each["text"] for each in got] == ["[PERSON_1] wrote", "[PERSON_1] wrote", "zyxo qavarr wrote"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("secret@mail.net", "not JSON"),
        ("", "empty line"),
        (b'{"text": "secret@mail.net \xff"}', "not UTF-8"),
        ('["secret@mail.net"]', "not a JSON object"),
        ('{"known": ["secret@mail.net"]}', "text is missing"),
        ('{"text": 5, "known": "secret@mail.net"}', "text is not a string"),
        ('{"text": "secret@mail.net", "known": "x"}', "known is not a list"),
        ('{"text": "secret@mail.net", "known": [5]}', "known has an entry"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_bad_line_says_why_and_where_and_quotes_nothing(scrubber, line, says):
    got = answers(scrubber, '{"text": "a"}', line, '{"text": "b"}')
    assert [got[0]["text"], got[2]["text"]] == ["a", "b"]
    assert got[1]["line"] == 2
    assert got[1]["error"].startswith(says)
    assert "secret" not in json.dumps(got[1])


def test_half_surrogates_keep_offsets(scrubber):
    got = answers(scrubber, '{"text": "\\ud83d x jane.roe@mail.net"}')
    assert got[0]["text"] == "\ufffd x [EMAIL_1]"
    assert got[0]["findings"][0]["start"] == 4


def test_byte_order_mark_and_missing_last_line_feed(scrubber):
    got = answers(scrubber, b'\xef\xbb\xbf{"text": "a"}', '{"text": "b"}')
    assert [each["text"] for each in got] == ["a", "b"]


def test_one_line_is_answered_before_the_next_is_written(scrubber):
    into, out_of = os.pipe(), os.pipe()

    def serve() -> None:
        with open(into[0], "rb") as source, open(out_of[1], "wb", 0) as sink:
            scrub_lines(source, sink, scrubber)

    threading.Thread(target=serve, daemon=True).start()
    with open(into[1], "wb", 0) as ask, open(out_of[0], "rb") as answer:
        for number in range(3):
            ask.write(json.dumps({"text": f"mail n{number}@mail.net"}).encode() + b"\n")
            assert json.loads(answer.readline())["text"] == "mail [EMAIL_1]"


def test_line_longer_than_a_chunk(scrubber):
    text = "word " * 500_000 + "jane.roe@mail.net"
    assert answers(scrubber, json.dumps({"text": text}))[0]["text"].endswith("word [EMAIL_1]")


def test_a_whole_text(scrubber):
    out = io.BytesIO()
    scrub_text(io.BytesIO(b"mail jane.roe@mail.net\nor j@mail.net, again jane.roe@mail.net\n"), out, scrubber)
    assert out.getvalue() == b"mail [EMAIL_1]\nor [EMAIL_2], again [EMAIL_1]\n"
