"""Whether two warehouses hold the same, whoever wrote them and when."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

OF_A_RUN = (
    *("run_id", "ingested_at", "started_at", "ended_at", "first_used_at", "input_versions", "standing"),
    *("imported_at", "decided_at"),
)
"""Columns that tell when and by which run a row was written."""


def differences(one, other, *, but=()) -> list[str]:
    """The tables whose rows differ, ``but`` for some, and how many rows each has that the other has not."""
    logs = {
        log.parent.relative_to(root)
        for root in map(Path, (one, other))
        for log in root.glob("*/*/_delta_log")
    }
    found = []
    for name in sorted(logs - set(map(Path, but))):
        mine, theirs = (_rows(Path(root) / name) for root in (one, other))
        if mine != theirs:
            only_mine, only_theirs = len(set(mine) - set(theirs)), len(set(theirs) - set(mine))
            found.append(f"{name}: {len(mine)} and {len(theirs)} rows, {only_mine} and {only_theirs} alone")
    return found


def _rows(folder: Path) -> list[str]:
    table = DeltaTable(folder)
    schema = pa.schema(table.schema().to_arrow())
    partition = sorted(table.metadata().partition_columns)
    of_a_run = {*OF_A_RUN, *(() if folder.parent.name == "bronze" else ("created_at",))}
    rows = []
    for action in pa.table(table.get_add_actions(flatten=True)).to_pylist():
        read = pq.read_table(folder / action["path"], coerce_int96_timestamp_unit="us", partitioning=None)
        names = [name for name in read.column_names if name not in of_a_run]
        read = read.select(names).cast(pa.schema([schema.field(name) for name in names]))
        place = {name: action[f"partition.{name}"] for name in partition}
        rows += [repr(sorted((place | row).items())) for row in read.to_pylist()]
    return sorted(rows)
