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


def test_what_was_quarantined_counts_and_every_wrong_source_is_named():
    kept = [Entry("mail", "in", None, 3), Entry("mail", "out", None, 2)]
    check_balance("ingest", [*kept, Entry("mail", "quarantined", "invalid_json", 1)])
    check_balance("ingest", [])
    lost = [Entry("web", "out", None, 1), Entry("chat", "in", None, 1_000), *kept]
    with pytest.raises(LedgerImbalance) as error:
        check_balance("ingest", lost)
    assert list(error.value.problems) == [
        "chat: in 1,000 = out 0 + rejected 0 + quarantined 0 does not hold",
        "mail: in 3 = out 2 + rejected 0 + quarantined 0 does not hold",
        "web: in 0 = out 1 + rejected 0 + quarantined 0 does not hold",
    ]
    assert "ingest" in str(error.value)


def test_counts_of_one_source_and_measure_are_added():
    check_balance("x", [Entry("a", "in", None, 5), *(Entry("a", "rejected", why, 2) for why in ("b", "c")),
                        Entry("a", "out", None, 1)])  # fmt: skip
    assert StageResult().total("in") == 0


def test_all_that_left_is_added_up():
    left = [Entry("a", measure, None, 3) for measure in ("out", "rejected", "quarantined")]
    check_balance("x", [Entry("a", "in", None, 9), *left])
    for count in (3, 6, 7, 8, 10):
        with pytest.raises(LedgerImbalance):
            check_balance("x", [Entry("a", "in", None, count), *left])
