from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.monitor import drift

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 500), min_size=1)


@given(COUNTS, COUNTS, st.sampled_from(["js", "psi", "chi_square"]))
@settings(max_examples=30, deadline=None)
def test_effects_are_never_below_zero_and_p_values_are_chances(before, after, method):
    found = drift.categorical(before, after, method)
    assert found.effect >= 0
    assert found.low <= found.effect <= found.high
    assert 0 <= found.p_value <= 1


@pytest.mark.parametrize("method", ["js", "psi", "chi_square"])
def test_the_same_counts_are_not_apart(method):
    counts = {"a": 500, "b": 300, "c": 40}
    found = drift.categorical(counts, counts, method)
    assert found.effect == 0
    assert found.p_value == pytest.approx(1)


def test_the_effect_of_a_shift_is_the_same_in_a_small_and_a_large_sample():
    before = {str(n): 1_000 for n in range(10)}
    small = drift.categorical(before, {str(n): 45 for n in range(10)} | {"new": 50}, "js")
    large = drift.categorical(before, {str(n): 45_000 for n in range(10)} | {"new": 50_000}, "js")
    assert small.effect == pytest.approx(large.effect, abs=0.02)
    assert large.effect == pytest.approx(0.228, abs=0.01)  # by hand: 10 % of a category that was not there


def test_psi_stays_small_for_pairs_of_one_lognormal():
    generator = np.random.default_rng(0)
    effects = [
        drift.numeric(*(generator.lognormal(0, 1, 2_000) for _ in range(2)), "psi").effect for _ in range(50)
    ]
    assert max(effects) < 0.06


def test_lengths_that_are_a_fifth_shorter_are_found():
    generator = np.random.default_rng(0)
    before, after = generator.lognormal(5, 0.6, 4_000), 0.8 * generator.lognormal(5, 0.6, 2_000)
    found = drift.numeric(before, after, "ks")
    assert found.effect > 0.1
    assert found.p_value < 1e-6
    assert found.low < found.effect < found.high


def test_a_difference_of_shares_by_newcombes_own_example():
    """Newcombe (1998), table II, first column (56/70 against 48/80), method 10: 0.0524 to 0.3339."""
    found = drift.share(56, 70, 48, 80)
    assert found.effect == pytest.approx(0.2)
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_rare_events_are_compared_exactly():
    assert drift.share(3, 1_000, 0, 1_000).p_value == pytest.approx(0.2495, abs=1e-3)


def test_unseen_values_are_tested_against_what_is_allowed():
    assert drift.unseen(1, 1_000, 0.01).p_value > 0.9
    assert drift.unseen(100, 1_000, 0.01).p_value < 1e-10
    assert drift.unseen(0, 10, 0).p_value == 1


@given(st.lists(st.floats(0, 1), max_size=40))
def test_corrected_p_values_are_larger_and_keep_their_order(p_values):
    found = drift.adjusted(p_values)
    assert all(b >= a or b == pytest.approx(a) for a, b in zip(p_values, found, strict=True))
    order = np.argsort(p_values, kind="stable")
    assert all(
        x <= y + 1e-12 for x, y in zip(np.array(found)[order], np.array(found)[order][1:], strict=False)
    )


def test_a_changed_mix_is_no_change_inside_the_strata():
    """Simpson: 90 % and 50 % right in both; only how often each is asked changed."""
    found = drift.stratified([(180, 200, 720, 800), (400, 800, 100, 200)])
    assert found.effect == pytest.approx(0, abs=1e-9)
    assert found.p_value > 0.9


def test_a_change_inside_the_strata_is_found_though_the_mix_hides_it():
    found = drift.stratified(
        [(720, 900, 90, 100), (40, 100, 450, 900)]
    )  # .8 of .9, .4 of .5; the mix got easier
    assert found.effect == pytest.approx(-0.1, abs=1e-9)
    assert found.p_value < 0.01


def test_a_classifier_tells_new_texts_apart_and_not_the_same_ones():
    generator = np.random.default_rng(0)
    words = np.array(
        ["order", "parcel", "refund", "late", "broken", "screen", "login", "password", "invoice", "card"]
    )
    texts = [" ".join(generator.choice(words, 12)) for _ in range(1_200)]
    others = [f"loyalty points bonus {text}" for text in texts[:200]]
    same = drift.classifier(texts[:600], texts[600:])
    assert same.p_value > 0.01
    moved = drift.classifier(texts[:600], texts[600:1_000] + others)
    assert moved.p_value < 1e-6
    assert moved.effect > 0.2
