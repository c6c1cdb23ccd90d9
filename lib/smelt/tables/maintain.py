"""Maintains the tables of a warehouse: compacts small files, removes unneeded files, shortens logs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from smelt.errors import ConfigError
from smelt.tables import delta_writes
from smelt.tables.contract import all_contracts, contract

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse

LEAST_HOURS = 168
"""Hours. Delta's default retention: the longest that a reader may use a version, or a commit may take."""

ROWS_A_FILE = 10_000
SPARE_FILES = 16
"""How many files more than needed a table may have before it is compacted; a nightly MERGE adds a few."""


class Maintained(NamedTuple):
    """A table's number of files before and after, and whether it was compacted."""

    table: str
    files_before: int
    files_after: int
    is_optimized: bool


def maintain(warehouse: Warehouse, *, retain_hours: float = LEAST_HOURS) -> Iterator[Maintained]:
    """Per table: OPTIMIZE if it has many small files, VACUUM, and a checkpoint, after which old log entries go.

    Files that versions of the last ``retain_hours`` need are kept. Readers lose nothing, nor do releases, whose rows
    are in the newest version of gold.training_splits. Raises ConfigError for fewer than 168 hours: only an erasure may
    remove files earlier. Holds the lease meanwhile.
    """
    if retain_hours < LEAST_HOURS:
        raise ConfigError(
            "files cannot be removed so early",
            [
                f"at least {LEAST_HOURS} hours, as readers may still need them; an erasure may: smelt forget --vacuum"
            ],
        )
    with warehouse.writing("maintain"):
        warehouse.sweep_scratch(dt.timedelta())
        for table in filter(warehouse.exists, all_contracts()):
            before = count_files(warehouse, table)
            # counting rows is spared where no count could ask for it
            is_many = before > SPARE_FILES and before > SPARE_FILES + _needed(warehouse, table)
            name = warehouse.identifier(table)
            if is_many:
                warehouse.spark.sql(f"OPTIMIZE {name}").collect()
            warehouse.spark.sql(f"VACUUM {name} RETAIN {retain_hours:g} HOURS").collect()
            if warehouse.is_on_disk:
                delta_writes.clean_log(warehouse.location(table))
            after = (
                count_files(warehouse, table) if is_many else before
            )  # VACUUM keeps what the version needs
            yield Maintained(table, before, after, is_many)


def count_files(warehouse: Warehouse, table: str) -> int:
    """Number of files that make up the newest version."""
    return int(warehouse.spark.sql(f"DESCRIBE DETAIL {warehouse.identifier(table)}").collect()[0]["numFiles"])


def _needed(warehouse: Warehouse, table: str) -> int:
    rows = warehouse.read(table)
    partitions = contract(table).partition_by
    of_partitions = rows.select(*partitions).distinct().count() if partitions else 1
    return ceil(rows.count() / ROWS_A_FILE) + of_partitions
