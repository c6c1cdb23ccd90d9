"""Texts that come again are judged once, and as they would be alone."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.quality.arrow import READ, scoring
from smelt.quality.cache import Cache
from smelt.quality.config import CorpusConfig, QualityConfig
from smelt.quality.corpus.fit import fit_corpus
from smelt.quality.corpus.model import english
from smelt.quality.lookup import Lookup
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Rule
from smelt.quality.score import score_pairs
from smelt.quality.tokens import sum_rows
from tests.unit.quality.test_corpus import PAIRS, table_of

MIXED = [
    *PAIRS[:8],
    (PAIRS[0][0], PAIRS[1][1]),
    PAIRS[0],
    ("Notes?", "It is not noted."),
    ("Note it", PAIRS[2][1]),
]


LEARNT = fit_corpus(table_of(PAIRS), CorpusConfig(minimum_pairs=20))


@pytest.mark.parametrize("corpus", [english(), LEARNT], ids=["english", "learnt"])
@pytest.mark.parametrize("size", [1, 3, 7])
def test_scores_do_not_depend_on_the_rows_beside(size, corpus):
    rows = MIXED[-5:] if size == 1 else MIXED  # a call costs the same for one row as for seven
    whole = score_pairs(table_of(rows), corpus=corpus)
    parts = [
        score_pairs(table_of(rows[start : start + size]), corpus=corpus)
        for start in range(0, len(rows), size)
    ]
    assert pa.concat_tables(parts).to_pydict() == whole.to_pydict()


def test_repeated_runs_are_counted_whatever_words_are_beside():
    """Runs that differ in their last words are different runs, whatever numbers the batch gives to the words."""
    answer = "one two three four five six seven eight nine ten eleven twelve"
    others = [("Why?", " ".join(f"word{'x' * n}{m}" for m in range(40))) for n in range(1, 9)]
    found = score_pairs(table_of([("What do you count?", answer), *others]))
    alone = score_pairs(table_of([("What do you count?", answer)]))
    assert found.slice(0, 1).to_pydict() == alone.to_pydict()
    assert alone["text_quality"].to_pylist() == [1.0]


def test_a_memory_changes_nothing_and_asks_once_a_text():
    asked = []

    def judge(pairs):
        asked.extend(pairs.answer.series.to_list())
        return pairs.answer.length / 100.0

    rule, cache = Rule("length", "answer_length", judge, "answer"), Cache()
    for pairs in (MIXED, MIXED[:4], [("Another?", "Never seen before.")]):
        batch = Pairs(table_of(pairs), QualityConfig())
        found = cache.verdicts("answer", [rule], batch)["length"]
        assert found.tolist() == [min(len(answer) / 100.0, 1.0) for _, answer in pairs]
    assert sorted(asked) == sorted({answer for _, answer in MIXED} | {"Never seen before."})


def test_small_batches_give_the_rows_of_a_large_one():
    columns = {name: pa.array([str(row) for row in range(len(MIXED))]) for name in READ if name != "outcome"}
    columns |= {name: table_of(MIXED)[name] for name in ("question", "answer")}
    columns["outcome"] = pa.array([[("csat", "1")]] * len(MIXED), pa.map_(pa.string(), pa.string()))
    table = pa.table(columns)
    score = scoring(QualityConfig(), english().to_bytes())
    large = pa.Table.from_batches(score(table.to_batches()))
    small = pa.Table.from_batches(score(table.to_batches(max_chunksize=2)))
    assert large.equals(small)
    assert large["example_id"].to_pylist() == columns["example_id"].to_pylist()
    assert set(large["answer_accuracy"].to_pylist()) == {0.2}


@given(st.dictionaries(st.integers(0, 2**62), st.floats(-9, 9)), st.lists(st.integers(0, 2**62)))
def test_a_lookup_is_a_dictionary(held, others):
    wanted = [*held, *others]
    table = Lookup(np.array(list(held), dtype=np.int64), np.array(list(held.values()), dtype=np.float64))
    found = table.get(np.array(wanted, dtype=np.int64), -10.0)
    assert found.tolist() == [held.get(key, -10.0) for key in wanted]


def test_rows_are_summed_text_by_text():
    table = np.array([[1, 0], [0, 1], [5, 5]], dtype=np.float32)
    ids, offsets = np.array([2, 0, 0, 1]), np.array([0, 0, 3, 4])
    assert sum_rows(table, ids, offsets).tolist() == [[0, 0], [7, 5], [0, 1]]


@given(st.lists(st.integers(0, 60), max_size=12), st.integers(0, 9))
def test_a_sum_has_the_same_bits_whatever_texts_are_beside(lengths, seed):
    random = np.random.default_rng(seed)
    table = random.standard_normal((50, 64)).astype(np.float32)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    ids = random.integers(0, 50, int(offsets[-1]))
    expected = np.zeros((len(lengths), 64), dtype=np.float32)
    for text, (start, end) in enumerate(itertools.pairwise(offsets)):
        for word in ids[start:end]:
            expected[text] += table[word]
    assert (sum_rows(table, ids, offsets) == expected).all()
