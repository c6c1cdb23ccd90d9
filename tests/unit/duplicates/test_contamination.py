from __future__ import annotations

import polars as pl
import pytest

from smelt.duplicates.config import DecontaminationConfig, DuplicatesConfig
from smelt.duplicates.contamination import build_index

EXAM = (
    "Please explain in detail why the customer of a bank cannot reset the password of the mobile "
    "application while the account is locked by the fraud department and what to do about it"
)
SHORT = ("How do I reset my password?", "Open the settings and choose reset.")


def found(examples, sets, **settings):
    config = DuplicatesConfig(decontamination=DecontaminationConfig(**settings))
    index = build_index({name: [pl.Series(side) for side in rows] for name, rows in sets.items()}, config)
    questions, answers = (pl.Series(side) for side in zip(*examples, strict=True))
    return index.found_in(questions, answers, config).to_list()


def test_thirteen_words_in_a_row_are_enough_and_twelve_are_not():
    words = EXAM.split()
    thirteen = "I was asked: " + " ".join(words[5:18]).upper() + ", and so on and so forth, no more of it"
    twelve = "I was asked: " + " ".join(words[5:17]) + " and then something else altogether came to my mind"
    assert found([("q", thirteen), (twelve, "a"), ("unrelated", "text")], {"exam": [[EXAM]]}) == [
        ["exam"],
        [],
        [],
    ]


def test_a_near_duplicate_without_a_long_shared_run_is_found():
    words = [f"w{i}" for i in range(40)]
    edited = list(words)
    edited[20] = "other"
    pair = [(" ".join(edited), "something")]
    assert found(pair, {"exam": [[" ".join(words)]]}, ngram=25) == [["exam"]]
    assert found(pair, {"exam": [[" ".join(words)]]}, ngram=25, near=False) == [[]]


def test_short_texts_count_as_a_pair_only():
    sets = {"exam": [[SHORT[0]], [SHORT[1]]]}
    examples = [SHORT, (SHORT[0], "Call us, we do it for you."), ("And what is next then?", SHORT[1])]
    assert found(examples, sets) == [["exam"], [], []]


def test_every_set_is_named():
    assert found([(EXAM, "a")], {"b": [[EXAM]], "a": [["x", EXAM]], "c": [["nothing of it"]]}) == [["a", "b"]]


@pytest.mark.parametrize("rows", [[[]], [[""]], [[None]]])
def test_an_empty_set_finds_nothing(rows):
    assert found([(EXAM, "a")], {"exam": [pl.Series(rows[0], dtype=pl.String)]}) == [[]]


def test_the_digest_is_that_of_the_content():
    config = DuplicatesConfig()
    one, same, other = (
        build_index({"exam": [pl.Series([text])]}, config) for text in (EXAM, EXAM, EXAM + " now")
    )
    assert one.digest == same.digest != other.digest
