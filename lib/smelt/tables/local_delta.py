"""Tables on this machine's disk without Spark: what their logs say, and the few rows that a run itself knows.

A query or commit of Delta's own takes Spark jobs, seconds in a young process; delta-rs (https://delta-io.github.io/delta-rs)
does the same to the same log in milliseconds, checks and transactions included. Where it is not installed, or a
table needs more than the first reader protocol (https://github.com/delta-io/delta/blob/master/PROTOCOL.md),
:func:`snapshot` says None, and Spark is asked. Only the Warehouse and its reader use this module.
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
"""What delta-rs cannot have in the path of a table."""
_LAST_OF_NUMBERS = 3
"""Writer versions up to this one are known as a whole; from 7 on a table names each feature."""
_COMMIT = re.compile(r"[0-9]{20}\.json")


class Snapshot(NamedTuple):
    """A table at one version."""

    table: DeltaTable
    schema: str
    """As JSON, which ``StructType.fromJson`` reads."""
    properties: Mapping[str, str]
    partition_columns: tuple[str, ...]
    files: tuple[str, ...]
    """Paths of the Parquet files that hold the rows, all of them and nothing else."""


def is_table(location: str) -> bool:
    """Whether a first commit was made: a disk that ran full, or a kill, may leave the log's folder without one."""
    log = Path(location) / "_delta_log"
    return log.is_dir() and any(is_commit(name) for name in os.listdir(log))


def is_commit(name: str) -> bool:
    """Whether a file of a log is a commit or a checkpoint."""
    return name[:20].isdigit() and not name.endswith(".crc")


def remove_unborn(location: str) -> None:
    """Take away the log's folder of a table that was never committed; Delta would not make a table over it."""
    folder = Path(location)
    if folder.is_dir() and not is_table(location):
        shutil.rmtree(folder / "_delta_log", ignore_errors=True)
        if not any(folder.iterdir()):
            folder.rmdir()


def create_table(location: str, declared: Contract) -> bool:
    """Make the table in the folder ``location``, without clustering; False where that takes Spark.

    Delta-rs takes a check as a property without evaluating it; the protocol's writer version 3 is what has others
    enforce it. Raises FileExistsError where the table is there.
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
    """The newest version that a log of these files holds."""
    return max(int(name[:20]) for name in log if _COMMIT.fullmatch(name))


def uri_of(location: str) -> str | None:
    """How delta-rs names a folder of this disk; None for a path that it cannot have."""
    return None if _UNKNOWN_TO_DELTA_RS.search(location) else Path(location).as_uri()


def snapshot(location: str, version: int | None = None) -> Snapshot | None:
    """The table in the folder ``location`` at ``version``, by default the newest."""
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
    except DeltaError:  # Delta's own reader says better what is wrong
        return None


def _path(location: str, uri: str) -> str:
    """The path of a file of the table: what comes before the table's own folder is percent-encoded in ``uri``."""
    if "://" in uri:
        uri = uri.split("://", 1)[1]
    return f"{location}/{uri.split('/', location.count('/') + 1)[-1]}"


def is_writable(found: Snapshot) -> bool:
    """Whether delta-rs may write to the table: it has no feature (clustering, say) that only Spark knows."""
    return found.table.protocol().min_writer_version <= _LAST_OF_NUMBERS


def operations_since(found: Snapshot, version: int) -> set[str]:
    """What was done to the table after ``version``, as its history names it; "unknown" for what is no longer there."""
    newer = found.table.version() - version
    history = found.table.history(newer) if newer > 0 else []
    known = {int(entry["version"]): str(entry.get("operation", "unknown")) for entry in history}
    return {known.get(number, "unknown") for number in range(version + 1, version + newer + 1)}


def lacks(found: Snapshot, declared: Contract) -> bool:
    """Whether the table lacks checks of its contract, or has them in words that delta-rs may not understand."""
    checks = {check.name: check.expression for check in declared.checks}
    held = {f"delta.constraints.{name}": expression for name, expression in checks.items()}
    return any(found.properties.get(name) != expression for name, expression in held.items())


class Alike(NamedTuple):
    """Files of one table that hold the same columns in the same types, and belong to the same partition."""

    files: list[str]
    columns: tuple[str, ...]
    partition: Mapping[str, str | None]


def alike(found: Snapshot) -> list[Alike]:
    """The files of a snapshot in groups.

    They differ where a table got columns later, and where a MERGE of delta-rs wrote texts as string views.
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
    """All rows of a small table without partitions, with ``columns``; times are aware, in UTC."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([_schema(found).field(column) for column in columns])
    rows: list[dict[str, Any]] = []
    for file in found.files:
        # Spark writes times as INT96, which Arrow reads without a zone and otherwise as nanoseconds.
        held = set(pq.read_schema(file).names)
        read = pq.read_table(
            file, columns=[name for name in columns if name in held], coerce_int96_timestamp_unit="us"
        )
        for field in schema:
            if field.name not in held:  # written before the table had the column
                read = read.append_column(field.name, pa.nulls(read.num_rows, field.type))
        rows += read.select(list(columns)).cast(schema).to_pylist()
    maps = [field.name for field in schema if pa.types.is_map(field.type)]
    return [row | {name: dict(row[name]) for name in maps if row[name] is not None} for row in rows]


def rows_by_partition(location: str, columns: Sequence[str]) -> dict[tuple[str | None, ...], int] | None:
    """Rows by the values of partition columns, as the log counts them; None where it does not."""
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
    """What a commit of a ``transaction`` (application, number) carries; None where it, or a later one, was made."""
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
    """Append rows whose values stand in the order of ``columns``, by default the table's own.

    With a ``transaction`` (application, number) nothing is done where one with this number or a higher was committed.
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
    """Append a row unless ``found`` holds one of its key, or one was committed since; whether it was appended.

    The key is the application of Delta's transaction: of two that start from one version the log takes the first.
    """
    from deltalake.exceptions import DeltaError

    values = dict(zip(columns, row, strict=True))
    wanted = {name: values[name] for name in key}
    if wanted in read_rows(found, key):
        return False
    application = "smelt:row:" + json.dumps([str(wanted[name]) for name in key])
    last = found.table.transaction_version(application)
    number = 0 if last is None else last + 1  # a row that was there and is gone
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
    """Keep of a table's log a checkpoint of its newest version and that version's commit; returns the files removed.

    Older versions cannot be read afterwards. Nothing is removed where no checkpoint can be written.
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
    """Write a checkpoint and remove the log entries that are older than the table's ``delta.logRetentionDuration``."""
    try:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError
    except ImportError:
        return
    try:
        table = DeltaTable(location)
        table.create_checkpoint()
        table.cleanup_metadata()
    except DeltaError:  # of a protocol that it does not know: Delta does it itself, after every 50 commits
        return


def _schema(found: Snapshot) -> Any:
    import pyarrow as pa

    return pa.schema(found.table.schema().to_arrow())
