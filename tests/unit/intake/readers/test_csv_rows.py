"""Quotes inside quotes: doubled, or after a backslash."""

from __future__ import annotations

import pytest

from tests.unit.intake.intake_builders import a_source, parse

HEADER = "id,subject,body\n"


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
