"""Words without which an expression of the lexicons cannot match."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.conversations.literals import (
    NOTHING,
    All,
    Either,
    literals_of,
    needs_of,
    numbers_of,
    rows_by_word,
    rows_with,
    words_of,
)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("merged", {"merged"}),
        (r"call\s+(?:from|to)\s*:", {"call"}),
        (r"(?:closed|solved)\s+now", {"closed", "solved"}),
        (r"(?:very\s+)?important", {"important"}),
        (r"repl(?:y|ies)\s+above", {"above"}),
        (r"colou?rful", {"colo"}),
        (r"(?:abc){2,3}", {"abc"}),
        (r"[''’]ve\s+received", {"received"}),
        (r"Автоответ", {"автоответ"}),
        (r"已(?:收到|提交)", {"收到", "提交"}),
        (r"an?\s+\w+|longer", set()),  # the first alternative needs no word
        (r"\d+", set()),
        ("", set()),
    ],
)
def test_what_every_match_holds(pattern, words):
    assert literals_of(pattern) == words


WORDS = st.sampled_from(
    ["open", "the", "lamp", "(?:left|right)", r"\s+", r"\w+", "(?:very )?", "dim(?:med)?", r"x?", r"\d"]
)


@given(st.lists(WORDS, min_size=1, max_size=6), st.data())
def test_a_match_holds_one_of_them(parts, data):
    pattern = "".join(parts)
    text = data.draw(st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True))
    words = literals_of(pattern)
    assert not words or any(word in text.lower() for word in words)


@pytest.mark.parametrize(
    ("pattern", "need"),
    [
        ("merged", "merged"),
        (r"calls\s*:", "calls"),
        (r"call\s+(?:from|into)\s+:", All(("call ", Either(("from", "into"))))),
        (r"(?:hold|stay\s+by)\s+the\s+line", All((Either(("hold", "stay by")), " the line"))),
        (r"(?:very\s+)?important(?:\s+mail)?", "important"),
        (r"is|at", NOTHING),
        ("", NOTHING),
    ],
)
def test_all_that_every_match_holds(pattern, need):
    assert needs_of(pattern) == need


@given(st.lists(WORDS, min_size=1, max_size=6), st.data())
def test_a_text_with_a_match_is_among_the_rows(parts, data):
    pattern = re.compile("".join(parts), re.ASCII | re.IGNORECASE)
    held = data.draw(st.from_regex(pattern))
    other = data.draw(st.text(st.sampled_from("open the lamp left right very dim"), max_size=40))
    texts, need = [other, held, "", other + held], needs_of(pattern.pattern)
    lowered = pl.Series(texts).str.to_lowercase().str.replace_all(r"[ \t\n\v\f\r]+", " ")
    rows = rows_by_word(lowered, sorted({"unused", *words_of(need)}))
    found = numbers_of(rows_with(need, rows, 0b1111))
    assert {number for number, text in enumerate(texts) if pattern.search(text)} <= set(found)


@given(st.lists(st.sampled_from(["red lamp", "lamp", "red", "", "a blue lampshade"]), max_size=20))
def test_rows_of_words(texts):
    words = ["blue", "lamp", "red", "shade"]
    held = rows_by_word(pl.Series(texts, dtype=pl.String), words)
    assert {word: numbers_of(rows) for word, rows in held.items()} == {
        word: [number for number, text in enumerate(texts) if word in text]
        for word in words
        if any(word in text for text in texts)
    }
