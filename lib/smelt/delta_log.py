"""What the log of a table on this machine's disk says of it, without Spark: its version, schema and properties.

A query of Delta's own takes a Spark job or two a table, seconds in a young process. The log's format is public
(https://github.com/delta-io/delta/blob/master/PROTOCOL.md): a file a commit, named by its version, with an action
a line; the newest ``metaData`` action holds in full what the table is.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_COMMIT = re.compile(r"[0-9]{20}\.json")


class TableMetadata(NamedTuple):
    """The newest metadata of a table."""

    schema: str
    """As JSON, which ``StructType.fromJson`` reads."""
    properties: Mapping[str, str]


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
