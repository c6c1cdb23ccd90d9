"""Creates Delta tables with delta-rs, writes few rows to them, and shortens their logs.

The counterpart of :mod:`smelt.tables.local_delta`, which reads them; :mod:`smelt.tables.arrow_writes` writes whole
Arrow tables.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from smelt.tables.local_delta import Snapshot, is_table, read_rows, schema_of, uri_of

if TYPE_CHECKING:
    from deltalake import CommitProperties, DeltaTable

    from smelt.tables.contract import Contract


def remove_unborn(location: str) -> None:
    """Remove the log folder of a table that was never committed: Delta would refuse to create a table there."""
    folder = Path(location)
    if folder.is_dir() and not is_table(location):
        shutil.rmtree(folder / "_delta_log", ignore_errors=True)
        if not any(folder.iterdir()):
            folder.rmdir()


def create_table(location: str, declared: Contract) -> bool:
    """Create the table in the local folder ``location``, without clustering; False where only Spark can create it.

    Raises FileExistsError if the table exists.
    """
    uri = uri_of(location)
    if uri is None:
        return False
    try:
        from deltalake.exceptions import DeltaError
    except ImportError:
        return False
    try:
        created(uri, declared, mode="error")
    except DeltaError:
        if is_table(location):
            raise FileExistsError(f"there is a table of the name {declared.table} already") from None
        return False
    return True


def created(uri: str, declared: Contract, *, mode: Literal["error", "ignore"]) -> DeltaTable:
    """Create a table from its contract; with the mode ``ignore``, an existing one is returned as it is.

    delta-rs stores a CHECK given as a property without evaluating it; writer version 3 obliges every writer to enforce
    it.
    """
    from deltalake import DeltaTable

    versions = {"delta.minReaderVersion": "1", "delta.minWriterVersion": "3"} if declared.checks else {}
    return DeltaTable.create(
        uri,
        declared.commented_schema(),
        mode=mode,
        partition_by=list(declared.partition_by) or None,
        description=declared.comment,
        configuration=declared.properties() | versions,
        raise_if_key_not_exists=False,
    )


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
    schema = schema_of(found)
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
