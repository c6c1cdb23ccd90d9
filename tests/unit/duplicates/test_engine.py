from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.duplicates.config import DuplicatesConfig, NearConfig
from smelt.duplicates.engine import find_duplicates
from smelt.duplicates.texts import compared_texts, whole_texts
from tests.unit.duplicates.reference import components, jaccard, shingles

CONFIG = DuplicatesConfig()
SURE = NearConfig(bands=130, rows=1)
"""One row a band: a pair at 0.7 is missed with probability 1e-68."""
TEXT = st.lists(st.sampled_from(["red", "green", "blue", "black", "white", "grey", "pink"]), max_size=20).map(
    " ".join
)


def found_in(texts, near=SURE, preference=None):
    order = np.arange(len(texts)) if preference is None else np.array(preference)
    return find_duplicates(whole_texts(pl.Series(texts, dtype=pl.String), CONFIG), order, near)


@settings(deadline=None, max_examples=60)
@given(st.lists(TEXT, min_size=1, max_size=14))
def test_clusters_are_the_components_of_the_exact_similarities(texts):
    sets = [shingles(text) for text in texts]
    pairs = [(a, b) for b in range(len(texts)) for a in range(b)]
    expected = components(len(texts), [(a, b) for a, b in pairs if jaccard(sets[a], sets[b]) >= 0.7])
    found = found_in(texts)
    clusters = [cluster or f"alone {row}" for row, cluster in enumerate(found["cluster_id"])]
    for a, b in pairs:
        assert (clusters[a] == clusters[b]) == (expected[a] == expected[b])
    for row, kind, similarity, kept in found.drop("cluster_id").iter_rows():
        if kind in ("exact", "near"):
            assert similarity == (1.0 if kept == row else jaccard(sets[row], sets[kept])) >= 0.7
            assert found["kept_row"][kept] == kept
            assert kind == "near" or texts[row] == texts[kept]
        assert (kind == "empty") == (not texts[row])


@settings(deadline=None, max_examples=30)
@given(st.lists(TEXT, min_size=1, max_size=14), st.randoms())
def test_the_order_of_the_rows_says_nothing(texts, shuffled):
    order = list(range(len(texts)))
    shuffled.shuffle(order)
    straight = found_in(texts)
    mixed = found_in([texts[row] for row in order], preference=order)
    back = sorted(zip(order, mixed["cluster_id"], mixed["kind"], mixed["similarity"], strict=True))
    assert [row[1:] for row in back] == list(straight.select("cluster_id", "kind", "similarity").iter_rows())


def test_texts_of_a_few_words_every_exact_one_found_and_no_unique_one_lost():
    words = ["yes", "no", "ok", "thanks", "please", "help", "order", "refund", "late"]
    unique = [f"{a} {b}" for a in words for b in words if a != b]
    found = found_in([*unique, *(text.upper() + "!" for text in unique), "..."], NearConfig())
    assert found["kind"].to_list() == ["exact"] * (2 * len(unique)) + ["empty"]
    assert found["cluster_id"].drop_nulls().n_unique() == len(unique)


def test_a_hot_bucket_of_one_template_is_one_cluster():
    draw = random.Random(1)
    words = [f"w{i}" for i in range(60)]
    texts = [" ".join([*words, str(draw.randrange(10**9))]) for _ in range(500)]
    found = found_in(texts, NearConfig(hot_bucket=8))
    assert found["cluster_id"].n_unique() == 1
    assert set(found["kept_row"]) == {0}


def test_the_preferred_one_is_kept():
    texts = ["the same text for all of us here"] * 3
    assert found_in(texts, preference=[2, 0, 1])["kept_row"].to_list() == [1, 1, 1]


@pytest.mark.parametrize(
    ("compare", "clusters"),
    [("question", "ABBA"), ("answer", "AABC"), ("both", "ABCD")],
    ids=lambda value: str(value),
)
def test_which_side_is_compared(compare, clusters):
    pairs = [
        ("How do I start it?", "Press the green button for five seconds."),
        ("Where is my parcel?", "press the GREEN button for five seconds"),
        ("Where is my parcel?", "It left our warehouse on Monday morning."),
        ("How do I start it?", "Yes."),
    ]
    config = DuplicatesConfig(compare=compare)
    sides = (pl.Series(side) for side in zip(*pairs, strict=True))
    found = find_duplicates(compared_texts(*sides, config), np.arange(4), config.near)
    names = {}
    given = [cluster or row for row, cluster in enumerate(found["cluster_id"])]
    assert "".join(names.setdefault(cluster, "ABCD"[len(names)]) for cluster in given) == clusters


def test_a_short_answer_needs_its_question():
    pairs = [("Is it open?", "Yes."), ("is it open", "YES"), ("Do you deliver?", "Yes.")]
    sides = (pl.Series(side) for side in zip(*pairs, strict=True))
    found = find_duplicates(compared_texts(*sides, CONFIG), np.arange(3), CONFIG.near)
    assert found["kind"].to_list() == ["exact", "exact", "unique"]


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        ("bike parking is available at the hotel", "bike parking is not available at the hotel", 2),
        ("check in time is from 3 pm to 9 pm", "check in time is from 4 pm to 9 pm", 2),
        ("no we do not have outdoor seating", "we do not have outdoor seating", 1),
        ("check in time is from 3 pm to 9 pm", "the check in time is from 3 pm to 9 pm", 1),
        (
            " ".join(f"w{i}" for i in range(40)) + " order 1234",
            " ".join(f"w{i}" for i in range(40)) + " order 99",
            1,
        ),
    ],
)
def test_short_texts_that_contradict_each_other_are_one_cluster_and_both_kept(one, other, kept):
    found = found_in([one, other])
    assert found["cluster_id"].n_unique() == 1
    assert found["cluster_id"].null_count() == 0
    assert found["kept_row"].n_unique() == kept
