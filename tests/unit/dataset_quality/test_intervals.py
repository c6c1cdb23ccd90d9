import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.dataset_quality import intervals


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(hits, total, low, high):
    interval = intervals.wilson(hits, total)
    assert interval == pytest.approx((low, high), abs=5e-5)


def test_nothing_observed_is_nothing_known():
    assert intervals.wilson(0, 0) == (0.0, 1.0)


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="between 0 and total"):
        intervals.wilson(5, 4)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_a_share(pair):
    hits, total = pair
    low, high = intervals.wilson(hits, total)
    assert 0 <= low <= hits / total + 1e-12
    assert hits / total - 1e-12 <= high <= 1


def test_mean_interval_agrees_with_a_table():
    # Student's t for 9 degrees of freedom, 95 %: 2.262
    values = np.arange(10.0)
    interval = intervals.of_mean(values.sum(), (values**2).sum(), 10)
    spread = 2.262157 * values.std(ddof=1) / math.sqrt(10)
    assert interval == pytest.approx((4.5 - spread, 4.5 + spread), abs=1e-5)


def test_one_value_says_nothing_of_a_mean():
    assert intervals.of_mean(0.5, 0.25, 1, bounds=(0, 1)) == (0, 1)


def test_bootstrap_covers_the_mean_and_is_the_same_every_time():
    values = np.random.default_rng(1).normal(10, 2, 400)
    first = intervals.bootstrap(values, lambda v: float(v.mean()), resamples=400)
    again = intervals.bootstrap(values, lambda v: float(v.mean()), resamples=400)
    classic = intervals.of_mean(values.sum(), (values**2).sum(), 400)
    assert first == again
    assert first == pytest.approx(classic, abs=0.06)


def test_weighted_parts_add_in_quadrature():
    parts = [(0.5, 0.8, intervals.Interval(0.7, 0.9)), (0.5, 0.6, intervals.Interval(0.6, 0.6))]
    assert intervals.weighted(parts) == pytest.approx((0.65, 0.75))
