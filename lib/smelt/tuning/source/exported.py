"""Reads exports of releases (JSON lines or Parquet of ``smelt export``) from a folder or an object store."""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from smelt.releases.manifest import Manifest
from smelt.splits.config import SPLITS
from smelt.tuning.errors import ReleaseUnusable

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class ExportedRows:
    """Rows of the files below ``folder``/data, by split."""

    store: fs.FileSystem
    folder: str
    files: dict[str, tuple[str, ...]]
    columns: frozenset[str]
    place: str
    version: int | None = None

    def batches(
        self, split: str | None, columns: Sequence[str], batch_rows: int
    ) -> Iterator[list[dict[str, Any]]]:
        """Rows of ``split``, or of all splits; ``messages`` is joined from prompt and completion if necessary."""
        for name in SPLITS if split is None else (split,):
            for file in self.files.get(name, ()):
                for rows in self._of_file(file, batch_rows):
                    yield [{column: _value(row, column, name) for column in columns} for row in rows]

    def columns_held(self) -> frozenset[str]:
        """Columns of the first row; empty if there are no rows."""
        for files in self.files.values():
            for file in files:
                for rows in self._of_file(file, 1):
                    return frozenset(rows[0])
        return frozenset()

    def _of_file(self, file: str, batch_rows: int) -> Iterator[list[dict[str, Any]]]:
        try:
            with self.store.open_input_file(file) as opened:
                if file.endswith(".parquet"):
                    for batch in pq.ParquetFile(opened).iter_batches(batch_rows):
                        yield batch.to_pylist()
                else:
                    lines = io.BufferedReader(cast("io.RawIOBase", opened))
                    while some := list(islice(lines, batch_rows)):
                        yield [orjson.loads(line) for line in some]
        except (OSError, pa.ArrowInvalid, orjson.JSONDecodeError) as error:
            name = file.rsplit("/", 1)[-1]
            raise ReleaseUnusable(f"{self.place} is damaged", [f"{name}: {type(error).__name__}"]) from None


def _value(row: dict[str, Any], column: str, split: str) -> Any:
    if column == "split":
        return split  # from the name of the file
    if column in row:
        return row[column]
    if column == "messages":
        return [*row["prompt"], *row["completion"]]
    if column == "prompt":
        return row["messages"][:-1]
    if column == "completion":
        return row["messages"][-1:]
    return None


def is_export(name: str) -> bool:
    """Whether ``name`` is a folder or an address, not the name of a release in the warehouse."""
    return "/" in name or "\\" in name or name in (".", "..")


def open_export(name: str | Path) -> tuple[Manifest, ExportedRows]:
    """The manifest and the rows of an export. Raises ReleaseUnusable."""
    store, folder = _store(str(name))
    try:
        with store.open_input_file(f"{folder}/{MANIFEST}") as file:
            values = orjson.loads(file.read())
        for key in ("created_at", "dropped_at"):
            if values.get(key):
                values[key] = dt.datetime.fromisoformat(values[key])
        manifest = Manifest(**values)
    except FileNotFoundError:
        raise ReleaseUnusable(
            f"{name} is no exported release",
            ["it has no manifest.json; make one: smelt export RELEASE FOLDER"],
        ) from None
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise ReleaseUnusable(f"{name} is damaged", [f"manifest.json: {type(error).__name__}"]) from None
    files = _files(store, folder)
    rows = ExportedRows(store, folder, files, frozenset(), str(name))
    held = rows.columns_held()
    if not ({"messages"} <= held or {"prompt", "completion"} <= held):
        raise ReleaseUnusable(
            f"{name} has no messages",
            [
                "its rows cannot be checked against the manifest; export with --shape messages or prompt-completion"
            ],
        )
    return manifest, replace(rows, columns=held | {"split", "messages", "prompt", "completion"})


def _store(name: str) -> tuple[fs.FileSystem, str]:
    scheme, separated, rest = name.partition("://")
    if separated:
        try:
            if scheme in ("s3", "s3a", "s3n"):
                return _s3(), rest.rstrip("/")
            store, folder = fs.FileSystem.from_uri(name)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
            raise ReleaseUnusable(f"{name} cannot be opened", [type(error).__name__]) from None
        return store, folder.rstrip("/")
    return fs.LocalFileSystem(), name.rstrip("/") or "/"


def _s3() -> fs.FileSystem:
    """S3 file system with the environment variables of delta-rs, such as AWS_ENDPOINT_URL for other S3 stores."""
    endpoint = urlsplit(os.environ.get("AWS_ENDPOINT_URL", ""))
    given = {"endpoint_override": endpoint.netloc, "scheme": endpoint.scheme} if endpoint.netloc else {}
    return fs.S3FileSystem(**given)


def _files(store: fs.FileSystem, folder: str) -> dict[str, tuple[str, ...]]:
    found = store.get_file_info(fs.FileSelector(f"{folder}/data", allow_not_found=True))
    paths = sorted(info.path for info in found if info.is_file and info.path.endswith((".jsonl", ".parquet")))
    return {
        split: tuple(path for path in paths if path.rsplit("/", 1)[-1].startswith(f"{split}-"))
        for split in SPLITS
    }
