import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.dataset_quality import distributions

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 1000).map(float), max_size=6)


def test_entropy_is_one_for_equal_segments_and_zero_for_one():
    assert distributions.normalised_entropy([5, 5, 5, 5]) == pytest.approx(1)
    assert distributions.normalised_entropy([20]) == 0
    assert distributions.normalised_entropy([99, 1]) == pytest.approx(0.0808, abs=1e-4)


def test_total_variation_is_the_share_that_would_have_to_move():
    assert distributions.total_variation({"a": 6, "b": 4}, {"a": 60, "b": 40}) == 0
    assert distributions.total_variation({"a": 6, "b": 4}, {"a": 3, "b": 7}) == pytest.approx(0.3)
    assert distributions.total_variation({"a": 1}, {"b": 1}) == 1


def test_stability_index_is_that_of_the_textbook():
    # (.5-.4) ln(.5/.4) + (.5-.6) ln(.5/.6)
    expected = 0.1 * math.log(1.25) - 0.1 * math.log(0.5 / 0.6)
    assert distributions.population_stability({"a": 5, "b": 5}, {"a": 4, "b": 6}) == pytest.approx(expected)


def test_four_fifths_compares_lowest_and_highest():
    assert distributions.four_fifths_ratio([0.4, 0.5]) == pytest.approx(0.8)
    assert distributions.four_fifths_ratio([0.4]) == 1
    assert distributions.four_fifths_ratio([0, 0]) == 1


def test_quantiles_are_linear_inside_a_bin():
    assert distributions.quantile([0, 10, 20], [10, 10], 0.5) == pytest.approx(10)
    assert distributions.quantile([0, 10, 20], [10, 10], 0.25) == pytest.approx(5)
    assert math.isnan(distributions.quantile([0, 1], [0], 0.5))


@given(COUNTS, COUNTS)
def test_distances_are_symmetric_and_bounded(left, right):
    distance = distributions.total_variation(left, right)
    assert 0 <= distance <= 1 + 1e-9
    assert distance == pytest.approx(distributions.total_variation(right, left))
    assert distributions.population_stability(left, right) >= -1e-12
