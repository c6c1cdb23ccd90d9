from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.examples.config import CleaningConfig
from smelt.regexes import problem_of, problems_of, spans

PATTERNS = (r"[0-9]{3}", r"\bab\b", r"a+", r"(?i)ref[:#]\s?\w+", r"x|xy", r"\w*", r"é.", r"(a)(b)?")


@given(st.sampled_from(PATTERNS), st.text("ab xyREF:#01é\n\ufdd0\ufdd1\ufdd2🙂", max_size=60))
def test_matches_are_where_python_finds_them(pattern, text):
    expected = [match.span() for match in re.finditer(pattern, text) if match.end() > match.start()]
    assert [(start, end) for start, end in spans(pattern, text) if text[start:end]] == expected


def test_a_text_of_nothing_but_marks_is_searched_too():
    text = "".join(map(chr, range(0xFDD0, 0xFDD8))) + "123"
    assert spans("[0-9]+", text) == [(8, 11)]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=x)y", "look-around"),
        ("(?<!x)y", "look-around"),
        (r"(a)\1", "backreferences"),
        ("(", "unclosed group"),
        ("[z-a]", "range"),
        ("(?:a{1000}){1000}", "size"),
    ],
)
def test_what_the_engine_cannot_take_is_said_in_its_words(pattern, reason):
    assert reason in str(problem_of(pattern))


def test_good_patterns_have_no_problem():
    assert problems_of(PATTERNS) == []


@pytest.mark.parametrize("field", ["tracking_ids", "lines"])
def test_patterns_of_cleaning_are_refused_all_at_once(field):
    with pytest.raises(ValueError, match="look-around") as caught:
        CleaningConfig.model_validate({field: ["(?!a)b", "fine", "(c"]})
    assert "unclosed group" in str(caught.value)
