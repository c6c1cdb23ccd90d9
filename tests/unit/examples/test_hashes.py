"""The identity of a pair's text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smelt.examples.hashes import normal_text, normal_texts, text_hashes


def text_hash(question, answer):
    return text_hashes([question], [answer])[0]


def test_text_hashes_ignore_case_punctuation_and_placeholder_numbers():
    assert text_hash("Call [PHONE_1], please!", "OK.") == text_hash("call  [PHONE_2] please", "ok")
    assert text_hash("Call [PHONE_1]", "ok") != text_hash("Call [EMAIL_1]", "ok")
    assert text_hash("a b", "c") != text_hash("a", "b c")


def test_nothing_and_blank_are_the_same():
    assert text_hash(None, " ") == text_hash("", None)


@given(st.lists(st.text(alphabet="aZ_09 .,[]\u00e9\u00df\u0301\u00b2\u0130") | st.text()))
def test_a_batch_gives_what_each_text_gives_alone(texts):
    assert normal_texts(texts) == [normal_text(text) for text in texts]


@given(st.lists(st.sampled_from(["[PHONE_1]", "[", "_1]", "A", " ", "[A_2", "]", "x1"])).map("".join))
def test_placeholders_are_read_alike_in_ascii(text):
    assert normal_texts([text]) == [normal_text(text)]
