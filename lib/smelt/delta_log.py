"""What the log of a table on this machine's disk says of it, without Spark: its version, metadata and files.

A query of Delta's own takes a Spark job or two a table and scan, seconds in a young process; delta-rs
(https://delta-io.github.io/delta-rs) reads the same log in milliseconds. Where it is not installed, or a table needs
more than the first reader protocol (https://github.com/delta-io/delta/blob/master/PROTOCOL.md), nothing is told, and
Spark is asked.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_COMMIT = re.compile(r"[0-9]{20}\.json")


class Snapshot(NamedTuple):
    """A table at one version."""

    schema: str
    """As JSON, which ``StructType.fromJson`` reads."""
    properties: Mapping[str, str]
    partition_columns: tuple[str, ...]
    files: tuple[str, ...]
    """Paths of the Parquet files that hold the rows, all of them and nothing else."""


def is_table(location: str) -> bool:
    """Whether a first commit was made: a disk that ran full, or a kill, may leave the log's folder without one."""
    log = Path(location) / "_delta_log"
    return log.is_dir() and any(name[:20].isdigit() and not name.endswith(".crc") for name in os.listdir(log))


def remove_unborn(location: str) -> None:
    """Take away the log's folder of a table that was never committed; Delta would not make a table over it."""
    folder = Path(location)
    if folder.is_dir() and not is_table(location):
        shutil.rmtree(folder / "_delta_log", ignore_errors=True)
        if not any(folder.iterdir()):
            folder.rmdir()


def newest_version(location: str) -> int:
    """The version of the table in the folder ``location``."""
    return max(int(name[:20]) for name in os.listdir(f"{location}/_delta_log") if _COMMIT.fullmatch(name))


def snapshot(location: str, version: int | None = None) -> Snapshot | None:
    """The table in the folder ``location`` at ``version``, by default the newest."""
    try:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError
    except ImportError:
        return None
    try:
        table = DeltaTable(location, version=version)
        if table.protocol().min_reader_version > 1:
            return None
        metadata = table.metadata()
        return Snapshot(
            table.schema().to_json(),
            metadata.configuration,
            tuple(metadata.partition_columns),
            tuple(table.file_uris()),
        )
    except DeltaError:  # Delta's own reader says better what is wrong
        return None
