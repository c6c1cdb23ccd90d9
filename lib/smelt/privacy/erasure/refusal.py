"""Refuses records and quarantined lines that were erased and arrive again, recognised by their keyed hashes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from smelt.pii.keys import KeyRing, ScrubKey, load_keys
from smelt.privacy.erasure.hashes import line_key, record_key

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.pii.config import KeyConfig
    from smelt.tables.warehouse import Warehouse

TABLE = "ops.erasures"

REFUSED = "erased_on_request"
"""Reason under which refused records are counted in the ledger."""

KEPT_OF_REFUSED = ("source", "kind", "source_position")
"""Columns stored of a refused arrival, for counting only: none says whose it was."""

Batches = Iterable[pa.RecordBatch]


@dataclass(frozen=True)
class Refusals:
    """The hashes in ops.erasures and the keys that made them; sent to workers inside tasks."""

    keys: tuple[ScrubKey, ...]
    records: frozenset[str]
    lines: frozenset[str]

    def are_refused(self, record_ids: Sequence[str | None], raws: Sequence[str | None]) -> list[bool]:
        """For each arrival: whether its record, or (for a quarantined one) its raw line, was erased."""
        return [
            (record is not None and any(record_key(key, record) in self.records for key in self.keys))
            or (
                raw is not None
                and bool(self.lines)
                and any(line_key(key, raw) in self.lines for key in self.keys)
            )
            for record, raw in zip(record_ids, raws, strict=True)
        ]


def refusals(warehouse: Warehouse, config: KeyConfig) -> Refusals | None:
    """The hashes of everything erased so far; None if nothing was.

    Raises ConfigError where the ring lacks a key version that certificates were written with: without it
    nobody can tell whether a record was erased.
    """
    has_lines = warehouse.has_column(TABLE, "line_keys")
    columns = ["key_version", "record_keys", *(["line_keys"] if has_lines else [])]
    rows = [row for row in warehouse.collect(TABLE, *columns) if row["record_keys"] or row.get("line_keys")]
    if not rows:
        return None
    ring = load_keys(config)
    return Refusals(
        tuple(ring.version(version) for version in sorted({row["key_version"] for row in rows})),
        frozenset(key for row in rows for key in row["record_keys"]),
        frozenset(key for row in rows for key in row.get("line_keys") or ()),
    )


def without_refused(refused: Refusals) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow`` over parsed arrivals: blanks all columns of erased ones except KEPT_OF_REFUSED."""

    def strip(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            ids, raws = (batch.column(batch.schema.get_field_index(name)) for name in ("record_id", "raw"))
            marks = refused.are_refused(ids.to_pylist(), raws.to_pylist())
            if not any(marks):
                yield batch
                continue
            mask = pa.array(marks)
            yield batch.filter(pa.array([not mark for mark in marks]))
            yield _stripped(batch.filter(mask))

    return strip


def _stripped(batch: pa.RecordBatch) -> pa.RecordBatch:
    fixed = {"source_file": "", "reasons": [REFUSED]}
    columns = [
        batch.column(number)
        if field.name in KEPT_OF_REFUSED
        else pa.array([fixed.get(field.name)] * batch.num_rows, field.type)
        for number, field in enumerate(batch.schema)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def erased_among(warehouse: Warehouse, rows: DataFrame, config: KeyConfig) -> DataFrame | None:
    """Distinct ``record_id`` of ``rows`` that are in ops.erasures; None if nothing was ever erased."""
    if refusals(warehouse, config) is None:
        return None
    return erased_records(rows, warehouse.read(TABLE), load_keys(config))


def without_erased(warehouse: Warehouse, rows: DataFrame, config: KeyConfig) -> DataFrame:
    """``rows`` without those whose ``record_id`` is in ops.erasures."""
    erased = erased_among(warehouse, rows, config)
    return rows if erased is None else rows.join(erased, "record_id", "left_anti")


def erased_records(records: DataFrame, erasures: DataFrame, ring: KeyRing) -> DataFrame:
    """Distinct ``record_id`` of ``records`` that are in ops.erasures.

    Raises ConfigError where the ring lacks a key version that certificates were written with: without it
    nobody can tell whether a record was erased.
    """
    from pyspark.sql import functions as F

    versions = [row["key_version"] for row in erasures.select("key_version").distinct().collect()]
    ids = records.select("record_id").where(F.col("record_id").isNotNull()).distinct()
    if not versions:
        return ids.where(F.lit(False))
    keys = [ring.version(version) for version in sorted(versions)]
    hashed = ids.mapInArrow(_hashing(keys), "record_id string, record_key string")
    refused = erasures.select(F.explode("record_keys").alias("record_key")).distinct()
    return hashed.join(refused, "record_key", "left_semi").select("record_id").distinct()


def _hashing(keys: Sequence[ScrubKey]) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def hash_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            ids = batch.column(0).to_pylist()
            for key in keys:
                yield pa.RecordBatch.from_arrays(
                    [
                        pa.array(ids, pa.string()),
                        pa.array([record_key(key, each) for each in ids], pa.string()),
                    ],
                    names=["record_id", "record_key"],
                )

    return hash_batches
