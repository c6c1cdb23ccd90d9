"""Checks that releases still have as many rows as their manifests say, in case anything but smelt changed them.

For a warehouse on the local disk the counts come from the Delta log, else from one query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from smelt.releases.manifest import Manifest, read_manifests
from smelt.tables.local_delta import rows_by_partition

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse

ROWS = "gold.training_splits"


def damaged_releases(warehouse: Warehouse) -> list[str]:
    """One message for every split of a finished release whose number of rows differs from the manifest."""
    manifests = read_manifests(warehouse)
    return differences(manifests, row_counts(warehouse)) if manifests else []


def row_counts(warehouse: Warehouse) -> Mapping[tuple[str | None, ...], int]:
    """Rows by (release, split)."""
    if warehouse.is_on_disk and warehouse.exists(ROWS):
        found = rows_by_partition(warehouse.location(ROWS), ("release", "split"))
        if found is not None:
            return found
    counted = warehouse.read(ROWS).groupBy("release", "split").count().collect()
    return {(row["release"], row["split"]): row["count"] for row in counted}


def differences(manifests: Iterable[Manifest], counts: Mapping[tuple[str | None, ...], int]) -> list[str]:
    """The messages of :func:`damaged_releases` for ``counts``, (release, split) -> rows."""
    return [
        f"release {manifest.release} has {counts.get((manifest.release, split), 0):,} rows in {split},"
        f" its manifest says {expected:,}"
        for manifest in manifests
        for split, expected in sorted(manifest.counts.items())
        if counts.get((manifest.release, split), 0) != expected
    ]
