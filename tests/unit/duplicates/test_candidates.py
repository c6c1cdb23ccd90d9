from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.duplicates.candidates import Buckets, edges_of, stars
from smelt.duplicates.components import components
from smelt.duplicates.meaning import Statements
from smelt.duplicates.representatives import choose_kept
from smelt.duplicates.shingles import Shingles, offsets_of
from tests.unit.duplicates.reference import components as by_hand

SETS = st.lists(st.sets(st.integers(1, 14), min_size=1, max_size=9), min_size=1, max_size=16)
THRESHOLD = st.sampled_from([0.3, 0.5, 0.7])


def as_shingles(sets):
    return Shingles(
        np.array([value for one in sets for value in sorted(one)], dtype=np.uint32),
        offsets_of(np.array([len(one) for one in sets], dtype=np.int64)),
    )


def nothing_said(count):
    return Statements(
        np.zeros(count, np.int64), Shingles(np.empty(0, np.uint32), np.zeros(count + 1, np.int64))
    )


def jaccard(one, other):
    return len(one & other) / len(one | other)


def alike(sets, threshold):
    return [
        (a, b) for b in range(len(sets)) for a in range(b) if jaccard(sets[a], sets[b]) >= threshold
    ]  # fmt: skip


@settings(deadline=None)
@given(SETS, THRESHOLD)
def test_stars_span_what_all_pairs_would_connect(sets, threshold):
    found = stars(as_shingles(sets), threshold=threshold, leaders=10_000)
    expected = by_hand(len(sets), alike(sets, threshold))
    assert components(len(sets), found.left, found.right).tolist() == expected
    assert len(found.left) == len(sets) - len(set(expected))  # a forest: no edge too many
    for a, b, similarity in zip(*found, strict=True):
        assert similarity == jaccard(sets[a], sets[b]) >= threshold


@settings(deadline=None)
@given(SETS, THRESHOLD, st.lists(st.sets(st.integers(0, 15), min_size=2), max_size=5), st.integers(2, 6))
def test_edges_connect_alike_texts_that_share_a_bucket_hot_or_not(sets, threshold, buckets, hot):
    members = [sorted(row for row in bucket if row < len(sets)) for bucket in buckets]
    members = [rows for rows in members if len(rows) > 1]
    given_ = Buckets(
        np.array([row for rows in members for row in rows], dtype=np.int64),
        offsets_of(np.array([len(rows) for rows in members], dtype=np.int64)),
    )
    found = edges_of(given_, as_shingles(sets), threshold=threshold, hot=hot, leaders=10_000)
    wanted = [(a, b) for a, b in alike(sets, threshold) if any(a in rows and b in rows for rows in members)]
    assert components(len(sets), found.left, found.right).tolist() == by_hand(len(sets), wanted)


@settings(deadline=None)
@given(SETS, THRESHOLD, st.data())
def test_every_text_is_kept_or_like_a_preferred_one_that_is(sets, threshold, data):
    cluster = np.sort(
        np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(sets), max_size=len(sets))))
    )
    kept = choose_kept(cluster, as_shingles(sets), nothing_said(len(sets)), threshold)
    for row, (of, similarity) in enumerate(zip(kept.position, kept.similarity, strict=True)):
        assert cluster[of] == cluster[row]
        assert kept.position[of] == of
        assert similarity == (1.0 if of == row else jaccard(sets[of], sets[row])) >= threshold
        rivals = [
            other for other in range(row) if cluster[other] == cluster[row] and kept.position[other] == other
        ]
        assert of == next((other for other in rivals if jaccard(sets[other], sets[row]) >= threshold), row)


def test_components_of_no_edges_are_the_nodes():
    assert components(3, np.empty(0, np.int64), np.empty(0, np.int64)).tolist() == [0, 1, 2]
