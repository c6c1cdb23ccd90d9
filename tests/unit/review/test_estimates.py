from __future__ import annotations

import random

import pytest

from smelt.review.estimates import Observation, weighted_rate


def test_a_stratum_counts_as_much_as_it_stands_for():
    """900 pairs of which 1 of 2 asked is good, 100 of which all 10 are: .9 * .5 + .1 * 1 = .55."""
    observations = [Observation("large", 900)] * 2 + [Observation("small", 100)] * 10
    found = weighted_rate(observations, [True, False, *[True] * 10])
    assert found.value == pytest.approx(0.55)
    assert 0 <= found.low < 0.55 < found.high <= 1
    assert found.n == 12


def test_nothing_observed_is_none_and_everybody_asked_is_certain():
    assert weighted_rate([], []).value is None
    assert weighted_rate([Observation("s", 5)], [True], within=[False]).value is None
    everybody = weighted_rate([Observation("s", 4)] * 4, [True, True, True, False])
    assert (everybody.value, everybody.low, everybody.high) == (0.75, 0.75, 0.75)


def test_all_hits_leave_room_for_doubt():
    found = weighted_rate([Observation("s", 1000)] * 20, [True] * 20)
    assert found.value == 1
    assert 0.7 < found.low < 0.95
    assert found.high == 1


@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_the_interval_holds_the_truth_as_often_as_it_says(spread):
    """300 samples of a known population of 12 unequal strata; the whole check is a bench of 500."""
    chance = random.Random(11)
    strata = {
        f"s{n}": [
            chance.random() < min(0.98, 0.75 + spread * (n % 4 - 1.5) / 1.5) for _ in range(60 + 90 * n)
        ]
        for n in range(12)
    }
    truth = sum(map(sum, strata.values())) / sum(map(len, strata.values()))
    held = 0
    for _ in range(300):
        observations, hits = [], []
        for name, rows in strata.items():
            drawn = chance.sample(rows, max(2, round(len(rows) * 0.1)))
            observations += [Observation(name, len(rows))] * len(drawn)
            hits += drawn
        found = weighted_rate(observations, hits)
        held += found.low <= truth <= found.high
    assert 0.91 <= held / 300 <= 0.99
