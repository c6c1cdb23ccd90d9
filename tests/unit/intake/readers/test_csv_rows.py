"""CSV: headers, quotes inside quotes (doubled, or after a backslash), rows that do not fit."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake.intake_builders import a_source, parse

HEADER = "id,subject,body\n"


def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["source_key"], row["body"], row["source_position"], *row["reasons"]) for row in rows]


def rows(text: str, **keys: str) -> list[tuple[str | None, str | None, str | None, list[str]]]:
    found = parse(a_source(format="csv", **keys), (HEADER + text).encode())
    return [(row["source_key"], row["subject"], row["body"], row["reasons"]) for row in found]


@pytest.mark.parametrize(
    ("line", "body"),
    [
        (r'1,s,"The lamp says \"off\", why?"', 'The lamp says "off", why?'),
        (r'1,s,"\"Off\" is what it says"', '"Off" is what it says'),
        (r'1,s,"It says \"off\""', 'It says "off"'),
        (r'1,s,"a \", b"', 'a ", b'),
        ('1,s,"It says ""off"", why?"', 'It says "off", why?'),
        (r'1,s,"below C:\logs\ as before"', r"below C:\logs\ as before"),
        (r'1,s,"below C:\logs\"', "below C:\\logs\\"),
        (r'1,s,"a backslash \\ and a \"mark\""', r'a backslash \\ and a "mark"'),
    ],
)
def test_both_ways_are_read_row_by_row(line, body):
    assert rows(f'{line}\n2,"plain ""one""",b') == [("1", "s", body, []), ("2", 'plain "one"', "b", [])]


def test_escaped_quotes_over_several_lines():
    assert rows('1,s,"first \\"line\\"\nsecond \\"line\\""\n2,t,b') == [
        ("1", "s", 'first "line"\nsecond "line"', []),
        ("2", "t", "b", []),
    ]


def test_a_row_that_is_broken_either_way_takes_no_other_with_it():
    first, second = rows('1,s,"a \\" b" c\n2,t,b')
    assert first[3]
    assert second == ("2", "t", "b", [])


def test_what_is_said_of_quotes_is_done():
    assert rows("1,s,'it\\'s off'", quote="'", escape="\\")[0][2] == "it's off"
    assert rows('1,s,"say ^"off^""', escape="^")[0][2] == 'say "off"'
    assert rows(r'1,s,"say \"off\" now"', escape="")[0][3] == ["malformed_row"]


@pytest.mark.parametrize(
    "text",
    [
        "id;subject;body\n1;Lamp, big;How?\n",
        "id\tsubject\tbody\n1\tLamp, big\tHow?\n",
        "id|subject|body\n1|Lamp, big|How?\n",
        "sep=;\r\nid;subject;body\r\n1;Lamp, big;How?\r\n",
        'id,subject,body\n1,"Lamp, big",How?\n',
    ],
)
def test_the_delimiter_is_told_by_the_header(text):
    (row,) = parse(a_source(format="csv"), text.encode())
    assert (row["source_key"], row["subject"], row["body"], row["reasons"]) == ("1", "Lamp, big", "How?", [])


def test_a_delimiter_that_is_set_is_not_guessed():
    (row,) = parse(a_source(format="csv", delimiter=","), b"id,a;b;c;d;e,body\n1,Lamp,How?\n")
    assert row["body"] == "How?"


def test_the_null_of_databases_is_no_text():
    assert rows("1,\\N,How?") == [("1", None, "How?", [])]


def test_csv_with_lines_before_the_header_quotes_and_ragged_rows() -> None:
    data = (
        b'Archive: x\n  inflating: y\nid,body,body\n1,"two\nlines, ""quoted""",extra\n\n2,too few\n'
        b'3,a,b,too many\n4,caf\xe9,x\n5,"never closed\n'
    )
    rows = parse(a_source(format="csv", skip_lines=2), data)
    assert told(rows) == [
        ("1", 'two\nlines, "quoted"', "line 4"),
        (None, None, "line 7", "row_has_fewer_fields_than_the_header"),
        (None, None, "line 8", "row_has_more_fields_than_the_header"),
        (None, None, "line 9", "invalid_encoding"),
        (None, None, "line 10", "malformed_row"),
    ]
    assert rows[0]["extras"] == '{"body_2":"extra"}'
    assert rows[2]["raw"] == "3,a,b,too many\n"


def test_csv_with_another_delimiter_quote_and_no_header() -> None:
    source = a_source(format="csv", delimiter=";", quote="'", header=["id", "body"])
    assert told(parse(source, b"1;'a;b'\r\n2;\"c\"\r\n")) == [("1", "a;b", "line 1"), ("2", '"c"', "line 2")]
    plain = a_source(format="csv", delimiter="\t", quote="")
    assert told(parse(plain, b'id\tbody\n1\t"as it is\n')) == [("1", '"as it is', "line 2")]


WRITABLE = st.text(st.characters(exclude_characters="\x00"), max_size=30)
"""Python before 3.11 does not write NUL into CSV."""


def test_nul_in_csv_is_left_out() -> None:
    found = parse(a_source(format="csv"), b"id,body\n1,He\x00llo\n2,there\n")
    assert [(row["source_key"], row["body"], row["reasons"]) for row in found] == [
        ("1", "Hello", []),
        ("2", "there", []),
    ]


@given(st.lists(st.tuples(st.integers(), WRITABLE), max_size=6), st.sampled_from([",", ";", "\t"]))
def test_what_csv_writes_comes_back(rows: list[tuple[int, str]], delimiter: str) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(["id", "body"])
    writer.writerows(rows)
    data = buffer.getvalue().encode("utf-8", "surrogatepass")
    found = parse(a_source(format="csv", delimiter=delimiter), data)
    assert len(found) == len(rows)
