"""Fast searches find what the plain ones do."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.pii.detect.cases import has_plain_cases
from smelt.pii.detect.spoken.inline import questions
from smelt.pii.detect.spoken.questions import ITEMS, asked_for
from smelt.pii.detect.spoken.symbols import NONE, STRONG, WEAK, read

CASES = "aAiIkKsSıİſKﬆÅé’? ,"


@given(st.text(alphabet="ab ?\n\"'”", max_size=400), st.integers(0, 170))
def test_questions_are_those_of_the_pattern(text, repeats):
    text += "b" * repeats + "?" + text
    plain = re.compile(r"[^?\n]{3,160}\?[\"'”]?")
    assert list(questions(text)) == [match.span() for match in plain.finditer(text)]


@given(st.text(alphabet=CASES, max_size=12), st.sampled_from(["ask", r"\bis\b", r"[a-k]+\W", "si?k"]))
def test_in_plain_cases_the_lower_text_matches_as_the_text_does(text, pattern):
    if has_plain_cases(text):
        ignoring = re.search(pattern, text, re.IGNORECASE)
        lower = re.search(pattern, text.lower())
        assert (ignoring and ignoring.span()) == (lower and lower.span())


@pytest.mark.parametrize("item", [entity for entity, _ in ITEMS])
def test_a_question_with_an_accent_or_a_dash_asks_for_the_same(item):
    question = {
        "EMAIL": "Your E-MAIL", "DATE_OF_BIRTH": "Your Date of Birth", "UK_POSTCODE": "Your Post-Code",
        "US_SSN": "Your SSN", "CREDIT_CARD": "The CARD number", "ACCOUNT_NUMBER": "Your Account Number",
        "SECRET": "Your PIN", "USERNAME": "Your Login", "PHONE": "Your Phone Number",
        "STREET_ADDRESS": "Your Street", "PERSON": "Your Full Name",
    }[item]  # fmt: skip
    assert asked_for(f"{question}, please – café?") == asked_for(f"{question}, please - cafe?") != ()
    kelvin = question.replace("s", "ſ").replace("S", "ſ")
    assert asked_for(f"{kelvin}, please?") == asked_for(f"{question}, please?")


def test_words_that_stand_for_nothing_are_read_as_they_are():
    assert [(symbol.characters, symbol.strength, symbol.end) for symbol in read("'order. 4TB-x abc QQ 123456789.")] == [
        ("", NONE, 6),
        ("", NONE, 13),
        ("abc", WEAK, 17),
        ("qq", STRONG, 20),
        ("", NONE, 30),
    ]  # fmt: skip
