"""No record can stop a run: what fails on a batch is tried on its halves, down to the one row that fails alone.

A batch on which nothing fails is handed over once, whole. What fails alone is handed to ``failed`` with its
reason ``failed:STAGE:TYPE``; the text of a record stands in none of it. What is wrong with the machine or the
installation (a full disk, a missing package, a bad configuration) is raised: it is no record's fault, and every
record would be taken for a bad one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import pyarrow as pa

from smelt.errors import SmeltError

PREFIX = "failed:"
"""How every reason of this kind begins."""

Batch = TypeVar("Batch", pa.RecordBatch, pa.Table)
Item = TypeVar("Item")
Result = TypeVar("Result")


def failure(stage: str, error: BaseException) -> str:
    """The reason ``failed:STAGE:TYPE``; raises ``error`` again where it is not a record's fault."""
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
    """``work`` of the batch, or of parts of it in their order; ``failed`` of each single row on which it fails."""
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
        # Taken, not sliced: the parts must look like batches of their own to whoever reads buffers.
        part = batch.take(pa.array(range(start, end), pa.int64()))
        yield from isolated(part, work, failed, stage=stage)


def isolated_items(
    items: Sequence[Item],
    work: Callable[[Sequence[Item]], Result],
    failed: Callable[[Item, str], Result],
    *,
    stage: str,
) -> Iterator[Result]:
    """The same for a sequence: ``work`` of all or of parts of it, ``failed`` of each item on which it fails alone."""
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
    """The batch with nothing in those of ``columns`` that it has: lists and maps empty, all else null."""
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
        return error.errno is None  # with a number it is the system's: no space, too many files
    # Errors of Rust code (polars) come as a PanicException, which is no Exception.
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"
