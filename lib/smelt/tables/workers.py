"""A function over Arrow batches in processes of its own, where the engine would run it in this one.

Python runs one thread at a time. Spark starts Python processes for that; the embedded engine calls a function within
this process, which is best for a few rows and leaves all cores but one idle for many.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from smelt.tables.embedded import is_embedded
from smelt.tables.private import local_folder

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Batches = Iterable[pa.RecordBatch]
Function = Callable[[Batches], Iterable[pa.RecordBatch]]
Waiting = tuple[pa.RecordBatch, Future[list[pa.RecordBatch]]]
"""A piece and the process's answer to it."""

_FUNCTIONS: list[Function] = []
"""Those that the embedded engine was given, by their number."""

FEW = 3_000
"""Rows that this process works off itself: a process takes a second of work to start."""
PIECE = 500
"""Rows that are handed over at once."""
TRIES = 4
"""Of a piece whose process was killed, as often as a cluster's Spark tries a task."""

_SUBMITTING = threading.Lock()


def mapped(rows: DataFrame, function: Function, schema: str) -> DataFrame:
    """``rows.mapInArrow``, on all cores in the embedded engine too.

    ``function`` must give the same rows however the rows are divided into batches and calls.
    """
    if not is_embedded(rows.sparkSession):
        return rows.mapInArrow(function, schema)
    number = len(_FUNCTIONS)
    _FUNCTIONS.append(
        spread(function)
    )  # it stays in this process: a plan that holds megabytes is slow to handle
    return rows.mapInArrow(_kept(number), schema)


def _kept(number: int) -> Function:
    return lambda batches: _FUNCTIONS[number](batches)


def spread(function: Function) -> Function:
    """``function`` applied to pieces of its input by several processes; the order of rows stays."""

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        pieces = _pieces(batches)
        first: list[pa.RecordBatch] = []
        rows = 0
        for piece in pieces:
            first.append(piece)
            rows += piece.num_rows
            if rows > FEW:
                break
        if rows <= FEW or _cores() == 1:
            yield from function(chain(first, pieces))
        else:
            yield from _by_processes(function, chain(first, pieces))

    return run


def _pieces(batches: Batches) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, batch.num_rows, PIECE):
            yield batch.slice(start, PIECE)


def _by_processes(function: Function, pieces: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    from pyspark import cloudpickle

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
    """Take away the first of those that wait, and its result.

    A process that is killed takes the others with it: what was not done is begun anew. Raises BrokenProcessPool where
    that ends so TRIES times.
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


@cache
def _folder() -> str:
    return local_folder()


@cache
def _pool() -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(_cores(), mp_context=context, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """In a worker: a process that is killed tells its workers nothing, and they would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _apply(place: str, piece: pa.RecordBatch) -> list[pa.RecordBatch]:
    """In a worker: the function of the file ``place`` applied to one piece."""
    return list(_function(place)(iter((piece,))))


@lru_cache(maxsize=4)
def _function(place: str) -> Function:
    import pickle

    with open(place, "rb") as file:
        function: Function = pickle.load(file)
    return function
