from __future__ import annotations

import polars as pl
import pytest
from ftfy.badness import BADNESS_RE, is_bad
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.conversations.plain_text import MAY_BE_BAD, to_plain_text
from tests.linear import superlinear


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        (None, None),
        ("", ""),
        ("a < b and c > d", "a < b and c > d"),
        ("<p>Hello&nbsp;<b>Bob</b></p><p>Bye</p>", "Hello Bob\n\nBye"),
        ("one<br/>two<BR>three", "one\ntwo\nthree"),
        ("<script>alert(1)</script><style>p{}</style>text<!-- no -->", "text"),
        ("Tom &amp; Ann &#8364;5", "Tom & Ann €5"),
        ("<div>new</div><blockquote>old<p>older</p></blockquote>", "new\n\n> old\n> older"),
        ("schÃ¶n, donâ€™t", "schön, don’t"),
        ("e\u0301", "é"),
        ("zero\u200bwidth\x00\x07", "zerowidth"),
        ("a\u00a0\t b\r\n\r\n\r\n\r\nc", "a b\n\nc"),
        ("👩‍👩‍👧 ok", "👩‍👩‍👧 ok"),
        ("\u202bשלום\u202c", "\u202bשלום\u202c"),
    ],
)
def test_markup_and_noise_go_and_text_stays(raw, plain):
    assert to_plain_text([raw]) == [plain]


@given(st.lists(st.one_of(st.none(), st.text())))
def test_it_keeps_count_and_nulls(texts):
    plain = to_plain_text(texts)
    assert [text is None for text in plain] == [text is None for text in texts]


@given(st.text(alphabet=st.characters(blacklist_characters="<&", codec="utf-8")))
def test_twice_is_once(text):
    once = to_plain_text([text])
    assert to_plain_text(once) == once


def test_hostile_input_takes_seconds_not_hours():
    assert superlinear(lambda text: to_plain_text([text]), ("<div>", "<", "&amp;", "<p>a"), 250_000) == {}


def test_placeholders_in_angle_brackets_are_no_markup():
    text = "net use <password> /user:<alias> -Identity <id>"
    assert to_plain_text([text]) == [text]


@settings(max_examples=300)
@given(
    st.from_regex(BADNESS_RE)
    | st.text(alphabet="aZ .?\u00c2\u00c3\u0152\u0153\u00e2\u20ac\u2122\u00a0\u00b0\u0091\u0432\u0402")
)
def test_what_ftfy_calls_bad_is_never_passed_over(text):
    assert not is_bad(text) or pl.Series([text]).str.contains(MAY_BE_BAD).all()
