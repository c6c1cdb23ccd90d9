from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.errors import LedgerImbalance
from smelt.identity import pseudonym, record_id, stable_id
from smelt.tables.ledger import Entry, StageResult, check_balance


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


def test_a_balanced_ledger_passes_and_an_imbalance_names_its_source():
    good = [
        Entry("mail", "in", None, 3),
        Entry("mail", "out", None, 2),
        Entry("mail", "rejected", "no_answer", 1),
    ]
    check_balance("examples", good)
    with pytest.raises(LedgerImbalance, match=r"chat: in 2 = out 1"):
        check_balance("examples", [*good, Entry("chat", "in", None, 2), Entry("chat", "out", None, 1)])


def test_totals_are_by_measure():
    result = StageResult((Entry("a", "in", None, 3), Entry("b", "in", None, 4), Entry("a", "out", None, 3)))
    assert (result.total("in"), result.total("out"), result.total("rejected")) == (7, 3, 0)
