"""Writes Arrow tables, the results of the embedded engine, to Delta tables on this machine's disk with delta-rs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from smelt.errors import ContractError
from smelt.tables.delta_writes import marks_of
from smelt.tables.local_delta import uri_of

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable, WriterProperties

    from smelt.tables.contract import Contract

GROUP_ROWS = 10_000
"""Most rows of a row group: some 10 MB of conversations."""


def append(
    location: str,
    table: str,
    rows: pa.Table | pa.RecordBatchReader,
    *,
    transaction: tuple[str, int] | None = None,
) -> None:
    """Append ``rows``; batches are written as they come, and committed together.

    A ``transaction`` (application, number) whose number or a higher one was committed does nothing.
    """
    import pyarrow as pa
    from deltalake import write_deltalake

    target = _table(location)
    marks = marks_of(target, transaction)
    if marks is None:
        return
    with _without_rows(table), _fitting_batches(target, rows) as batches:
        first = list(islice(batches, 1))
        if first or transaction:
            given = pa.RecordBatchReader.from_batches(_plain_schema(target), chain(first, batches))
            write_deltalake(
                target, given, mode="append", commit_properties=marks, writer_properties=_row_groups()
            )


def merge(
    location: str, table: str, rows: pa.Table, *, key: Sequence[str], delete: str | None = None
) -> None:
    """Replace rows with the same ``key`` and insert new ones, in one commit.

    ``delete`` is a SQL condition on ``rows`` (alias ``s``): where it holds, the target row is deleted and none
    inserted."""
    target = _table(location)
    columns = [field.name for field in target.schema().fields]
    values = {f"`{column}`": f"s.`{column}`" for column in columns}
    with _without_rows(table):
        merger = target.merge(
            _fitting(target, rows),
            predicate=_equal(key),
            source_alias="s",
            target_alias="t",
            writer_properties=_row_groups(),
        )
        if delete:
            merger = merger.when_matched_delete(predicate=delete)
        merger = merger.when_matched_update(updates=values)
        merger.when_not_matched_insert(
            updates=values, predicate=f"NOT ({delete})" if delete else None
        ).execute()


def delete_keys(location: str, table: str, keys: pa.Table) -> None:
    """Delete the rows whose columns equal a row of ``keys``."""
    if not keys.num_rows:
        return
    with _without_rows(table):
        _table(location).merge(
            keys,
            predicate=_equal(keys.column_names),
            source_alias="s",
            target_alias="t",
            writer_properties=_row_groups(),
        ).when_matched_delete().execute()


def replace_where(location: str, table: str, rows: pa.Table | pa.RecordBatchReader, predicate: str) -> None:
    """Replace the rows for which ``predicate`` holds, in one commit; batches are written as they come."""
    import pyarrow as pa
    from deltalake import write_deltalake

    target = _table(location)
    with _without_rows(table), _fitting_batches(target, rows) as batches:
        given = pa.RecordBatchReader.from_batches(_plain_schema(target), batches)
        write_deltalake(target, given, mode="overwrite", predicate=predicate, writer_properties=_row_groups())


def delete_where(location: str, predicate: str) -> None:
    """Delete the rows for which ``predicate`` holds."""
    _table(location).delete(predicate, writer_properties=_row_groups())


def vacuum(location: str, hours: float = 0) -> None:
    """Remove files that no version of the last ``hours`` needs, and files that no version ever listed."""
    _table(location).vacuum(int(hours), dry_run=False, enforce_retention_duration=False, full=True)


def add_columns(location: str, declared: Contract) -> None:
    """Add the columns of the contract that the table lacks, all nullable."""
    from deltalake import Schema

    target = _table(location)
    held = {field.name for field in target.schema().fields}
    fields = Schema.from_arrow(declared.commented_schema()).fields
    target.alter.add_columns([field for field in fields if field.name not in held])


def set_comments(location: str, comments: Mapping[str, str]) -> None:
    """Set column comments; ``comments`` maps column names to texts."""
    for name, comment in comments.items():
        _table(location).alter.set_column_metadata(name, {"comment": comment})


def set_property(location: str, name: str, value: str) -> None:
    """Set a property of the table, which also changes its metadata."""
    _table(location).alter.set_table_properties({name: value}, raise_if_not_exists=False)


def _table(location: str) -> DeltaTable:
    from deltalake import DeltaTable

    return DeltaTable(uri_of(location) or location)


def _row_groups() -> WriterProperties:
    """Parquet's writers and readers hold a row group of each file as a whole; delta-rs would make groups of a million
    rows."""
    from deltalake import WriterProperties

    return WriterProperties(compression="SNAPPY", max_row_group_size=GROUP_ROWS)


@contextlib.contextmanager
def _fitting_batches(
    target: DeltaTable, rows: pa.Table | pa.RecordBatchReader
) -> Iterator[Iterator[pa.RecordBatch]]:
    """The batches of ``rows`` with the table's columns, without empty ones.

    delta-rs reads them and would replace an error by its own; what making a batch raises is raised as it is.
    """
    import pyarrow as pa

    schema = _plain_schema(target)
    problems: list[Exception] = []

    def made() -> Iterator[pa.RecordBatch]:
        try:
            for batch in rows.to_batches() if isinstance(rows, pa.Table) else rows:
                yield from pa.Table.from_batches([batch]).select(schema.names).cast(schema).to_batches()
        except Exception as problem:
            problems.append(problem)
            raise

    try:
        yield (batch for batch in made() if batch.num_rows)
    except Exception:
        if problems:
            raise problems[0] from None
        raise


def _plain_schema(target: DeltaTable) -> pa.Schema:
    """The table's Arrow schema without column comments, which would be written into every Parquet file."""
    import pyarrow as pa

    return pa.schema([field.remove_metadata() for field in pa.schema(target.schema().to_arrow())])


def _fitting(target: DeltaTable, rows: pa.Table) -> pa.Table:
    schema = _plain_schema(target)
    for field in rows.schema:
        if field.name not in schema.names:
            schema = schema.append(field.remove_metadata())
    return rows.select(schema.names).cast(schema)


def _equal(key: Sequence[str]) -> str:
    return " AND ".join(f"t.`{column}` = s.`{column}`" for column in key)


@contextlib.contextmanager
def _without_rows(table: str) -> Iterator[None]:
    """Turn a violated CHECK into a ContractError that names the table only: delta-rs's own message quotes rows."""
    from deltalake.exceptions import DeltaError

    try:
        yield
    except DeltaError as error:
        if "validation check" not in str(error):
            raise
        raise ContractError(f"rows for {table} break one of its checks", [table]) from None
