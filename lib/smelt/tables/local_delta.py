"""Delta tables on this machine's disk without Spark: reads logs and small tables, and appends few rows.

A query or commit by Delta for Spark takes Spark jobs, which last seconds in a new process; delta-rs
(https://delta-io.github.io/delta-rs) does the same in milliseconds, CHECK constraints and transactions included. Where
delta-rs is not installed, or a table needs more than reader protocol 1
(https://github.com/delta-io/delta/blob/master/PROTOCOL.md), :func:`snapshot` returns None and Spark is used instead.
Only the Warehouse and its reader use this module.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from deltalake import CommitProperties, DeltaTable

    from smelt.tables.contract import Contract

_UNKNOWN_TO_DELTA_RS = re.compile(r"[\[\]^|<>\"\\]|%[0-9A-Fa-f]{2}")
"""Characters that delta-rs cannot handle in the path of a table."""
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


def remove_unborn(location: str) -> None:
    """Remove the log folder of a table that was never committed: Delta would refuse to create a table there."""
    folder = Path(location)
    if folder.is_dir() and not is_table(location):
        shutil.rmtree(folder / "_delta_log", ignore_errors=True)
        if not any(folder.iterdir()):
            folder.rmdir()


def create_table(location: str, declared: Contract) -> bool:
    """Create the table in the folder ``location``, without clustering; False where only Spark can create it.

    delta-rs stores a CHECK given as a property without evaluating it; writer version 3 obliges every writer to enforce
    it. Raises FileExistsError if the table exists.
    """
    uri = uri_of(location)
    if uri is None:
        return False
    try:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError
    except ImportError:
        return False
    versions = {"delta.minReaderVersion": "1", "delta.minWriterVersion": "3"} if declared.checks else {}
    try:
        DeltaTable.create(
            uri,
            declared.commented_schema(),
            mode="error",
            partition_by=list(declared.partition_by) or None,
            description=declared.comment,
            configuration=declared.properties() | versions,
            raise_if_key_not_exists=False,
        )
    except DeltaError:
        if is_table(location):
            raise FileExistsError(f"there is a table of the name {declared.table} already") from None
        return False
    return True


def newest_version(location: str) -> int:
    """The version of the table in the folder ``location``."""
    return version_of(os.listdir(f"{location}/_delta_log"))


def version_of(log: Iterable[str]) -> int:
    """The newest version among the file names of a log folder."""
    return max(int(name[:20]) for name in log if _COMMIT.fullmatch(name))


def uri_of(location: str) -> str | None:
    """The URI by which delta-rs opens a local folder; None for a path that it cannot handle."""
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

    schema = pa.schema([_schema(found).field(column) for column in columns])
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


def marks_of(table: DeltaTable, transaction: tuple[str, int] | None) -> CommitProperties | None:
    """Commit properties for a ``transaction`` (application, number); None if it or a later one was committed before."""
    from deltalake import CommitProperties, Transaction

    if transaction is None:
        return CommitProperties()
    last = table.transaction_version(transaction[0])
    if last is not None and last >= transaction[1]:
        return None
    return CommitProperties(app_transactions=[Transaction(*transaction)])


def append_rows(
    found: Snapshot,
    rows: Sequence[Sequence[object]],
    columns: Sequence[str] | None = None,
    *,
    transaction: tuple[str, int] | None = None,
) -> None:
    """Append rows; values are in the order of ``columns``, by default the table's own.

    A ``transaction`` (application, number) whose number or a higher one was committed before does nothing.
    """
    import pyarrow as pa
    from deltalake import write_deltalake

    marks = marks_of(found.table, transaction)
    if marks is None:
        return
    schema = _schema(found)
    values_of = dict(zip(columns or schema.names, zip(*rows, strict=True), strict=True))
    arrays = [
        pa.array(
            [list(value.items()) if isinstance(value, Mapping) else value for value in values_of[field.name]],
            field.type,
        )
        for field in schema
    ]
    write_deltalake(
        found.table,
        pa.Table.from_arrays(arrays, schema=schema),
        mode="append",
        commit_properties=marks,
    )


def insert_new(found: Snapshot, row: Sequence[object], columns: Sequence[str], key: Sequence[str]) -> bool:
    """Append a row unless a row with its key is in ``found`` or was committed since; returns whether it was appended.

    The key serves as the application id of a Delta transaction, so of two concurrent inserts only the first commits.
    """
    from deltalake.exceptions import DeltaError

    values = dict(zip(columns, row, strict=True))
    wanted = {name: values[name] for name in key}
    if wanted in read_rows(found, key):
        return False
    application = "smelt:row:" + json.dumps([str(wanted[name]) for name in key])
    last = found.table.transaction_version(application)
    number = 0 if last is None else last + 1  # a row with this key existed and was deleted
    try:
        append_rows(found, [row], columns, transaction=(application, number))
    except DeltaError as error:
        if "oncurrent" not in str(error):
            raise
        return False
    return True


def remove_rows(found: Snapshot) -> None:
    """Delete all rows of the table."""
    if found.files:
        found.table.delete()


def shorten_log(location: str) -> int:
    """Reduce a table's log to a checkpoint and the commit of its newest version; returns the number of files removed.

    Older versions cannot be read afterwards. If no checkpoint can be written, nothing is removed.
    """
    from deltalake import DeltaTable

    table = DeltaTable(location)
    newest = table.version()
    table.create_checkpoint()
    log = Path(location) / "_delta_log"
    if not list(log.glob(f"{newest:020}.checkpoint*.parquet")):
        return 0
    removed = 0
    for file in sorted(log.iterdir()):
        number = file.name.lstrip(".")[:20]
        if number.isdigit() and int(number) < newest:
            file.unlink(missing_ok=True)
            removed += 1
    return removed


def clean_log(location: str) -> None:
    """Write a checkpoint and remove log entries older than the table's ``delta.logRetentionDuration``."""
    try:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError
    except ImportError:
        return
    try:
        table = DeltaTable(location)
        table.create_checkpoint()
        table.cleanup_metadata()
    # a protocol that delta-rs does not support: Delta for Spark cleans up itself, at every checkpoint
    except DeltaError:
        return


def _schema(found: Snapshot) -> Any:
    import pyarrow as pa

    return pa.schema(found.table.schema().to_arrow())
