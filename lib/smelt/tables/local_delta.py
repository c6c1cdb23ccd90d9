"""Delta tables on this machine's disk without Spark: reads logs and small tables.

A query or commit by Delta for Spark takes Spark jobs, which last seconds in a new process; delta-rs
(https://delta-io.github.io/delta-rs) does the same in milliseconds, CHECK constraints and transactions included. Where
delta-rs is not installed, or a table needs more than reader protocol 1
(https://github.com/delta-io/delta/blob/master/PROTOCOL.md), :func:`snapshot` returns None and Spark is used instead.
Jobs reach tables by the Warehouse and its reader, never by this module.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

    from smelt.tables.contract import Contract

_UNKNOWN_TO_DELTA_RS = re.compile(r"[\[\]^|<>\"\\]|%[0-9A-Fa-f]{2}")
"""Characters that delta-rs cannot handle in the path of a table."""
_SCHEMES = {"s3a://": "s3://", "s3n://": "s3://"}
"""Hadoop's scheme -> the scheme by which delta-rs reaches the same store."""
_LAST_OF_NUMBERS = 3
"""Highest writer version whose features delta-rs supports completely; from 7 on a table lists its features by name."""
_COMMIT = re.compile(r"[0-9]{20}\.json")


class Snapshot(NamedTuple):
    """A table at one version."""

    table: DeltaTable
    schema: str
    """JSON for ``StructType.fromJson``."""
    properties: Mapping[str, str]
    partition_columns: tuple[str, ...]
    files: tuple[str, ...]
    """Paths of the Parquet files that make up this version."""


def is_table(location: str) -> bool:
    """Whether a first commit exists: a full disk or a killed process may leave a log folder without one."""
    log = Path(location) / "_delta_log"
    return log.is_dir() and any(is_commit(name) for name in os.listdir(log))


def is_commit(name: str) -> bool:
    """Whether a file name in a log folder is that of a commit or a checkpoint."""
    return name[:20].isdigit() and not name.endswith(".crc")


def newest_version(location: str) -> int:
    """The version of the table in the folder ``location``."""
    return version_of(os.listdir(f"{location}/_delta_log"))


def version_of(log: Iterable[str]) -> int:
    """The newest version among the file names of a log folder."""
    return max(int(name[:20]) for name in log if _COMMIT.fullmatch(name))


def uri_of(location: str) -> str | None:
    """The URI by which delta-rs opens a local folder or one in a store; None for a path that it cannot handle."""
    for hadoop, plain in _SCHEMES.items():
        location = location.replace(hadoop, plain, 1)
    if "://" in location:
        return location
    return None if _UNKNOWN_TO_DELTA_RS.search(location) else Path(location).as_uri()


def snapshot(location: str, version: int | None = None) -> Snapshot | None:
    """The table in the folder ``location`` at ``version`` (default: newest); None where only Spark can read it."""
    uri = uri_of(location)
    if uri is None:
        return None
    try:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError
    except ImportError:
        return None
    try:
        table = DeltaTable(uri, version=version)
        if table.protocol().min_reader_version > 1:
            return None
        metadata = table.metadata()
        return Snapshot(
            table,
            table.schema().to_json(),
            metadata.configuration,
            tuple(metadata.partition_columns),
            tuple(_path(location, uri) for uri in table.file_uris()),
        )
    except DeltaError:  # Delta for Spark reports better what is wrong
        return None


def _path(location: str, uri: str) -> str:
    """The local path of a file of the table; in ``uri``, the part before the table's folder is percent-encoded."""
    if "://" in uri:
        uri = uri.split("://", 1)[1]
    return f"{location}/{uri.split('/', location.count('/') + 1)[-1]}"


def is_writable(found: Snapshot) -> bool:
    """Whether delta-rs may write to the table: it uses no feature, such as clustering, that only Spark supports."""
    return found.table.protocol().min_writer_version <= _LAST_OF_NUMBERS


def operations_since(found: Snapshot, version: int) -> set[str]:
    """Names of the operations in the table's history after ``version``; "unknown" for versions no longer in the log."""
    newer = found.table.version() - version
    history = found.table.history(newer) if newer > 0 else []
    known = {int(entry["version"]): str(entry.get("operation", "unknown")) for entry in history}
    return {known.get(number, "unknown") for number in range(version + 1, version + newer + 1)}


def lacks(found: Snapshot, declared: Contract) -> bool:
    """Whether any CHECK of the contract is missing from the table or worded differently there."""
    checks = {check.name: check.expression for check in declared.checks}
    held = {f"delta.constraints.{name}": expression for name, expression in checks.items()}
    return any(found.properties.get(name) != expression for name, expression in held.items())


class Alike(NamedTuple):
    """Files of one table with the same columns and types and the same partition values."""

    files: list[str]
    columns: tuple[str, ...]
    partition: Mapping[str, str | None]


def alike(found: Snapshot) -> list[Alike]:
    """Group the files of a snapshot by schema and partition.

    Schemas differ where a table got columns later, and where a MERGE of delta-rs wrote texts as string views.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    places: dict[str, dict[str, str | None]] = {}
    if found.partition_columns:
        actions = pa.table(found.table.get_add_actions(flatten=True)).to_pylist()
        places = {
            file: {name: action[f"partition.{name}"] for name in found.partition_columns}
            for file, action in zip(found.files, actions, strict=True)
        }
    groups: dict[str, Alike] = {}
    for file in found.files:
        schema = pq.read_schema(file)
        partition = places.get(file, {})
        key = f"{sorted(partition.items())} {schema.remove_metadata()}"
        groups.setdefault(key, Alike([], tuple(schema.names), partition)).files.append(file)
    return list(groups.values())


def read_rows(found: Snapshot, columns: Sequence[str]) -> list[dict[str, Any]]:
    """``columns`` of all rows of a small unpartitioned table; timestamps are timezone-aware, in UTC."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([schema_of(found).field(column) for column in columns])
    rows: list[dict[str, Any]] = []
    for file in found.files:
        # Spark writes timestamps as INT96, which Arrow reads without a time zone and, by default, in nanoseconds.
        held = set(pq.read_schema(file).names)
        read = pq.read_table(
            file, columns=[name for name in columns if name in held], coerce_int96_timestamp_unit="us"
        )
        for field in schema:
            if field.name not in held:  # the file was written before the table had this column
                read = read.append_column(field.name, pa.nulls(read.num_rows, field.type))
        rows += read.select(list(columns)).cast(schema).to_pylist()
    maps = [field.name for field in schema if pa.types.is_map(field.type)]
    return [row | {name: dict(row[name]) for name in maps if row[name] is not None} for row in rows]


def batches(found: Snapshot, columns: Sequence[str], *, rows: int) -> Iterator[pa.RecordBatch]:
    """``columns`` of an unpartitioned table in batches of at most ``rows`` rows, file by file, in the table's types."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([schema_of(found).field(column).remove_metadata() for column in columns])
    for file in found.files:
        with pq.ParquetFile(file, coerce_int96_timestamp_unit="us") as opened:
            held = [name for name in columns if name in opened.schema_arrow.names]
            for batch in opened.iter_batches(rows, columns=held):
                arrays = [
                    batch[field.name].cast(field.type)
                    if field.name in held
                    else pa.nulls(batch.num_rows, field.type)
                    for field in schema
                ]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def rows_by_partition(location: str, columns: Sequence[str]) -> dict[tuple[str | None, ...], int] | None:
    """Number of rows per tuple of values of ``columns`` (partition columns), from the log; None if it has no counts."""
    found = snapshot(location)
    if found is None:
        return None
    import pyarrow as pa

    files = pa.table(found.table.get_add_actions(flatten=True)).to_pylist()
    counts: dict[tuple[str | None, ...], int] = {}
    for file in files:
        if file.get("num_records") is None:
            return None
        key = tuple(file[f"partition.{column}"] for column in columns)
        counts[key] = counts.get(key, 0) + file["num_records"]
    return counts


def schema_of(found: Snapshot) -> pa.Schema:
    """The Arrow schema of the table."""
    import pyarrow as pa

    return pa.schema(found.table.schema().to_arrow())
