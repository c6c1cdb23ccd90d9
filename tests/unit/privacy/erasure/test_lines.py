from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.privacy.erasure.hashes import canonical
from smelt.privacy.erasure.lines import finder

MAIL = "jane.roe@mail.net"


@pytest.mark.parametrize(
    "raw",
    [
        f'{{"from": "{MAIL}", "bo',
        f"xx{MAIL} and {MAIL}",  # the first is part of another word
        r'{"from": "jane.roe\u0040mail.net", "bo',
        r'{"from": "\u004a\u0061ne.roe@mail.net"',
        r"{\"from\": \"jane.roe@mail.net\"",
        "jane.roe&#64;mail.net",
        "jane.roe&#x40;mail.net",
        "mailto:jane.roe%40mail.net",
        "jane.roe=40mail.net",
        "jane.r=\noe@mail.net",
        "JANE.ROE@MAIL.NET",
        '1,"x, ""jane.roe@mail.net""",',
    ],
)
def test_an_identifier_is_found_in_every_spelling_and_place(raw):
    assert finder([MAIL])(raw)


@pytest.mark.parametrize("raw", [f"x{MAIL}", f"{MAIL}work", "jane.roe@mail.org", "janeXroe@mail.net", ""])
def test_another_s_is_not(raw):
    assert not finder([MAIL])(raw)


def test_short_identifiers_are_everybody_s():
    assert not finder(["7", "abc"])("7 abc")
    assert finder(["7", "abcd"])("7 abcd")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("groß@mail.net", "GROSS@mail.net"),
        ("Jose\u0301", "jos\u00e9"),
        (" C-1 ", "c-1"),
        ("\u0130x", "i\u0307x"),
    ],
)
def test_identifiers_are_compared_caseless_and_composed(one, other):
    assert canonical(one) == canonical(other)


@given(st.text(st.characters(categories=("L", "N")), min_size=4, max_size=12))
def test_what_is_planted_is_found(word):
    if len(canonical(word)) < 4:
        return
    is_theirs = finder([word])
    assert is_theirs(f"a {word} b")
    assert is_theirs(json.dumps({"id": word}))
    assert is_theirs(f"id={quote(word)}&x=1")
    assert is_theirs(canonical(word))
