"""The ledger balances source by source."""

import pytest

from smelt.errors import LedgerImbalance
from smelt.tables.ledger import Entry, StageResult, check_balance


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
