"""Intervals widen with groups, and one group says nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from smelt.tuning.evaluation.intervals import difference, estimate


def test_rows_of_one_group_are_no_independent_evidence():
    values = [0.0] * 40 + [1.0] * 40
    alone = estimate(values)
    grouped = estimate(values, [f"g{n // 10}" for n in range(80)])
    assert alone.mean == grouped.mean == 0.5
    assert grouped.high - grouped.low > 1.5 * (alone.high - alone.low)
    assert grouped.groups == 8


def test_one_group_and_none():
    assert math.isinf(estimate([0.2, 0.4], ["g", "g"]).high)
    nothing = estimate([])
    assert math.isnan(nothing.mean)
    assert nothing.n == 0


def test_weights_make_a_mean_a_token():
    assert estimate([1.0, 4.0], weights=[30, 10]).mean == pytest.approx(1.75)


def test_the_interval_covers_what_it_should():
    draw = np.random.default_rng(3)
    hits = 0
    for _ in range(120):
        found = estimate(draw.normal(0.3, 1, 60).tolist(), resamples=300)
        hits += found.low <= 0.3 <= found.high
    assert 105 <= hits <= 120


def test_hard_rows_cancel_out_in_pairs():
    hard = np.linspace(0, 1, 50)
    gained = difference((hard + 0.02).tolist(), hard.tolist())
    assert gained.low > 0
    assert gained.mean == pytest.approx(0.02)
