"""Folds cut no group, are never empty, and hold every category alike."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.tuning.crossvalidation.folds import make_folds
from smelt.tuning.errors import ReleaseUnusable


@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from("abc")), min_size=1, max_size=80),
    st.integers(2, 6),
)
def test_what_always_holds(rows, count):
    groups = [f"g{number}" for number, _ in rows]
    categories = [category for _, category in rows]
    if len(set(groups)) < count:
        with pytest.raises(ReleaseUnusable):
            make_folds(groups, categories, count)
        return
    folds = make_folds(groups, categories, count)
    assert min(folds.sizes) > 0
    assert sum(folds.sizes) == len(rows)
    fold_of_group = dict(zip(groups, folds.fold_of, strict=True))
    assert all(fold_of_group[group] == fold for group, fold in zip(groups, folds.fold_of, strict=True))
    for fold in range(count):
        train, held = folds.rows(fold)
        assert sorted([*train, *held]) == list(range(len(rows)))
        assert not {groups[at] for at in train} & {groups[at] for at in held}


@given(st.permutations([(f"g{n}", "abc"[n % 3]) for n in range(20)]))
def test_the_order_of_rows_does_not_matter(rows):
    plain = sorted(rows)
    one = make_folds([g for g, _ in rows], [c for _, c in rows], 4).fold_of
    two = make_folds([g for g, _ in plain], [c for _, c in plain], 4).fold_of
    assert dict(zip([g for g, _ in rows], one, strict=True)) == dict(
        zip([g for g, _ in plain], two, strict=True)
    )


def test_categories_are_in_every_fold_alike():
    groups = [f"g{n}" for n in range(200)]
    categories = ["rare" if n % 20 == 0 else "usual" for n in range(200)]
    folds = make_folds(groups, categories, 5)
    rare = Counter(fold for fold, name in zip(folds.fold_of, categories, strict=True) if name == "rare")
    assert set(rare.values()) == {2}
    assert folds.sizes == (40, 40, 40, 40, 40)


def test_one_huge_group_leaves_no_fold_empty():
    groups = ["huge"] * 90 + ["a", "b", "c", "d"]
    folds = make_folds(groups, ["x"] * 94, 5)
    assert sorted(folds.sizes) == [1, 1, 1, 1, 90]
    assert folds.imbalance > 0.5
    assert folds.largest_group == 90
