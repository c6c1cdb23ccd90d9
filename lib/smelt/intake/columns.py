"""The Arrow schema of bronze.arrivals; a test keeps it equal to schemas/bronze.arrivals.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from smelt.isolate import isolated_items

_TIME = pa.timestamp("us", tz="UTC")
_KNOWN = pa.list_(pa.struct([("kind", pa.string()), ("value", pa.string())]))
_TURNS = pa.list_(
    pa.struct([("role", pa.string()), ("speaker", pa.string()), ("text", pa.string()), ("at", _TIME)])
)
_TYPES = {
    "known": _KNOWN,
    "turns": _TURNS,
    "created_at": _TIME,
    "updated_at": _TIME,
    "outcome": pa.map_(pa.string(), pa.string()),
    "exclusions": pa.list_(pa.string()),
    "reasons": pa.list_(pa.string()),
}

CONTENT = (
    "customer_id", "customer_name", "customer_email", "agent_id", "agent_name", "known",
    "subject", "title", "body", "body_format", "resolution", "turns",
    "category", "priority", "language", "created_at", "updated_at", "outcome", "extras",
)  # fmt: skip
"""Columns with the content of a record; content_hash covers them in this order."""

PARSED = (
    "record_id",
    "source",
    "kind",
    "source_key",
    "content_hash",
    *CONTENT,
    "exclusions",
    "source_file",
    "source_position",
    "raw",
    "reasons",
)
"""Columns that parsing produces; the run adds ingested_at and run_id."""

PARSED_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in PARSED])

PARSED_DDL = ", ".join(
    f"{name} "
    + {
        "known": "array<struct<kind:string,value:string>>",
        "turns": "array<struct<role:string,speaker:string,text:string,at:timestamp>>",
        "created_at": "timestamp",
        "updated_at": "timestamp",
        "outcome": "map<string,string>",
        "exclusions": "array<string>",
        "reasons": "array<string>",
    }.get(name, "string")
    for name in PARSED
)
"""PARSED_SCHEMA as Spark DDL, for mapInArrow."""

Row = tuple[Any, ...]
"""Values in the order of PARSED; times in microseconds since 1970, UTC."""


def to_batch(rows: Sequence[Row]) -> pa.RecordBatch:
    """Rows as one Arrow batch of PARSED_SCHEMA."""
    if not rows:
        return pa.RecordBatch.from_arrays(
            [pa.array([], field.type) for field in PARSED_SCHEMA], schema=PARSED_SCHEMA
        )
    columns = zip(*rows, strict=True)
    arrays = [
        _lists(values, field.type) if field.name in _STRUCTS else pa.array(values, field.type)
        for values, field in zip(columns, PARSED_SCHEMA, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=PARSED_SCHEMA)


def quarantined(row: Row, reason: str) -> Row:
    """A quarantine row with only source, kind, file and position, for a row that Arrow cannot represent."""
    kept = {"source", "kind", "source_file", "source_position"}
    values = {name: value if name in kept else None for name, value in zip(PARSED, row, strict=True)}
    return tuple((values | {"raw": "", "reasons": [reason]}).values())


def to_batches(rows: Sequence[Row]) -> Iterator[pa.RecordBatch]:
    """:func:`to_batch`, but a row that cannot be converted is quarantined instead of failing the batch."""
    return isolated_items(rows, to_batch, lambda row, why: to_batch([quarantined(row, why)]), stage="ingest")


_STRUCTS = ("known", "turns")


def _lists(values: Sequence[list[dict[str, Any]] | None], kind: pa.ListType) -> pa.Array:
    """Convert lists of dicts field by field, which is three times as fast as Arrow's own conversion of dicts."""
    flat = [item for items in values if items for item in items]
    fields = [pa.array([item[field.name] for item in flat], field.type) for field in kind.value_type]
    starts: list[int | None] = []
    end = 0
    for items in values:
        starts.append(None if items is None else end)
        end += len(items or ())
    return pa.ListArray.from_arrays(
        pa.array([*starts, end], pa.int32()), pa.StructArray.from_arrays(fields, fields=list(kind.value_type))
    )
