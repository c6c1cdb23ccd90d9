from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.duplicates.bands import LshShape, lsh_shape
from smelt.duplicates.config import NearConfig


def test_the_default_is_the_one_worked_out_by_hand():
    assert NearConfig().shape == lsh_shape(0.7, 130, 0.99) == LshShape(bands=26, rows=5)
    assert LshShape(26, 5).chance(0.7) == pytest.approx(0.992, abs=5e-4)
    assert LshShape(21, 6).chance(0.7) == pytest.approx(0.928, abs=5e-4)
    assert LshShape(14, 8).chance(0.7) == pytest.approx(0.565, abs=5e-4)


@given(st.floats(0.2, 1), st.integers(64, 256), st.floats(0.5, 0.99))
def test_the_chance_at_the_threshold_reaches_the_recall_and_no_more_rows_would(
    threshold, permutations, recall
):
    shape = lsh_shape(threshold, permutations, recall)
    assert shape.permutations <= permutations
    assert shape.chance(threshold) >= recall
    more = [LshShape(permutations // rows, rows) for rows in range(shape.rows + 1, permutations + 1)]
    assert all(other.chance(threshold) < recall for other in more)


def test_too_few_permutations_say_how_many_would_do():
    with pytest.raises(ValueError, match=r"8 permutations cannot find 99% at 0.1: 44 can"):
        lsh_shape(0.1, 8, 0.99)
