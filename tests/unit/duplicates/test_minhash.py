from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from smelt.duplicates.bands import LshShape
from smelt.duplicates.candidates import buckets_of
from smelt.duplicates.minhash import band_hashes, signatures
from smelt.duplicates.shingles import Shingles, offsets_of, shingle

WAY = {"word_ngram": 5, "character_ngram": 5, "short_text_words": 12, "whole_text_words": 5}


def pairs_with_similarity(similarity: float, pairs: int, size: int = 200) -> Shingles:
    """Sets 2i and 2i + 1 share so many of their hashes that their Jaccard similarity is as wanted."""
    draw = np.random.default_rng(5)
    shared = round(2 * size * similarity / (1 + similarity))
    rows = []
    for _ in range(pairs):
        pool = draw.choice(1 << 31, 2 * size - shared, replace=False).astype(np.uint32)
        rows += [np.sort(pool[:size]), np.sort(np.concatenate([pool[:shared], pool[size:]]))]
    return Shingles(np.concatenate(rows), offsets_of(np.array([len(row) for row in rows])))


@pytest.mark.parametrize("similarity", [0.3, 0.7, 0.9])
def test_values_agree_as_often_as_the_sets_are_similar(similarity):
    found = signatures(pairs_with_similarity(similarity, 400), 112, seed=1)
    agree = (found[0::2] == found[1::2]).mean(axis=1)
    assert agree.mean() == pytest.approx(similarity, abs=0.01)
    assert agree.std() == pytest.approx(np.sqrt(similarity * (1 - similarity) / 112), rel=0.2)


@pytest.mark.parametrize("similarity", [0.5, 0.7, 0.8])
def test_pairs_share_a_bucket_as_often_as_the_formula_says(similarity):
    shape = LshShape(22, 5)
    bands = band_hashes(signatures(pairs_with_similarity(similarity, 600), 110, seed=1), shape)
    shared = (bands[0::2] == bands[1::2]).any(axis=1).mean()
    assert shared == pytest.approx(shape.chance(similarity), abs=0.06)


def test_a_signature_depends_on_its_text_alone():
    texts = pl.Series([f"text number {i} is here" for i in range(50)])
    alone = signatures(shingle([texts[7:8]], **WAY), 16, seed=1)
    among = signatures(shingle([pl.concat([pl.Series([""]), texts])], **WAY), 16, seed=1)
    np.testing.assert_array_equal(among[8], alone[0])
    assert (among[0] == np.iinfo(np.uint32).max).all()


def test_another_seed_gives_other_values():
    sets = shingle([pl.Series(["one two three four five"])], **WAY)
    assert (signatures(sets, 16, seed=1) != signatures(sets, 16, seed=2)).all()


def test_buckets_have_two_members_or_more():
    bands = np.array([[1, 10], [2, 10], [1, 11], [3, 10]])
    found = buckets_of(bands)
    members = [found.rows[a:b].tolist() for a, b in zip(found.offsets[:-1], found.offsets[1:], strict=True)]
    assert members == [[0, 2], [0, 1, 3]]
