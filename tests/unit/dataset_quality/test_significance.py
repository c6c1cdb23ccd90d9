import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from smelt.dataset_quality import significance


def test_shares_agree_with_the_chi_square_test_of_a_two_by_two_table():
    difference = significance.of_shares(60, 100, 45, 100)
    table = [[60, 40], [45, 55]]
    assert difference.p_value == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)
    # Cohen (1988), h = 2 asin(sqrt(.60)) - 2 asin(sqrt(.45))
    assert difference.effect == pytest.approx(0.3015, abs=1e-4)


def test_large_releases_are_not_noteworthy_by_size_alone():
    tiny_change = significance.of_shares(505_000, 1_000_000, 500_000, 1_000_000)
    assert tiny_change.p_value < 1e-9
    assert not tiny_change.is_noteworthy(alpha=0.01, min_effect=0.2)


def test_small_releases_are_not_noteworthy_by_effect_alone():
    few = significance.of_shares(3, 4, 2, 4)
    assert few.effect > 0.2
    assert not few.is_noteworthy(alpha=0.01, min_effect=0.2)


def test_means_agree_with_welch_on_the_values_themselves():
    generator = np.random.default_rng(3)
    now, before = generator.normal(1, 1, 80), generator.normal(0.5, 2, 60)
    difference = significance.of_means(now.mean(), now.std(ddof=1), 80, before.mean(), before.std(ddof=1), 60)
    assert difference.p_value == pytest.approx(stats.ttest_ind(now, before, equal_var=False).pvalue)
    assert difference.effect > 0


def test_constant_values_differ_infinitely_or_not_at_all():
    assert significance.of_means(1, 0, 10, 1, 0, 10) == significance.NO_DIFFERENCE
    assert significance.of_means(2, 0, 10, 1, 0, 10).effect == math.inf


def test_tables_of_equal_shares_have_no_association():
    assert significance.of_tables([[10, 20, 30], [100, 200, 300]]).effect == 0
    assert significance.of_tables([[100, 0], [0, 100]]).effect == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("counts", [[], [[1, 2]], [[1], [2]], [[0, 0], [0, 0]], [[5, 0], [3, 0]]])
def test_tables_without_two_rows_and_columns_compare_nothing(counts):
    assert significance.of_tables(counts) == significance.NO_DIFFERENCE


@given(st.integers(1, 500), st.integers(1, 500), st.floats(0, 1), st.floats(0, 1))
def test_comparing_the_other_way_round_turns_the_sign(n, m, share, share_before):
    one = significance.of_shares(int(share * n), n, int(share_before * m), m)
    other = significance.of_shares(int(share_before * m), m, int(share * n), n)
    assert one.p_value == pytest.approx(other.p_value)
    assert one.effect == pytest.approx(-other.effect)
    assert 0 <= one.p_value <= 1
