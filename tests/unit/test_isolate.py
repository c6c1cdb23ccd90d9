from __future__ import annotations

import errno

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.errors import ConfigError
from smelt.isolate import failure, isolated, isolated_items


def _rows(values):
    return pa.RecordBatch.from_arrays([pa.array(values, pa.int64())], names=["n"])


def _doubled(batch):
    if any(n < 0 for n in batch.column(0).to_pylist()):
        raise RecursionError("a text")
    return [2 * n for n in batch.column(0).to_pylist()]


@given(st.lists(st.integers(-3, 40), max_size=60))
def test_every_row_is_answered_in_its_order_and_only_bad_ones_fail(values):
    found = [
        answer
        for part in isolated(
            _rows(values), _doubled, lambda row, reason: [(row.column(0)[0].as_py(), reason)], stage="scores"
        )
        for answer in part
    ]
    assert found == [(n, "failed:scores:RecursionError") if n < 0 else 2 * n for n in values]


@given(st.lists(st.integers(-3, 40), max_size=60))
def test_items_of_a_sequence_are_isolated_alike(values):
    def work(items):
        if any(n < 0 for n in items):
            raise KeyError(items)
        return list(items)

    found = [n for part in isolated_items(values, work, lambda n, why: [why], stage="x") for n in part]
    assert found == ["failed:x:KeyError" if n < 0 else n for n in values]


def test_a_good_batch_is_handed_over_once():
    seen = []
    list(isolated(_rows(range(100)), seen.append, lambda row, reason: None, stage="x"))
    assert [batch.num_rows for batch in seen] == [100]


def test_few_bad_rows_cost_a_few_tries():
    tries = []

    def work(batch):
        tries.append(batch.num_rows)
        return _doubled(batch)

    list(isolated(_rows([*range(1023), -1]), work, lambda row, reason: [], stage="x"))
    assert sum(tries) < 3 * 1024


@pytest.mark.parametrize(
    "error",
    [
        ConfigError("the key is missing", []),
        ImportError("stdnum"),
        OSError(errno.ENOSPC, "No space left on device"),
        KeyboardInterrupt(),
    ],
)
def test_what_is_no_fault_of_a_record_is_raised(error):
    def work(batch):
        raise error

    with pytest.raises(type(error)):
        list(isolated(_rows([1, 2]), work, lambda row, reason: None, stage="x"))


def test_a_panic_of_rust_code_is_a_records_fault():
    import polars as pl

    with pytest.raises(BaseException) as caught:
        pl.Series([1]).map_elements(lambda value: 1 / 0, return_dtype=pl.Int64)
    assert failure("x", caught.value).startswith("failed:x:")
    panic = pl.exceptions.PanicException("text")
    assert failure("x", panic) == "failed:x:PanicException"


def test_a_reason_holds_no_text():
    assert failure("examples", ValueError("john@example.com")) == "failed:examples:ValueError"
