"""What earlier pulls copied, read from their files; no watermark is kept that could contradict them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds


class Pulled(NamedTuple):
    """Keys (as text) of the rows in a folder's files, and their newest ``updated_at``."""

    keys: frozenset[str]
    newest: dt.datetime | None


def pulled(folder: Path, key: str, updated_at: str) -> Pulled:
    """Read ``key`` and ``updated_at`` of all files that earlier pulls wrote to ``folder``."""
    files = sorted(str(file) for file in folder.glob("*.parquet"))
    if not files:
        return Pulled(frozenset(), None)
    keys: set[str] = set()
    newest: dt.datetime | None = None
    for file in files:
        table = ds.dataset(file).to_table(columns=[key, updated_at])
        keys.update(str(value) for value in table[key].to_pylist())
        latest = pc.max(table[updated_at]).as_py()
        if latest is not None and (newest is None or latest > newest):
            newest = latest
    return Pulled(frozenset(keys), newest)


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """Replace extension types (json, uuid) by their storage types, which every Parquet reader supports."""
    return pa.schema(
        [
            field.with_type(field.type.storage_type)
            if isinstance(field.type, pa.BaseExtensionType)
            else field
            for field in schema
        ]
    )
