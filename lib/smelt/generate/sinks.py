"""Writers of records: shards of JSON lines or CSV, or one file per record; each returns an entry's place."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Self

import orjson


class Place(NamedTuple):
    """File below the output folder, and the entry's number in it (first is 1; the header is not counted)."""

    file: str
    entry: int


class Shards:
    """Files of at most ``size`` records each, opened one at a time and named by their first record."""

    def __init__(
        self, root: Path, folder: str, stem: str, suffix: str, size: int, header: bytes = b""
    ) -> None:
        self._root = root
        self._folder = folder
        self._stem = stem
        self._suffix = suffix
        self._size = size
        self._header = header
        self._file: BinaryIO | None = None
        self._name = ""
        self._shard = -1
        self._entries = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, number: int, line: bytes, entries: int = 1) -> Place:
        """Append the bytes of record ``number``; returns the place of the first of its entries."""
        shard = number // self._size
        if self._file is None or shard != self._shard:
            self._open(shard, number)
        assert self._file is not None
        self._file.write(line)
        place = Place(self._name, self._entries + 1)
        self._entries += entries
        return place

    def _open(self, shard: int, number: int) -> None:
        if self._file is not None:
            self._file.close()
        folder = self._root / self._folder
        folder.mkdir(parents=True, exist_ok=True)
        self._name = f"{self._folder}/{self._stem}-{number:09d}{self._suffix}"
        self._file = (self._root / self._name).open("wb", buffering=1 << 20)
        self._file.write(self._header)
        self._shard = shard
        self._entries = 0


class Documents:
    """Writes one file per record, in folders of ``size`` files."""

    def __init__(self, root: Path, folder: str, suffix: str, size: int) -> None:
        self._root = root
        self._folder = folder
        self._suffix = suffix
        self._size = size

    def write(self, number: int, key: str, content: bytes) -> Place:
        """Write the file of record ``number``."""
        folder = self._root / self._folder / f"{number // self._size:04d}"
        if not folder.exists():
            folder.mkdir(parents=True)
        (folder / f"{key}{self._suffix}").write_bytes(content)
        return Place(f"{self._folder}/{number // self._size:04d}/{key}{self._suffix}", 1)


def json_line(value: Any) -> bytes:
    """One JSON line."""
    return orjson.dumps(value) + b"\n"


def csv_lines(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV with CRLF line ends, as spreadsheets write them."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode("utf-8")


def with_invalid_utf8(content: bytes) -> bytes:
    """Insert two bytes of invalid UTF-8 into the middle of the content, between characters."""
    at = len(content) // 2
    while content[at] >= 0x80 or content[at - 1] in b'\\"' or content[at : at + 1] in (b"\\", b"\n"):
        at -= 1
    return content[:at] + b"\xff\xc3" + content[at:]
