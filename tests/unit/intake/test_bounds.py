"""What a file unpacks to, how long its lines are and how deeply it nests are bounded while it is read."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tracemalloc
from functools import cache

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.intake.columns import PARSED
from smelt.intake.config import SourceConfig
from smelt.intake.content import Content
from smelt.intake.parsing import Limits, Parser
from smelt.intake.records import SourceFile
from tests.unit.intake.intake_builders import LATEST

PACK = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
FILE = SourceFile("/landing/desk/a", "a")
LIMITS = Limits(LATEST, 200, 10_000, 1_000_000, 2_000_000)


def a_source(**given_):
    values = {"name": "desk", "kind": "tickets", "format": "json_lines", "path": "desk",
              "mapping": {"source_key": ["id"], "body": ["body"]}}  # fmt: skip
    return SourceConfig.model_validate(values | given_)


def parsed(data, limits=LIMITS, **source):
    rows = Parser(a_source(**source), limits).file(data, FILE)
    return [dict(zip(PARSED, row, strict=True)) for row in rows]


def reasons(rows):
    return [row["reasons"] for row in rows]


@given(
    st.lists(st.binary(max_size=400), min_size=1, max_size=4),
    st.sampled_from(sorted(PACK)),
    st.integers(0, 40),
)
def test_packed_files_of_several_members_unpack_to_what_was_packed(parts, kind, padding):
    data = b"".join(PACK[kind](part) for part in parts) + b"\0" * padding
    content = Content(data, "utf-8")
    assert content.data() == b"".join(parts)
    assert not content.is_broken
    assert not content.is_too_large


@given(st.binary(min_size=1, max_size=3_000), st.sampled_from(sorted(PACK)), st.integers(1, 40))
def test_a_packed_file_that_is_cut_off_says_so(data, kind, cut):
    packed = PACK[kind](data)
    content = Content(packed[: max(12, len(packed) - cut)], "utf-8")
    assert data.startswith(content.data())
    assert content.is_broken


@cache
def bomb_of(kind):
    """100 MB of blanks, packed."""
    return PACK[kind](b" " * 100_000_000)


@pytest.mark.parametrize("kind", sorted(PACK))
@pytest.mark.parametrize("form", ["json_lines", "csv", "json", "markdown", "html"])
def test_a_bomb_takes_little_memory_and_is_quarantined(kind, form):
    bomb = bomb_of(kind)
    kinds = {"markdown": "articles", "html": "articles"}
    tracemalloc.start()
    try:
        rows = parsed(bomb, kind=kinds.get(form, "tickets"), format=form)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert reasons(rows)[-1] in (["file_too_large"], ["record_too_large"])
    assert not any(row["record_id"] for row in rows)
    assert most < 20_000_000  # bytes; the bomb holds five times as much


def test_lines_before_the_bound_of_a_packed_file_are_kept():
    line = orjson.dumps({"id": 1, "body": "x" * 900}) + b"\n"
    rows = parsed(gzip.compress(line * 5_000))
    assert reasons(rows)[-1] == ["file_too_large"]
    assert 1_800 < sum(not row["reasons"] for row in rows) < 2_200


def test_a_long_line_is_quarantined_and_the_next_one_is_read():
    long = orjson.dumps({"id": 1, "body": "x" * 50_000})
    data = long + b"\n" + orjson.dumps({"id": 2, "body": "short"}) + b"\n"
    for packed in (data, gzip.compress(data)):
        first, second = parsed(packed)
        assert (first["reasons"], first["source_position"]) == (["record_too_large"], "line 1")
        assert (second["body"], second["source_position"]) == ("short", "line 2")


def test_a_line_of_just_the_allowed_length_is_read():
    line = orjson.dumps({"id": 1, "body": "x"}).ljust(10_000)
    assert reasons(parsed(gzip.compress(line + b"\n")))[0] == []
    assert reasons(parsed(gzip.compress(line)))[0] == []


def test_a_quote_without_an_end_costs_one_entry_and_not_the_rest_of_the_file():
    rows = "".join(f"{n},text {n}\n" for n in range(4_000))
    found = parsed(f'id,body\n1,"never closed\n{rows}'.encode(), format="csv")
    assert found[0]["reasons"] == ["record_too_large"]
    assert found[0]["source_position"] == "line 2"
    assert sum(not row["reasons"] for row in found) > 3_000


def test_equal_rows_of_a_parquet_file_count_as_what_they_unpack_to():
    indices = pa.array([0] * 200_000, pa.int32())
    body = pa.DictionaryArray.from_arrays(indices, pa.array(["x" * 1_000]))
    table = pa.table({"id": pa.DictionaryArray.from_arrays(indices, pa.array(["a"])), "body": body})
    out = io.BytesIO()
    pq.write_table(table, out)
    assert len(out.getvalue()) < 40_000
    rows = parsed(out.getvalue(), format="parquet")
    assert reasons(rows)[-1] == ["file_too_large"]
    assert len(rows) < 5_000


@pytest.mark.parametrize(
    "line",
    [
        b'{"id": 1, "body": "x", "other": ' + b"[" * 300 + b"]" * 300 + b"}",
        b'{"id": 1, "body": "x", "other": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"id": 1, "body": "x", "other": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"id": 1, "body": "x", "other": ' + b'{"a":' * 600 + b"1" + b"}" * 600 + b"}",
        b'{"id": 1, "body": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}",
    ],
)
def test_records_that_nest_too_deeply_are_quarantined(line):
    rows = parsed(line + b"\n" + b'{"id": 2, "body": "good"}\n', LIMITS._replace(max_record_bytes=1 << 20))
    assert rows[0]["reasons"][0] in ("nested_too_deeply", "invalid_json")
    assert rows[0]["raw"]
    assert rows[1]["body"] == "good"


@pytest.mark.parametrize(
    "front",
    [
        "a: &a [*a]",
        "a: &a {b: *a}",
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)),
        "a: &a {x: 1, y: 2}\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} {{<<: [{', '.join(['*' + chr(97 + n)] * 9)}]}}\n" for n in range(9)),
        "a: " + "[" * 5_000,
        "- " * 5_000 + "x",
        "a: " + "9" * 5_000,
        "created: 2024-99-99",
        "id: !!python/object:os.system x",
        "? {a: b}\n: c",
    ],
)  # fmt: skip
def test_front_matter_that_stands_for_more_than_it_says_is_left_out(front):
    text = f"---\n{front}\n---\n# Reset\nHold the button.\n"
    (row,) = parsed(text.encode(), kind="articles", format="markdown", mapping={})
    assert row["reasons"] == []
    assert row["title"] == "Reset"
    assert row["extras"] is None or len(row["extras"]) < 1_000


@pytest.mark.parametrize(
    "said",
    ["Mon, 1 Jan " + "9" * n + " 00:00:00 +0000" for n in (5, 20, 300, 5_000)]
    + ["9" * n for n in (25, 5_000)]
    + [
        "2024-01-01T00:00:00+" + "9" * 30,
        "1" * 100 + "-01-01",
        "\u00b2\u00b2\u00b2\u00b2-01-01",
        "infinity",
        "٢٠٢٤-٠١-٠١",
    ],
)
def test_a_malformed_time_costs_the_time_alone(said):
    line = orjson.dumps({"id": 1, "body": "x", "when": said})
    mapping = {"source_key": ["id"], "body": ["body"], "created_at": ["when"]}
    (row,) = parsed(line, mapping=mapping, time_formats=["%d.%m.%Y"])
    assert row["reasons"] == []
    assert row["created_at"] is None or row["created_at"] > 0
