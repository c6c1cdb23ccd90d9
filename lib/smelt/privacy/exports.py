"""ops.exports: copies of releases and samples outside the warehouse, which an erasure can list but not delete."""

from __future__ import annotations

import datetime as dt
import os
import platform
import uuid
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from smelt.privacy.access import who
from smelt.tables.contract import contract
from smelt.tables.filesystem import local_path

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse

TABLE = "ops.exports"


def of_sample(name: str) -> str:
    """Name of a review sample in the column ``release`` of ops.exports."""
    return f"sample {name}"


def note_export(
    warehouse: Warehouse, release: str, out: str | os.PathLike[str], *, command: str, rows: int
) -> None:
    """Append an entry; called before the first file is written, so that every copy is known.

    ``release`` is the name of a release, or that of a review sample by :func:`of_sample`; ``out`` is a local folder or
    a URI; ``command`` must hold no personal data.
    """
    warehouse.create(TABLE)
    row = {
        "export_id": uuid.uuid4().hex,
        "release": release,
        "place": _place(os.fspath(out)),
        "command": command,
        "rows": rows,
        "actor": who(warehouse.spark),
        "exported_at": dt.datetime.now(dt.UTC),
    }
    warehouse.append_rows(TABLE, [[row[name] for name in contract(TABLE).column_names]])


def exports_of(warehouse: Warehouse, releases: Collection[str]) -> tuple[str, ...]:
    """Copies of releases and samples, oldest first: ``RELEASE at PLACE, written on DATE by ACTOR (COMMAND)``."""
    noted = [
        row
        for row in warehouse.collect(TABLE, "release", "place", "command", "actor", "exported_at")
        if row["release"] in releases
    ]
    noted.sort(key=lambda row: (row["exported_at"], row["place"]))
    return tuple(
        f"{row['release']} at {row['place']}, written on {row['exported_at']:%Y-%m-%d} by {row['actor']}"
        f" ({row['command']})"
        for row in noted
    )


def _place(out: str) -> str:
    local = local_path(out)
    return out if local is None else f"{platform.node()}:{Path(local).absolute()}"
