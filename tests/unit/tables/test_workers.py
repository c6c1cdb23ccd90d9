from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pyarrow as pa
import pytest

from smelt.garbage import YOUNG
from smelt.tables import workers
from smelt.tables.failures import failure
from smelt.tables.lease.process import is_gone, pid
from smelt.tables.private import local_folder
from smelt.tables.workers import FEW, LARGEST, PIECES, SMALLEST, spread


def with_process(batches):
    for batch in batches:
        yield pa.RecordBatch.from_pydict({"n": batch.column(0), "by": [os.getpid()] * batch.num_rows})


def numbers(rows, batch_rows):
    for start in range(0, rows, batch_rows):
        yield pa.RecordBatch.from_pydict({"n": list(range(start, min(rows, start + batch_rows)))})


def result(rows, batch_rows):
    return pa.Table.from_batches(spread(with_process)(numbers(rows, batch_rows))).to_pydict()


@pytest.fixture
def none_running():
    if workers._are_running():
        workers._pool().shutdown()
    workers._pool.cache_clear()


def test_few_rows_stay_in_this_process(none_running):
    found = result(FEW, 700)
    assert found["n"] == list(range(FEW))
    assert set(found["by"]) == {os.getpid()}


def test_many_rows_are_worked_off_elsewhere_in_their_order():
    rows = FEW + 3 * SMALLEST + 1
    found = result(rows, 1_900)
    assert found["n"] == list(range(rows))
    assert os.getpid() not in found["by"] or os.cpu_count() == 1


def test_workers_started_ahead_have_imported_and_are_the_ones_that_work(none_running):
    workers.start_ahead(["wave"])

    found = workers._pool().submit(_is_imported, "wave").result()
    started = {*workers._pool()._processes}

    assert found
    assert len(started) == os.cpu_count()
    assert {*result(FEW + 3 * SMALLEST + 1, 1_900)["by"]} <= started | {os.getpid()}


def _is_imported(module):
    return module in sys.modules


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core works in one process")
def test_few_rows_go_to_workers_that_run_already(none_running):
    workers.start_ahead(["wave"])

    found = result(SMALLEST, 200)

    assert found["n"] == list(range(SMALLEST))
    assert os.getpid() not in found["by"]


def collected(batches):
    for batch in batches:
        yield pa.RecordBatch.from_pydict({"young": [gc.get_threshold()[0]] * batch.num_rows})


def test_workers_that_have_grown_are_ended_and_others_work_next(none_running, monkeypatch):
    rows = FEW + SMALLEST
    before = {*result(rows, rows)["by"]}
    workers.end_large()
    assert {*result(rows, rows)["by"]} <= {*workers._pool()._processes}
    monkeypatch.setattr(workers, "LARGE", 0)
    workers.end_large()
    assert not workers._are_running()
    assert before.isdisjoint(result(rows, rows)["by"])


def test_workers_look_for_cycles_rarely():
    rows = FEW + SMALLEST
    found = pa.Table.from_batches(spread(collected)(numbers(rows, 1_900))).to_pydict()
    assert set(found["young"]) == {YOUNG} or os.cpu_count() == 1


def with_size(batches):
    for batch in batches:
        yield pa.RecordBatch.from_pydict({"n": batch.column(0), "rows": [batch.num_rows] * batch.num_rows})


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core works in one process, on the batches as they come")
def test_pieces_grow_with_the_rows_up_to_a_bound():
    cores = os.cpu_count()
    for rows in (FEW + 1, cores * PIECES * 1_000, cores * PIECES * LARGEST * 2):
        found = pa.Table.from_batches(spread(with_size)(numbers(rows, 1_900))).to_pydict()
        assert found["n"] == list(range(rows))
        wanted = min(max(rows // (cores * PIECES) + 1, SMALLEST), LARGEST)
        assert set(found["rows"]) <= {wanted, rows % wanted}


def test_this_process_takes_large_pieces(none_running):
    few = 3 * LARGEST
    found = pa.Table.from_batches(spread(with_size, few)(numbers(few, 1_900))).to_pydict()

    assert found["n"] == list(range(few))
    assert set(found["rows"]) == {LARGEST}


def test_a_function_says_how_many_rows_are_few(none_running):
    rows, few = FEW + 5 * LARGEST, FEW + 6 * LARGEST
    here = pa.Table.from_batches(spread(with_process, few)(numbers(rows, 1_900))).to_pydict()

    assert here["n"] == list(range(rows))
    assert set(here["by"]) == {os.getpid()}


def test_a_piece_is_sent_without_the_rows_beside_it():
    batch = pa.RecordBatch.from_pydict({"text": ["a text of some length"] * 5_000})
    whole = len(pickle.dumps(batch))
    pieces = list(workers._pieces([batch], 500))
    assert [piece.num_rows for piece in pieces] == [500] * 10
    assert all(len(pickle.dumps(piece)) < whole / 5 for piece in pieces)


def test_nothing_gives_nothing():
    assert list(spread(with_process)(iter(()))) == []


class Dying:
    """Kills its own process as often as ``times`` says, all processes together, and then does its work."""

    def __init__(self, folder, times):
        self.folder, self.times = str(folder), times

    def __call__(self, batches):
        for batch in batches:
            for number in range(self.times):
                try:
                    os.close(os.open(f"{self.folder}/{number}", os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    continue
                os.kill(os.getpid(), signal.SIGKILL)
            yield batch


def test_a_process_that_is_killed_costs_no_row(tmp_path):
    rows = FEW + 3 * SMALLEST
    for times in (1, 2):
        (tmp_path / str(times)).mkdir()
        found = pa.Table.from_batches(spread(Dying(tmp_path / str(times), times))(numbers(rows, 900)))
        assert found.to_pydict()["n"] == list(range(rows))
        assert len(os.listdir(tmp_path / str(times))) == times


def test_processes_that_are_killed_always_end_it_and_the_cause_is_told(tmp_path):
    with pytest.raises(BrokenProcessPool) as told:
        list(spread(Dying(tmp_path, 10_000))(numbers(FEW + SMALLEST, 900)))
    assert "killed again and again, most often for want of memory" in str(failure(told.value))
    assert result(FEW + SMALLEST, 900)["n"] == list(range(FEW + SMALLEST))


def test_what_processes_are_handed_lies_where_nobody_else_looks(tmp_path):
    places = []

    def note(batches):
        yield from batches

    whole = workers._submit
    workers._submit = lambda place, piece: (
        places.append((place, os.stat(place).st_mode)) or whole(place, piece)
    )
    try:
        list(spread(note)(numbers(FEW + SMALLEST, 900)))
    finally:
        workers._submit = whole
    assert {Path(place).parent for place, _ in places} == {Path(local_folder())}
    assert {mode & 0o077 for _, mode in places} == {0}
    assert not [place for place, _ in places if os.path.exists(place)]


WAITING = """
import pyarrow as pa, sys, time
from smelt.garbage import YOUNG
from smelt.tables import workers

def same(batches):
    yield from batches

if __name__ == "__main__":
    rows = workers.FEW + 1
    list(workers.spread(same)([pa.record_batch({"n": list(range(rows))})]))
    print(*workers._pool()._processes, flush=True)
    time.sleep(600)
"""


def test_processes_end_with_the_one_that_started_them_also_if_that_is_killed(tmp_path):
    script = tmp_path / "waiting.py"
    script.write_text(WAITING)
    started = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    processes = [pid(int(number)) for number in started.stdout.readline().split()]
    started.kill()
    started.wait()
    assert processes
    deadline = time.monotonic() + 120
    while not all(map(is_gone, processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert all(map(is_gone, processes))
