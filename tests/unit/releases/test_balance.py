from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.releases.balance import plan, shortfall
from smelt.releases.config import BalanceConfig

CELLS = list(product(("a", "b", "c"), ("simple", "medium", "hard"), ("short", "medium", "long")))


def even(rows=200, **of_category):
    return {cell: of_category.get(cell[0], rows) for cell in CELLS}


def test_joint_targets_are_reached_with_the_most_rows():
    counts = even(a=400, b=200, c=100)
    config = BalanceConfig(targets={"category": "equal", "length": {"short": 0.5}}, keep_at_least=0)
    found = plan(counts, config)
    assert found.is_met(config.tolerance)
    assert shortfall(found.targets, config.tolerance) == ""
    # c has 900 rows and may be 1/3 - .02 of all.
    assert found.total > 900 * 3 * 0.9
    shares = {(each.dimension, each.value): each.share for each in found.targets}
    assert shares["length", "short"] == pytest.approx(0.5, abs=0.02)
    assert {dimension for dimension, _ in shares} == {"category", "length"}


def test_no_cell_goes_without_need():
    found = plan(even(a=400, b=200, c=100), BalanceConfig(targets={"category": "equal"}, keep_at_least=0))
    assert min(found.keep.values()) > 0


def test_what_cannot_be_reached_is_stated_and_rows_are_kept_all_the_same():
    counts = even(a=400, b=10, c=10)
    config = BalanceConfig(targets={"category": {"b": 0.4, "unknown": 0.1}}, keep_at_least=0.5)
    found = plan(counts, config)
    assert found.total >= sum(counts.values()) * 0.5 - len(CELLS)
    assert not found.is_met(config.tolerance)
    by = {each.value: each for each in found.targets}
    assert by["b"].after == by["b"].before == 90
    added = by["b"].missing
    assert (by["b"].after + added) / (found.total + added) == pytest.approx(0.4, abs=1e-3)
    assert by["unknown"].share == 0
    said = shortfall(found.targets, config.tolerance)
    assert "category b" in said
    assert "category unknown 0.0% instead of 10.0%" in said


def test_made_rows_fill_what_is_under_its_target_and_nothing_else():
    counts = even(a=300, b=200, c=100)
    config = BalanceConfig(targets={"category": "equal"}, keep_at_least=0)
    made = dict.fromkeys(CELLS, 300)
    alone, filled = plan(counts, config), plan(counts, config, made)
    assert filled.is_met(config.tolerance)
    assert sum(filled.keep.values()) == sum(counts.values()) > sum(alone.keep.values())
    added = {name: sum(many for cell, many in filled.add.items() if cell[0] == name) for name in "abc"}
    assert added["a"] == 0
    assert 0 < added["b"] < added["c"] < 9 * 200  # a has 2,700 rows, and may have a third and .02 of all
    assert all(many <= made[cell] for cell, many in filled.add.items())
    assert plan(counts, config, {}).keep == alone.keep


def test_made_rows_of_a_cell_without_own_ones_are_taken():
    counts = {("a", "simple", "short"): 100, ("b", "simple", "short"): 10}
    config = BalanceConfig(targets={"category": {"a": 0.5, "b": 0.5}}, keep_at_least=1)
    found = plan(counts, config, {("b", "simple", "medium"): 200})
    assert found.keep == {
        ("a", "simple", "short"): 100,
        ("b", "simple", "short"): 10,
        ("b", "simple", "medium"): 0,
    }
    assert 80 <= found.add["b", "simple", "medium"] <= 91


def test_without_targets_everything_stays():
    counts = even()
    assert plan(counts, BalanceConfig()).keep == counts
    assert plan({}, BalanceConfig(targets={"category": "equal"})).keep == {}


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 300), min_size=len(CELLS), max_size=len(CELLS)),
    st.sampled_from(["equal", {"a": 0.5}, {"a": 0.2, "b": 0.2, "c": 0.6}]),
    st.sampled_from([0.0, 0.5, 0.9]),
)
def test_a_plan_never_keeps_more_than_there_is_nor_less_than_it_must(numbers, category, least):
    counts = dict(zip(CELLS, numbers, strict=True))
    found = plan(
        counts, BalanceConfig(targets={"category": category, "length": "equal"}, keep_at_least=least)
    )
    assert all(0 <= found.keep.get(cell, 0) <= count for cell, count in counts.items())
    assert found.total >= least * sum(numbers) - len(CELLS)
    assert sum(each.after for each in found.targets if each.dimension == "length") == found.total


def test_contradictions_are_told_together():
    with pytest.raises(ValueError, match=r"sum to 1\.2.*huge is none of.*bounds must rise"):
        BalanceConfig(
            targets={"category": {"a": 0.6, "b": 0.6}, "length": {"huge": 0.1}}, complexity_bounds=(5, 5)
        )
