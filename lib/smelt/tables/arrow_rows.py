"""Rows as Arrow tables in the form of a contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from smelt.errors import ContractError

if TYPE_CHECKING:
    import pyarrow as pa

    from smelt.tables.contract import Contract


def arrow_rows(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Python rows, values in the order of ``schema``."""
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    arrays = [pa.array(list(values), field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def conformed(declared: Contract, rows: pa.Table) -> pa.Table:
    """``rows`` in the contract's column order and types.

    Raises ContractError naming the columns that do not fit.
    """
    import pyarrow as pa

    wanted = declared.arrow_schema()
    problems = [f"column {name} is missing" for name in wanted.names if name not in rows.column_names]
    problems += [
        f"column {name} is not in the contract" for name in rows.column_names if name not in wanted.names
    ]
    if not problems:
        rows = rows.select(wanted.names)
        problems = [
            f"column {column.name} has nulls"
            for column in declared.columns
            if not column.nullable and rows.column(column.name).null_count
        ]
    if problems:
        raise ContractError(f"rows for {declared.table} do not fit its contract", problems)
    fields = [
        pa.field(column.name, kind, nullable=column.nullable)
        for column, kind in zip(declared.columns, wanted.types, strict=True)
    ]
    return rows.cast(pa.schema(fields))
