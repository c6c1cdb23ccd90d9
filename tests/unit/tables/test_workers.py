import os

import pyarrow as pa

from smelt.tables.workers import FEW, PIECE, spread


def with_process(batches):
    for batch in batches:
        yield pa.RecordBatch.from_pydict({"n": batch.column(0), "by": [os.getpid()] * batch.num_rows})


def numbers(rows, batch_rows):
    for start in range(0, rows, batch_rows):
        yield pa.RecordBatch.from_pydict({"n": list(range(start, min(rows, start + batch_rows)))})


def result(rows, batch_rows):
    return pa.Table.from_batches(spread(with_process)(numbers(rows, batch_rows))).to_pydict()


def test_few_rows_stay_in_this_process():
    found = result(FEW, 700)
    assert found["n"] == list(range(FEW))
    assert set(found["by"]) == {os.getpid()}


def test_many_rows_are_worked_off_elsewhere_in_their_order():
    rows = FEW + 3 * PIECE + 1
    found = result(rows, 1_900)
    assert found["n"] == list(range(rows))
    assert os.getpid() not in found["by"] or os.cpu_count() == 1


def test_nothing_gives_nothing():
    assert list(spread(with_process)(iter(()))) == []
