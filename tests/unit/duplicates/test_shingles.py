from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.duplicates.jaccard import pair_similarities
from smelt.duplicates.shingles import PART, hashes64, shingle
from tests.unit.duplicates.reference import jaccard, shingles

WAY = {"word_ngram": 5, "character_ngram": 5, "short_text_words": 12, "whole_text_words": 5}
WORD = st.sampled_from(["a", "be", "see", "öl", "naïve", "🙂x", "word", "longer"])
TEXT = st.lists(WORD, max_size=30).map(" ".join)


@settings(deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=12))
def test_sizes_and_similarities_are_those_of_the_definition(texts):
    found = shingle([pl.Series(texts, dtype=pl.String)], **WAY)
    sets = [shingles(text) for text in texts]
    assert found.sizes.tolist() == [len(one) for one in sets]
    left, right = np.triu_indices(len(texts), 1)
    expected = [jaccard(sets[a], sets[b]) for a, b in zip(left, right, strict=True)]
    np.testing.assert_allclose(pair_similarities(found, left, right), expected)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=2, max_size=8))
def test_of_texts_with_two_parts_the_less_similar_counts(pairs):
    found = shingle([pl.Series(side, dtype=pl.String) for side in zip(*pairs, strict=True)], **WAY)
    left, right = np.triu_indices(len(pairs), 1)
    for a, b, similarity in zip(left, right, pair_similarities(found, left, right), strict=True):
        parts = [(shingles(pairs[a][i]), shingles(pairs[b][i])) for i in (0, 1)]
        filled = [jaccard(*part) for part in parts if part[0] | part[1]]
        assert similarity == np.float64(min(filled, default=0.0))


def test_the_parts_never_share_a_hash():
    found = shingle([pl.Series(["five words in each part"]), pl.Series(["five words in each part"])], **WAY)
    assert (found.hashes < PART).sum() == (found.hashes >= PART).sum() == 19


def test_texts_of_few_words_are_alike_only_if_they_are_equal():
    texts = [
        "reset my pin now",
        "reset my pins now",
        "reset my pin now",
        "please do reset my pin",
        "please do reset my pins",
    ]
    found = shingle([pl.Series(texts)], **WAY)
    assert found.sizes.tolist() == [1, 1, 1, 18, 19]
    of = np.array
    assert pair_similarities(found, of([0, 0, 3]), of([1, 2, 4])).round(3).tolist() == [0.0, 1.0, 0.947]


def test_a_script_without_spaces_gives_characters():
    text = "你好世界今天天气很好我们去公园玩"
    found = shingle([pl.Series([text, f"{text} {text}"])], **WAY)
    assert found.sizes.tolist() == [len(text) - 4, len(shingles(f"{text} {text}", whole=0))]


def test_hashes_depend_on_the_text_alone_not_on_its_neighbours_or_the_chunk():
    text = "one two three four five six seven eight nine ten eleven twelve thirteen"
    alone = shingle([pl.Series([text])], **WAY)
    among = shingle([pl.Series(["x" * 700_000, text, "", "y " * 400_000, text])], **WAY)
    for row in (1, 4):
        np.testing.assert_array_equal(among.hashes[among.offsets[row] : among.offsets[row + 1]], alone.hashes)


def test_hashes_are_the_same_in_every_version():
    assert shingle([pl.Series(["hello"])], **WAY).hashes.tolist() == [HELLO_SHINGLE]
    assert hashes64(pl.Series(["hello", ""])).tolist() == HELLO_HASHES


HELLO_SHINGLE = 251844115
HELLO_HASHES = [5156765887541717530, 0]


@given(st.lists(st.text(alphabet="ab\x00é🙂", max_size=4), min_size=1, max_size=40))
def test_whole_texts_have_equal_hashes_only_if_they_are_equal(texts):
    hashes = hashes64(pl.Series(texts)).tolist()
    assert len(set(hashes)) == len(set(texts))
    assert len(set(zip(texts, hashes, strict=True))) == len(set(texts))
