"""Local files for the embedded engine: its tasks are given paths, and the parsing function reads the files itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

import pyarrow as pa

from smelt.intake.columns import PARSED_DDL
from smelt.intake.landing import LandingFile, canonical

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Batches = Iterable[pa.RecordBatch]
Parse = Callable[[Batches], Iterator[pa.RecordBatch]]

_PLACES = "path string, start bigint, length bigint"
_LINES = 1_000
_PIECE = 1024 * 1024


def lines_of_files(
    spark: SparkSession, files: Sequence[LandingFile], parse: Parse, *, task_bytes: int, line_bytes: int
) -> DataFrame:
    """Apply ``parse`` to the lines of ``files``: it is given columns line, path, and start of their block of the
    file."""
    places = [
        (file.path, start, min(task_bytes, file.size - start))
        for file in files
        for start in range(0, file.size, task_bytes)
    ]

    def read(batches: Batches) -> Iterator[pa.RecordBatch]:
        def lines() -> Iterator[pa.RecordBatch]:
            for path, start, length in _rows(batches):
                named = quote(path, safe="/:")  # the spelling of Spark's _metadata.file_path
                with open(canonical(path, is_encoded=False), "rb", buffering=_PIECE) as file:
                    found = lines_between(file, start, start + length, line_bytes)
                    while some := list(islice(found, _LINES)):
                        yield pa.RecordBatch.from_pydict(
                            {"line": some, "path": [named] * len(some), "start": [start] * len(some)}
                        )

        yield from parse(lines())

    return spark.createDataFrame(places, _PLACES).coalesce(1).mapInArrow(read, PARSED_DDL)


def whole_files(spark: SparkSession, files: Sequence[LandingFile], parse: Parse) -> DataFrame:
    """Apply ``parse`` to whole ``files``: it is given columns path and content, one file at a time."""
    places = [(file.path, 0, file.size) for file in files]

    def read(batches: Batches) -> Iterator[pa.RecordBatch]:
        def contents() -> Iterator[pa.RecordBatch]:
            for path, _, _ in _rows(batches):
                with open(canonical(path, is_encoded=False), "rb") as file:
                    yield pa.RecordBatch.from_pydict(
                        {"path": [path], "content": pa.array([file.read()], pa.binary())}
                    )

        yield from parse(contents())

    return spark.createDataFrame(places, _PLACES).coalesce(1).mapInArrow(read, PARSED_DDL)


def lines_between(file: BinaryIO, start: int, end: int, most: int) -> Iterator[bytes]:
    """The lines that begin in [start, end), divided as by Spark's text reader.

    A line ends at a line feed, a carriage return or both. Longer lines are cut after ``most`` + 1 bytes to bound
    memory.
    """
    if start:
        file.seek(start - 1)
        _skip_line(file)
    while file.tell() < end:
        line = file.readline(most + 2)
        if not line:
            return
        if len(line) == most + 2 and not line.endswith(b"\n"):
            _skip_line(file)
        yield from line.splitlines()


def _skip_line(file: BinaryIO) -> None:
    while piece := file.readline(_PIECE):
        if piece.endswith(b"\n"):
            return


def _rows(batches: Batches) -> Iterator[tuple[str, int, int]]:
    for batch in batches:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
