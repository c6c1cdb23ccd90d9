"""Reads log files into entries: the fields with their position, or the raw text and the reason for the failure."""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

from smelt.errors import ConfigError
from smelt.json_lines import BadLineError, json_object
from smelt.monitor.logs.columns import Reason

RAW_CHARACTERS = 4_096
"""Most characters kept of an entry that cannot be used."""


class Entry(NamedTuple):
    """One entry; if it could not be read, ``fields`` is None. ``raw`` is its text."""

    fields: Mapping[str, Any] | None
    raw: str
    position: str
    reasons: tuple[str, ...] = ()


def files_of(path: str, glob: str) -> list[Path]:
    """The files of a log sorted by name, without hidden ones. Raises ConfigError if the path does not exist."""
    place = Path(path)
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise ConfigError("the log cannot be read", [f"{path}: no such file or folder"])
    return sorted(
        file
        for file in place.rglob(glob)
        if file.is_file() and not any(part.startswith((".", "_")) for part in file.relative_to(place).parts)
    )


def entries(file: Path, format_: str) -> Iterator[Entry]:
    """Every entry of a file in order."""
    if format_ == "parquet":
        yield from _parquet(file)
        return
    with _opened(file) as stream:
        yield from (_csv(stream) if format_ == "csv" else _json_lines(stream))


def _opened(file: Path) -> IO[bytes]:
    return gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")  # type: ignore[return-value]


def _json_lines(stream: IO[bytes]) -> Iterator[Entry]:
    number = 0
    try:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            raw = line.decode("utf-8", "replace").strip()[:RAW_CHARACTERS]
            try:
                yield Entry(json_object(line, is_first=number == 1), raw, f"line {number}")
            except BadLineError:
                yield Entry(None, raw, f"line {number}", (Reason.NOT_READABLE.value,))
    except (OSError, EOFError):  # a truncated compressed file
        yield Entry(None, "", f"line {number + 1}", (Reason.NOT_READABLE.value,))


def _csv(stream: IO[bytes]) -> Iterator[Entry]:
    csv.field_size_limit(sys.maxsize)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    rows = csv.reader(text)
    try:
        names = next(rows, [])
        for row in rows:
            position = f"line {rows.line_num}"
            raw = ",".join(row)[:RAW_CHARACTERS]
            if not any(row):
                continue
            if len(row) != len(names):
                yield Entry(None, raw, position, (Reason.NOT_READABLE.value,))
            else:
                yield Entry({n: v for n, v in zip(names, row, strict=True) if v != ""}, raw, position)
    except (csv.Error, OSError, EOFError):
        yield Entry(None, "", f"line {rows.line_num}", (Reason.NOT_READABLE.value,))


def _parquet(file: Path) -> Iterator[Entry]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        for batch in pq.ParquetFile(file).iter_batches(batch_size=5_000):
            for row in batch.to_pylist():
                number += 1
                yield Entry(row, str(row)[:RAW_CHARACTERS], f"row {number}")
    except (pa.ArrowException, OSError):
        yield Entry(None, "", f"row {number + 1}", (Reason.NOT_READABLE.value,))
