from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smelt.quality.tokens import Places, stem, tokenize


def words(text: str) -> list[str]:
    vocabulary, (tokens,) = tokenize(pl.Series([text]))
    return [vocabulary.words[int(number)] for number in tokens.ids]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don’t stop!", ["don't", "stop", "!"]),
        ("a .pst file, 10:30 p.m.", ["a", ".pst", "file", ",", "10:30", "p.m", "."]),
        ("$1,200.50 (x64)", ["$", "1,200.50", "(", "x", "64", ")"]),
        ("", []),
    ],
)
def test_words_numbers_and_signs_are_tokens(text, expected):
    assert words(text) == expected


def test_columns_share_a_vocabulary_and_keep_their_texts_apart():
    vocabulary, (left, right) = tokenize(pl.Series(["red car", ""]), pl.Series(["", "a red one"]))
    assert left.counts.tolist() == [2, 0]
    assert right.counts.tolist() == [0, 3]
    assert left.ids[0] == right.ids[1]
    assert len(vocabulary) == 4


def test_take_repeats_and_reorders_texts():
    _, (tokens,) = tokenize(pl.Series(["one two", "", "three"]))
    taken = tokens.take(np.array([2, 0, 0]))
    assert taken.counts.tolist() == [1, 2, 2]
    assert taken.ids.tolist() == [2, 0, 1, 0, 1]


@pytest.mark.parametrize(
    ("word", "same"),
    [
        ("pets", "pet"),
        ("parking", "park"),
        ("policies", "policy"),
        ("allowed", "allow"),
        ("classes", "class"),
    ],
)
def test_forms_of_a_word_share_a_stem(word, same):
    stems = stem(pl.Series([word, same]))
    assert stems[0] == stems[1]


def test_positions_of_words_that_are_known():
    assert Places(pl.Series(["a", "b"])).of(pl.Series(["b", "x", "a"])).tolist() == [1, -1, 0]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_any_text_gives_as_many_rows_as_texts(texts):
    _, (tokens,) = tokenize(pl.Series(texts, dtype=pl.String))
    assert len(tokens.counts) == len(texts)
    assert tokens.counts.sum() == len(tokens.ids)
