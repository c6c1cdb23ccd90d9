"""Isolates rows that fail: a failing batch is retried in halves, down to the single row that fails.

A batch without failures is processed once, whole. A row that fails alone is passed to ``failed`` with the reason
``failed:STAGE:TYPE``, which quotes no text of the record. Errors of the machine or the installation (a full disk, a
missing package, a bad configuration) are raised instead, because with them every record would seem bad.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import pyarrow as pa

from smelt.errors import SmeltError

PREFIX = "failed:"
"""Prefix of the reasons."""

Batch = TypeVar("Batch", pa.RecordBatch, pa.Table)
Item = TypeVar("Item")
Result = TypeVar("Result")


def failure(stage: str, error: BaseException) -> str:
    """The reason ``failed:STAGE:TYPE``; raises ``error`` again if it is not caused by a record."""
    if not _is_of_a_record(error):
        raise error
    return f"{PREFIX}{stage}:{type(error).__name__}"


def isolated(
    batch: Batch,
    work: Callable[[Batch], Result],
    failed: Callable[[Batch, str], Result],
    *,
    stage: str,
) -> Iterator[Result]:
    """Yield ``work(batch)``, or its results for parts in order, with ``failed(row, reason)`` for rows that fail."""
    try:
        done = work(batch)
    except BaseException as error:
        reason = failure(stage, error)
    else:
        yield done
        return
    if batch.num_rows <= 1:
        yield failed(batch, reason)
        return
    half = batch.num_rows // 2
    for start, end in ((0, half), (half, batch.num_rows)):
        # take() copies; a slice would keep an offset, which code that reads the buffers may not expect.
        part = batch.take(pa.array(range(start, end), pa.int64()))
        yield from isolated(part, work, failed, stage=stage)


def isolated_items(
    items: Sequence[Item],
    work: Callable[[Sequence[Item]], Result],
    failed: Callable[[Item, str], Result],
    *,
    stage: str,
) -> Iterator[Result]:
    """As :func:`isolated`, for a sequence of items."""
    try:
        done = work(items)
    except BaseException as error:
        reason = failure(stage, error)
    else:
        yield done
        return
    if len(items) <= 1:
        yield from (failed(item, reason) for item in items)
        return
    half = len(items) // 2
    for part in (items[:half], items[half:]):
        yield from isolated_items(part, work, failed, stage=stage)


def emptied(batch: pa.RecordBatch, columns: Iterable[str]) -> pa.RecordBatch:
    """The batch with the values of ``columns`` removed: lists and maps empty, others null.

    Unknown columns are ignored.
    """
    for name in columns:
        at = batch.schema.get_field_index(name)
        if at < 0:
            continue
        kind = batch.schema.field(at).type
        is_nested = pa.types.is_list(kind) or pa.types.is_map(kind)
        nothing = pa.array([[] if is_nested else None] * batch.num_rows, kind)
        batch = batch.set_column(at, name, nothing)
    return batch


def _is_of_a_record(error: BaseException) -> bool:
    if isinstance(error, (SmeltError, ImportError)):
        return False
    if isinstance(error, OSError):
        return error.errno is None  # with errno it is an error of the system: no space, too many files
    # Panics of Rust code (polars) are a PanicException, which is not a subclass of Exception.
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"
