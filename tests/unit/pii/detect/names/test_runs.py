"""The shape of a written name, word by word."""

from __future__ import annotations

import polars as pl
import pytest

from smelt.pii.detect.names.runs import capitalised_runs, cased, lower, run_tokens, starts_sentence, tokens


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("I met Donald van der Voet there", ["I", "Donald van der Voet"]),
        ("by J. M. O'Brien today", ["J. M. O'Brien"]),
        ("Jean-Luc Picard, Anna", ["Jean-Luc Picard", "Anna"]),
        ("Anna\nBell", ["Anna", "Bell"]),
        ("Anna2 Bell", ["Bell"]),
        ("write to Anna@mail.net", []),
        ("Łukasz Żak i Émile", ["Łukasz Żak", "Émile"]),
        ("nobody here", []),
    ],
)
def test_runs(text, runs):
    found = list(capitalised_runs(text))
    assert [run for _, run in found] == runs
    for start, run in found:
        words = run_tokens(run)
        assert text.startswith(run, start)
        assert all(run[word.start : word.end] == word.text for word in words)
        assert words[0].text == run.split()[0].rstrip(".")


def test_runs_to_be_skipped_are_passed_over():
    assert [run for _, run in capitalised_runs("The Anna", skip={"The Anna"})] == []


def test_an_apostrophe_inside_a_name_is_kept_and_the_end_of_a_possessive_stands_alone():
    assert [word.text for word in tokens("Smith's O'Neill can't 12 x-ray")] == [
        "Smith",
        "s",
        "O'Neill",
        "can",
        "t",
        "x-ray",
    ]
    assert [word.text for word in tokens("one two three", 4, 7)] == ["two"]


@pytest.mark.parametrize(
    ("text", "start", "is_first"),
    [
        ("Anna", 0, True),
        ("so Anna", 3, False),
        ("so. Anna", 4, True),
        ("“Anna", 1, True),
        ("so\nAnna", 3, True),
        ("a, Anna", 3, False),
    ],
)
def test_where_a_sentence_starts(text, start, is_first):
    assert starts_sentence(text, start) is is_first


def test_lower_case_keeps_positions():
    assert lower("İSTANBUL") == "İstanbul"
    assert len(lower("ẞİΣ")) == 3


def test_texts_of_one_case_have_none():
    texts = ["Anna Bell called", "ANNA BELL CALLED", "anna bell called", "", "Die Sache ist klar"]
    assert cased(pl.Series("text", texts)) == [True, False, False, False, True]
