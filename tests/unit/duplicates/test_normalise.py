from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.normalise import normalise

PLACEHOLDER = DuplicatesConfig().placeholder


def normal(*texts):
    return normalise(pl.Series(list(texts), dtype=pl.String), PLACEHOLDER).to_list()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hello,  World!", "hello world"),
        ("Don’t do it", "dont DO it"),
        ("mail [EMAIL_1] now", "Mail <PERSON> now!"),
        ("mail [EMAIL_1] now", "mail {{ORDER_NUMBER}} now"),
        ("ﬁne", "fine"),
        ("line one\r\nline two", "line one line\u00a0two"),
        ("soft\u00adhyphen", "softhyphen"),
        ("from 5-20 and 2020-01-02", "from 5 20 and 2020 01 02"),
        ("> 5 apples", "5 apples"),
        ("at \u221220 °C", "at minus 20 °C"),
    ],
)
def test_equal_but_for_typing(one, other):
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("costs €5", "costs $5"),
        ("order 12", "order 13"),
        ("[EMAIL_1]", "email"),
        ("हिन्दी", "हनद"),
        ("[ok] go", "go"),
        ("at -20 °C", "at 20 °C"),
        ("needs < 5 bar", "needs > 5 bar"),
        ("C++", "C#"),
    ],
)
def test_different_all_the_same(one, other):
    assert normal(one) != normal(other)


def test_nothing_is_left_of_blanks_and_signs():
    assert normal(None, "", " \n\t", "?!...", "—") == [""] * 5


@given(st.text())
def test_twice_is_once(text):
    once = normal(text)
    assert normal(once[0]) == once
    assert "  " not in once[0]
    assert once[0] == once[0].strip(" ")
