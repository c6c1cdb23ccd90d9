"""Deletes rows of erased records that came back, before a run does anything else.

A backup or an older table version may have been restored, or a row written by hand. A run looks for such rows only if a
table or ops.erasures changed since the last successful sweep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smelt.identity import stable_id
from smelt.pii.keys import load_keys
from smelt.privacy.erasure.places import delete_records, erasable_tables
from smelt.privacy.erasure.refusal import TABLE, erased_records, refusals
from smelt.tables.union import union

if TYPE_CHECKING:
    from smelt.pii.config import KeyConfig
    from smelt.tables.warehouse import Warehouse

STAGE = "erasures"
"""Name of the sweep in ops.runs."""


def fingerprint(warehouse: Warehouse) -> str | None:
    """Digest of everything that decides what a sweep finds; None if nothing was ever erased."""
    if not warehouse.collect(TABLE, "erasure_id"):
        return None
    tables = [*erasable_tables(warehouse), TABLE]
    return stable_id(
        STAGE,
        *(f"{name}:{version}" for name, version in zip(tables, warehouse.versions(tables), strict=True)),
    )


def sweep(warehouse: Warehouse, config: KeyConfig) -> int:
    """Delete erased records from every table again; returns the number of records that had come back."""
    if refusals(warehouse, config) is None:
        return 0
    ids = [
        warehouse.read(table).select("record_id")
        for table, column in erasable_tables(warehouse).items()
        if column == "record_id"
    ]
    if not ids:
        return 0
    held = union(ids)
    found = [
        row["record_id"] for row in erased_records(held, warehouse.read(TABLE), load_keys(config)).collect()
    ]
    if found:
        delete_records(
            warehouse, warehouse.spark.createDataFrame([(each,) for each in found], "record_id string")
        )
    return len(found)
