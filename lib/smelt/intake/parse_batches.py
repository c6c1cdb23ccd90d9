"""Parses Arrow batches of lines, files or Parquet rows into rows of bronze.arrivals: functions for ``mapInArrow``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

import pyarrow as pa

from smelt.intake.columns import PARSED, Row, to_batches
from smelt.intake.landing import Reading, canonical
from smelt.intake.parsing import Limits, Parser
from smelt.intake.records import Record

BATCH_ROWS = 1_000
"""Lines or small files in one Arrow batch."""

PLACE = "_smelt_place"
"""Column of a Parquet file's rows with their file and row number."""

_BATCH_BYTES = 16 * 1024 * 1024
_TURNS = PARSED.index("turns")

Batches = Iterable[pa.RecordBatch]


def parse_lines(reading: Reading, limits: Limits) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``: columns line, path, start -> PARSED. Positions count lines from the start of their block."""

    reading = reading.without_files()

    def parse(batches: Batches) -> Iterator[pa.RecordBatch]:
        parser = Parser(reading.source, limits, reading.plugin)
        number, place = 0, None
        for batch in batches:
            lines, paths, starts = (column.to_pylist() for column in batch.columns)
            rows: list[Row] = []
            for here, group in groupby(zip(paths, starts, lines, strict=True), key=lambda row: row[:2]):
                if here != place:
                    number, place = 0, here
                placed = []
                prefix = f"byte {here[1]} line" if here[1] else "line"
                for _, _, line in group:
                    number += 1
                    placed.append((line, f"{prefix} {number}"))
                rows += parser.lines(placed, reading.file(canonical(here[0], is_encoded=True)))
            yield from to_batches(rows) if rows and batch.nbytes < _BATCH_BYTES else in_batches(rows)

    return parse


def parse_files(reading: Reading, limits: Limits) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``: columns path, content (null: too large to be read) -> PARSED."""

    reading = reading.without_files()

    def parse(batches: Batches) -> Iterator[pa.RecordBatch]:
        parser = Parser(reading.source, limits, reading.plugin)

        def rows() -> Iterator[Row]:
            for batch in batches:
                paths, contents = batch.columns
                for path, content in zip(paths, contents, strict=True):
                    file = reading.file(canonical(path.as_py(), is_encoded=False))
                    yield from parser.file(content.as_py(), file)

        yield from in_batches(rows())

    return parse


def parse_records(reading: Reading, limits: Limits) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``: a struct of path and row number, then the columns of a Parquet file -> PARSED."""
    reading = reading.without_files()

    def parse(batches: Batches) -> Iterator[pa.RecordBatch]:
        parser = Parser(reading.source, limits, reading.plugin)
        for batch in batches:
            rows: list[Row] = []
            for fields in batch.to_pylist():
                place = fields.pop(PLACE)
                file = reading.file(canonical(place["path"], is_encoded=True))
                rows += parser.records([Record(fields, f"row {place['row'] + 1}")], file)
            yield from in_batches(rows)

    return parse


def in_batches(rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
    """Arrow batches of at most ``BATCH_ROWS`` rows and about 16 MB of text."""
    ready: list[Row] = []
    size = 0
    for row in rows:
        ready.append(row)
        size += _size(row)
        if len(ready) >= BATCH_ROWS or size >= _BATCH_BYTES:
            yield from to_batches(ready)
            ready, size = [], 0
    if ready:
        yield from to_batches(ready)


def _size(row: Row) -> int:
    size = 0
    for value in row:
        if type(value) is str:
            size += len(value)
    for turn in row[_TURNS] or ():
        size += len(turn["text"])
    return size
