"""Encoded rows in an Arrow file, written in batches and memory-mapped, so that large releases need little memory."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from smelt.tuning.base.libraries import library
from smelt.tuning.config import DataConfig
from smelt.tuning.encoding.chat import Chat
from smelt.tuning.encoding.rows import IGNORED, Encoded, Pair, encode_pairs

BATCH = 1_000
"""Rows encoded at once."""

SHOWN = 5
"""Number of example_ids named for each fault."""

SCHEMA = pa.schema(
    [("example_id", pa.string()), ("input_ids", pa.list_(pa.int32())), ("labels", pa.list_(pa.int32()))]
)
TRAINED = ("input_ids", "labels")
"""Columns passed to the trainer, which thus cannot choose others."""


@dataclass
class EncodedSplit:
    """Result of encoding a split: rows in, rows kept, faults with some example_ids, tokens."""

    split: str
    rows: int = 0
    kept: int = 0
    tokens: int = 0
    trained_tokens: int = 0
    longest: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=dict)
    lengths: list[int] = field(default_factory=list)

    def add(self, row: Encoded) -> bool:
        """Count ``row``; returns whether it is kept."""
        self.rows += 1
        self.longest = max(self.longest, row.length)
        for fault in row.faults:
            self.faults[fault] += 1
            names = self.named.setdefault(fault, [])
            if len(names) < SHOWN:
                names.append(row.example_id)
            elif row.example_id < names[-1]:  # the lowest ids are named, independently of the order of rows
                names[:] = heapq.nsmallest(SHOWN, [*names, row.example_id])
            names.sort()
        if row.faults:
            return False
        self.kept += 1
        self.tokens += len(row.ids)
        self.trained_tokens += len(row.ids) - row.start
        self.lengths.append(len(row.ids))
        return True

    @property
    def left_out(self) -> int:
        """Number of rows that are not trained on."""
        return self.rows - self.kept


def encode_split(
    split: str, pairs: Iterable[Pair], chat: Chat, config: DataConfig, file: Path | None = None
) -> EncodedSplit:
    """Encode all ``pairs``; with ``file`` the kept rows are written to it (columns of SCHEMA)."""
    result = EncodedSplit(split)
    if file is None:
        _fill(result, pairs, chat, config, lambda rows: None)
        return result
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    with pa.OSFile(str(unfinished), "wb") as sink, pa.ipc.new_stream(sink, SCHEMA) as writer:
        _fill(result, pairs, chat, config, lambda rows: writer.write_batch(_as_batch(rows)))
    unfinished.replace(file)
    return result


def _fill(
    result: EncodedSplit,
    pairs: Iterable[Pair],
    chat: Chat,
    config: DataConfig,
    write: Callable[[list[Encoded]], None],
) -> None:
    for some in _batches(pairs):
        kept = [row for row in encode_pairs(some, chat, config) if result.add(row)]
        if kept:
            write(kept)


def _batches(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    source = iter(pairs)
    while some := list(islice(source, BATCH)):
        yield some


def _as_batch(rows: list[Encoded]) -> pa.RecordBatch:
    ends = np.cumsum([0, *(len(row.ids) for row in rows)], dtype=np.int32)
    ids = np.fromiter((number for row in rows for number in row.ids), np.int32, int(ends[-1]))
    labels = ids.copy()
    for row, begin in zip(rows, ends[:-1], strict=True):
        labels[begin : begin + row.start] = IGNORED
    return pa.RecordBatch.from_arrays(
        [
            pa.array([row.example_id for row in rows], pa.string()),
            pa.ListArray.from_arrays(pa.array(ends), pa.array(ids)),
            pa.ListArray.from_arrays(pa.array(ends), pa.array(labels)),
        ],
        schema=SCHEMA,
    )


def open_encoded(file: Path) -> Any:
    """The rows of ``file`` as a ``datasets.Dataset``, sorted by example_id, with only the columns TRAINED."""
    found = library("datasets").Dataset.from_file(str(file), in_memory=False)
    order = np.argsort(np.asarray(found["example_id"]), kind="stable")
    return found.select(order).select_columns(list(TRAINED))
