"""Runs a function over Arrow batches in several processes where the engine would run it in this one.

Python runs one thread at a time. Spark starts worker processes for that reason; the embedded engine calls the function
within this process, which is best for few rows but leaves all cores but one idle with many.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from smelt.garbage import collect_rarely
from smelt.memory import give_back, resident_memory
from smelt.tables.embedded import is_embedded
from smelt.tables.private import local_folder

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Batches = Iterable[pa.RecordBatch]
Function = Callable[[Batches], Iterable[pa.RecordBatch]]
Waiting = tuple[pa.RecordBatch, Future[list[pa.RecordBatch]]]
"""A piece and the future of its result."""

_FUNCTIONS: list[Function] = []
"""Functions given to the embedded engine; a plan refers to them by index."""

FEW = 3_000
"""Rows that this process handles itself, unless a function says otherwise.

Each worker process takes one to two CPU seconds until it has started, imported and loaded what it needs. A
conversation takes a millisecond, but a pair is scored in .15 ms and signed in .04 ms.
"""
SMALLEST, LARGEST = 500, 4_000
"""Bounds of the rows in a piece that is sent to a worker process.

What a function does once a batch (expressions that are compiled, hundreds of calls of Polars and NumPy) is most of the
work in small pieces: scores of 22,000 pairs take 11 s in pieces of 500, 4.7 s of 2,000 and 4.5 s of 4,000.
"""
PIECES = 3
"""Pieces a core, where there are few rows: with fewer one core would wait for the other's last piece."""
TRIES = 4
"""How often a piece is tried whose worker was killed; Spark on a cluster tries a task as often."""

LARGE = 400 * 1024 * 1024
"""Bytes of a worker process from which :func:`end_large` ends them all: what 20,000 conversations take."""

_SUBMITTING = threading.Lock()


def mapped(rows: DataFrame, function: Function, schema: str, *, few: int = FEW) -> DataFrame:
    """``rows.mapInArrow(function, schema)``, on all cores even with the embedded engine.

    ``function``'s result must not depend on how rows are divided into batches and calls. Up to ``few`` rows are not
    worth worker processes.
    """
    if not is_embedded(rows.sparkSession):
        return rows.mapInArrow(function, schema)
    number = len(_FUNCTIONS)
    _FUNCTIONS.append(
        spread(function, few)
    )  # the function stays in this process: plans of megabytes are slow
    # one task, for each of several would hold pieces of its own for the same workers
    return rows.coalesce(1).mapInArrow(_kept(number), schema)


def start_ahead(modules: Sequence[str]) -> None:
    """Start the worker processes and let them import ``modules`` while this process is busy with something else.

    Starting and importing take each of them a second.
    """
    with _SUBMITTING:
        for _ in range(_cores()):
            _pool().submit(_import, tuple(modules))


def end_large() -> None:
    """End the worker processes if one has grown large; the next work starts new ones, which takes a few CPU seconds.

    A process keeps the lexicons and caches of the functions that it has applied, and much of the memory that was freed.
    """
    with _SUBMITTING:
        if any(resident_memory(process.pid) > LARGE for process in multiprocessing.active_children()):
            if _are_running():
                _pool().shutdown()  # waits: beside new ones they would make the peak
            _pool.cache_clear()


def _import(modules: Sequence[str]) -> None:
    for module in modules:
        importlib.import_module(module)


def _kept(number: int) -> Function:
    return lambda batches: _FUNCTIONS[number](batches)


def spread(function: Function, few: int = FEW) -> Function:
    """Wrap ``function`` so that several processes apply it to pieces of its input, in whose order rows are returned.

    Up to ``few`` rows stay in this process, unless worker processes run already: they will load what the function needs
    for other rows, and this process is spared the time and memory.
    """

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        rest = iter(batches)
        first: list[pa.RecordBatch] = []
        rows = 0
        for batch in rest:
            first.append(batch)
            rows += batch.num_rows
            if rows > max(_cores() * PIECES * LARGEST, few):
                break
        if not rows:  # an empty partition; many functions load megabytes before their first row
            return
        if _cores() == 1 or (rows <= few and not _are_running()):
            yield from function(_pieces(chain(_taken(first), rest), LARGEST))
            return
        size = min(max(rows // (_cores() * PIECES) + 1, SMALLEST), LARGEST)
        yield from _by_processes(function, _pieces(chain(_taken(first), rest), size))

    return run


def _taken(batches: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches, which are removed from the list, so that each can be freed when it is done with."""
    batches.reverse()
    while batches:
        yield batches.pop()


def _pieces(batches: Batches, size: int) -> Iterator[pa.RecordBatch]:
    """The rows in batches of ``size``; the last one may be smaller.

    They are copies: pickle sends a slice of a batch with all rows of the batch.
    """
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        start = 0
        while batch.num_rows - start >= size - rows:
            part = batch.slice(start, size - rows)
            start += part.num_rows
            yield pa.concat_batches([*waiting, part])
            waiting, rows = [], 0
        if start < batch.num_rows:
            waiting.append(batch.slice(start))
            rows += batch.num_rows - start
    if waiting:
        yield pa.concat_batches(waiting)


def _by_processes(function: Function, pieces: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    from pyspark import cloudpickle

    give_back()  # what led to this function, the corpus of scores say, left up to a hundred megabytes
    pickler: Any = cloudpickle
    handle, place = tempfile.mkstemp(prefix="function-", dir=_folder())
    waiting: deque[Waiting] = deque()
    try:
        with os.fdopen(handle, "wb") as file:
            pickler.dump(function, file)
        most = 2 * _cores() + 1
        for piece in pieces:
            waiting.append((piece, _submit(place, piece)))
            if len(waiting) > most:
                yield from _first(place, waiting)
        while waiting:
            yield from _first(place, waiting)
    finally:
        for _, future in waiting:
            future.cancel()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(place)


def _first(place: str, waiting: deque[Waiting]) -> list[pa.RecordBatch]:
    """Remove the first waiting piece and return its result.

    A killed worker breaks the whole pool; unfinished pieces are then submitted to a new one. Raises BrokenProcessPool
    after TRIES attempts.
    """
    for tries_left in reversed(range(TRIES)):
        try:
            found = waiting[0][1].result()
        except BrokenProcessPool:
            if not tries_left:
                raise
            begun = [(piece, _submit(place, piece)) for piece, _ in waiting]
            waiting.clear()
            waiting.extend(begun)
        else:
            waiting.popleft()
            return found
    raise AssertionError("unreachable")


def _submit(place: str, piece: pa.RecordBatch) -> Future[list[pa.RecordBatch]]:
    with _SUBMITTING:
        try:
            return _pool().submit(_apply, place, piece)
        except BrokenProcessPool:
            _pool.cache_clear()
            return _pool().submit(_apply, place, piece)


def _cores() -> int:
    return os.cpu_count() or 1


def _are_running() -> bool:
    return _pool.cache_info().currsize > 0


@cache
def _folder() -> str:
    return local_folder()


@cache
def _pool() -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(_cores(), mp_context=context, initializer=_begin)


def _begin() -> None:
    collect_rarely()
    _end_with_parent()


def _end_with_parent() -> None:
    """In a worker: end when the parent process is gone; a killed parent cannot tell its workers, which would wait for
    ever."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _apply(place: str, piece: pa.RecordBatch) -> list[pa.RecordBatch]:
    """In a worker: apply the function pickled in the file ``place`` to one piece."""
    return list(_function(place)(iter((piece,))))


@lru_cache(maxsize=4)
def _function(place: str) -> Function:
    import pickle

    with open(place, "rb") as file:
        function: Function = pickle.load(file)
    return function
