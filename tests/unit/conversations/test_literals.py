"""Words without which an expression of the lexicons cannot match."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.conversations.literals import literals_of


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
