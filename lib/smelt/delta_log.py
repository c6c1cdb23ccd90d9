"""What the log of a table on this machine's disk says of it, without Spark: its version, schema and properties.

A query of Delta's own takes a Spark job or two a table, seconds in a young process. The log's format is public
(https://github.com/delta-io/delta/blob/master/PROTOCOL.md): a file a commit, named by its version, with an action
a line; the newest ``metaData`` action holds in full what the table is.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_COMMIT = re.compile(r"[0-9]{20}\.json")


class TableMetadata(NamedTuple):
    """The newest metadata of a table."""

    schema: str
    """As JSON, which ``StructType.fromJson`` reads."""
    properties: Mapping[str, str]


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
    return max(int(name[:20]) for name in _commits(location))


def newest_metadata(location: str) -> TableMetadata | None:
    """The metadata of the table in ``location``; None where the commit that set it was cleaned up."""
    for name in sorted(_commits(location), reverse=True):
        # The actions of a commit are small, those of one without metadata may be many.
        with (Path(location) / "_delta_log" / name).open(encoding="utf-8") as commit:
            for line in commit:
                if line.startswith('{"metaData"'):
                    action = json.loads(line)["metaData"]
                    return TableMetadata(action["schemaString"], action.get("configuration") or {})
    return None


def _commits(location: str) -> list[str]:
    return [name for name in os.listdir(f"{location}/_delta_log") if _COMMIT.fullmatch(name)]
