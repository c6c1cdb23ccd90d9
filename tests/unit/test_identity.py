from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.identity import pseudonym, record_id, stable_id


def test_identifiers_do_not_change():
    assert record_id("mail", "42") == "249f900e2e416dac64342de73bb0fbbb"


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_parts_cannot_run_together(left, right):
    assert (stable_id(*left) == stable_id(*right)) == (left == right)


@given(st.text(min_size=1).filter(str.strip))
def test_pseudonyms_need_the_key_and_keep_domains_apart(value):
    ours = pseudonym(b"k" * 32, "customer", value)
    assert ours == pseudonym(b"k" * 32, "customer", f" {value} ")
    assert ours not in (pseudonym(b"j" * 32, "customer", value), pseudonym(b"k" * 32, "agent", value))


@pytest.mark.parametrize("nobody", [None, "", "  "])
def test_nobody_has_no_pseudonym(nobody):
    assert pseudonym(b"k" * 32, "customer", nobody) is None
