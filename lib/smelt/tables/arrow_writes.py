"""Writes Arrow tables, the results of the embedded engine, to Delta tables on this machine's disk with delta-rs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from smelt.errors import ContractError
from smelt.tables.delta_writes import marks_of
from smelt.tables.local_delta import uri_of

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

    from smelt.tables.contract import Contract


def append(
    location: str,
    table: str,
    rows: pa.Table | pa.RecordBatchReader,
    *,
    transaction: tuple[str, int] | None = None,
) -> None:
    """Append ``rows``; batches of a reader are written as they come.

    A ``transaction`` (application, number) whose number or a higher one was committed does nothing.
    """
    from deltalake import write_deltalake

    target = _table(location)
    marks = marks_of(target, transaction)
    if marks is None or not (getattr(rows, "num_rows", True) or transaction):
        return
    with _without_rows(table):
        write_deltalake(
            target,
            _fitting(target, rows),
            mode="append",
            commit_properties=marks,
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
            _fitting(target, rows, extra=True), predicate=_equal(key), source_alias="s", target_alias="t"
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
            keys, predicate=_equal(keys.column_names), source_alias="s", target_alias="t"
        ).when_matched_delete().execute()


def replace_where(location: str, table: str, rows: pa.Table | pa.RecordBatchReader, predicate: str) -> None:
    """Replace the rows for which ``predicate`` holds, in one commit."""
    from deltalake import write_deltalake

    target = _table(location)
    with _without_rows(table):
        write_deltalake(target, _fitting(target, rows), mode="overwrite", predicate=predicate)


def delete_where(location: str, predicate: str) -> None:
    """Delete the rows for which ``predicate`` holds."""
    _table(location).delete(predicate)


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


def _fitting(
    target: DeltaTable, rows: pa.Table | pa.RecordBatchReader, *, extra: bool = False
) -> pa.Table | pa.RecordBatchReader:
    import pyarrow as pa

    schema = pa.schema(target.schema().to_arrow())
    if extra:
        for field in rows.schema:
            if field.name not in schema.names:
                schema = schema.append(field)
    # column comments would be written into every Parquet file
    plain = pa.schema([field.remove_metadata() for field in schema])
    if isinstance(rows, pa.Table):
        return rows.select(schema.names).cast(plain)
    tables = (pa.Table.from_batches([batch]).select(schema.names).cast(plain) for batch in rows)
    return pa.RecordBatchReader.from_batches(plain, chain.from_iterable(each.to_batches() for each in tables))


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
