"""Reads rows of a release from the Delta tables of a warehouse with delta-rs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from smelt.errors import MissingExtra
from smelt.releases.manifest import TABLE, Manifest
from smelt.tables.contract import contract
from smelt.tables.location import TablePlaces
from smelt.tuning.errors import ReleaseUnusable

if TYPE_CHECKING:
    from deltalake import DeltaTable

ROWS = "gold.training_splits"
ERASURES = "ops.erasures"
WITHDRAWALS = "ops.withdrawals"


@dataclass(frozen=True)
class DeltaRows:
    """Rows of one release; the table is read at the version at which it was opened."""

    table: DeltaTable
    release: str
    place: str
    run_id: str
    """The run that wrote the manifest; rows of other runs with this name do not belong to the release."""

    @property
    def version(self) -> int:
        """Delta version of the table."""
        return int(self.table.version())

    @property
    def columns(self) -> frozenset[str]:
        """Columns that can be read."""
        return frozenset(contract(ROWS).column_names)

    def batches(
        self, split: str | None, columns: Sequence[str], batch_rows: int
    ) -> Iterator[list[dict[str, Any]]]:
        """Rows of ``split``, or of all splits, in the order of the files."""
        import pyarrow.dataset as ds

        wanted = (ds.field("release") == self.release) & (ds.field("run_id") == self.run_id)
        if split is not None:
            wanted = wanted & (ds.field("split") == split)
        scanner = self.table.to_pyarrow_dataset().scanner(
            columns=list(columns),
            filter=wanted,
            batch_size=batch_rows,
            batch_readahead=2,
            fragment_readahead=1,
        )
        for batch in scanner.to_batches():
            if batch.num_rows:
                yield batch.to_pylist()


def open_table(places: TablePlaces, table: str) -> DeltaTable | None:
    """The table at its newest version, or None where it does not exist. Raises ReleaseUnusable, MissingExtra."""
    try:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError, TableNotFoundError
    except ImportError:
        raise MissingExtra("deltalake", "train") from None
    if places.catalog:
        raise ReleaseUnusable(
            "releases in a catalog are read by Spark only",
            ["export the release (smelt export RELEASE FOLDER --shape messages) and name the folder"],
        )
    place = places.location(table)
    try:
        return DeltaTable(place)
    except TableNotFoundError:
        return None
    except (DeltaError, OSError) as error:
        raise ReleaseUnusable(f"{table} at {place} cannot be read", [type(error).__name__]) from None


def read_manifests(places: TablePlaces) -> list[Manifest]:
    """All finished releases that were not dropped, oldest first; empty if the table does not exist."""
    table = open_table(places, TABLE)
    if table is None:
        return []
    dataset = table.to_pyarrow_dataset()
    columns = [name for name in contract(TABLE).column_names if name in dataset.schema.names]
    rows = dataset.to_table(columns=columns)
    maps = {field.name for field in rows.schema if pa.types.is_map(field.type)}
    values: list[dict[str, Any]] = [
        {name: dict(value) if name in maps else value for name, value in row.items()}
        for row in rows.to_pylist()
    ]
    found = [manifest for each in values if (manifest := Manifest(**each)).dropped_at is None]
    return sorted(found, key=lambda manifest: (manifest.created_at, manifest.release))


def forgotten_in(places: TablePlaces, release: str) -> int:
    """Number of erased customers with rows in ``release``, from ops.erasures; 0 without the table."""
    table = open_table(places, ERASURES)
    if table is None:
        return 0
    marks = table.to_pyarrow_dataset().to_table(columns=["releases"]).column(0).to_pylist()
    return sum(release in (mark or ()) for mark in marks)


def withdrawn_sources(places: TablePlaces) -> set[str]:
    """Sources withdrawn by ``smelt withdraw``, from ops.withdrawals; empty without the table."""
    table = open_table(places, WITHDRAWALS)
    if table is None:
        return set()
    return set(table.to_pyarrow_dataset().to_table(columns=["source"]).column(0).to_pylist())


def unfinished(places: TablePlaces, release: str) -> bool:
    """Whether there are rows of ``release`` without a manifest, because its run was killed."""
    table = open_table(places, ROWS)
    return table is not None and any(found["release"] == release for found in table.partitions())
