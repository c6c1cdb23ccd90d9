"""Opens a release for the training job by name or path, and verifies it against its manifest."""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from smelt.releases.fingerprint import EMPTY, Digest, digest_of_row, together
from smelt.releases.manifest import Manifest
from smelt.splits.config import SPLITS
from smelt.tables.location import TablePlaces
from smelt.tuning.config import DataConfig
from smelt.tuning.errors import ReleaseUnusable
from smelt.tuning.source import delta, exported

BATCH_ROWS = 2_000
"""Rows in memory at once: about 4 MB."""


class Rows(Protocol):
    """The rows of a release in a warehouse or an export."""

    @property
    def columns(self) -> frozenset[str]:
        """Columns that can be read."""
        ...

    @property
    def place(self) -> str:
        """Folder or address of the rows."""
        ...

    @property
    def version(self) -> int | None:
        """Delta version of the table, or None for files."""
        ...

    def batches(
        self, split: str | None, columns: Sequence[str], batch_rows: int
    ) -> Iterator[list[dict[str, Any]]]:
        """Rows of ``split``, or of all splits."""
        ...


@dataclass(frozen=True)
class Release:
    """An opened release: its manifest and rows; ``sources`` is source name -> number of rows."""

    manifest: Manifest
    rows: Rows
    sources: dict[str, int]

    @property
    def name(self) -> str:
        """The release's name."""
        return self.manifest.release

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the content."""
        return self.manifest.fingerprint

    def batches(
        self, split: str | None, columns: Sequence[str], batch_rows: int = BATCH_ROWS
    ) -> Iterator[list[dict[str, Any]]]:
        """Rows of ``split`` in batches, each row with ``columns``; raises ReleaseUnusable for unknown ones."""
        missing = sorted(set(columns) - self.rows.columns)
        if missing:
            raise ReleaseUnusable(
                f"{self.rows.place} lacks columns",
                [f"{name}: read the release from the warehouse" for name in missing],
            )
        return self.rows.batches(split, columns, batch_rows)

    def read(
        self, split: str | None, columns: Sequence[str], *, at_most: int | None = None
    ) -> list[dict[str, Any]]:
        """Rows of ``split`` sorted by example_id, independently of the layout of files.

        Returns all rows, or the ``at_most`` ones with the lowest hashes of their ids.
        """
        wanted = list(dict.fromkeys(["example_id", *columns]))
        rows: Iterable[dict[str, Any]] = (row for batch in self.batches(split, wanted) for row in batch)
        if at_most is not None:
            rows = heapq.nsmallest(at_most, rows, key=lambda row: _hash(str(row["example_id"])))
        return sorted(rows, key=lambda row: str(row["example_id"]))

    def about(self) -> dict[str, Any]:
        """Description of the data for a run's record."""
        return {
            "release": self.name,
            "fingerprint": self.fingerprint,
            "rows": dict(self.manifest.counts),
            "place": self.rows.place,
            "delta_version": self.rows.version,
            "sources": dict(sorted(self.sources.items())),
        }


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def open_release(name: str, places: TablePlaces, config: DataConfig) -> Release:
    """Open the release ``name`` (or ``latest``) of the warehouse, or the export at the folder or address ``name``.

    All rows are read once to compare counts and fingerprints, of each split and of the whole, with the manifest.

    Raises:
        ReleaseUnusable: it is unknown, empty, incomplete or changed; or it has rows of erased customers or of withdrawn
            sources (``withdrawn_sources``, ops.withdrawals) and ``config`` does not allow them.
    """
    if exported.is_export(name):
        manifest, rows = exported.open_export(name)
        found: Rows = rows
    else:
        manifest, found = _in_warehouse(name, places)
    digests, sources = _digests(found)
    problems = _differences(manifest, digests)
    if problems:
        raise ReleaseUnusable(f"release {manifest.release} is not what its manifest says", problems)
    problems = _forbidden(manifest, sources, places, config)
    if problems:
        raise ReleaseUnusable(f"release {manifest.release} must not be trained on", problems)
    return Release(manifest, found, sources)


def _in_warehouse(name: str, places: TablePlaces) -> tuple[Manifest, delta.DeltaRows]:
    manifests = delta.read_manifests(places)
    if not manifests:
        raise ReleaseUnusable(
            f"there is no release in {places.root}", ["make one: smelt run, or smelt release"]
        )
    manifest = next((each for each in manifests if each.release == name), None)
    if name == "latest":
        manifest = manifests[-1]
    if manifest is None:
        known = ", ".join(each.release for each in manifests[-10:])
        half = (
            "; rows of it were written, but it was never finished" if delta.unfinished(places, name) else ""
        )
        raise ReleaseUnusable(f"there is no release {name}{half}", [f"known: {known}"])
    table = delta.open_table(places, delta.ROWS)
    if table is None:
        raise ReleaseUnusable(
            f"release {name} has a manifest, but {delta.ROWS} does not exist", ["restore the table"]
        )
    return manifest, delta.DeltaRows(table, manifest.release, places.location(delta.ROWS), manifest.run_id)


def _digests(rows: Rows) -> tuple[dict[str, Digest], dict[str, int]]:
    by_split: dict[str, Digest] = {}
    sources: Counter[str] = Counter()
    wanted = [name for name in ("split", "example_id", "messages", "source") if name in rows.columns]
    for batch in rows.batches(None, wanted, BATCH_ROWS):
        for row in batch:
            digest = digest_of_row(row["split"], str(row["example_id"]), row["messages"] or ())
            by_split[row["split"]] = by_split.get(row["split"], EMPTY) + digest
            sources[str(row.get("source"))] += 1
    return by_split, dict(sources)


def _differences(manifest: Manifest, digests: dict[str, Digest]) -> list[str]:
    if not digests:
        return ["it has no rows"]
    problems = []
    for split in sorted({*manifest.counts, *digests}):
        expected, found = manifest.counts.get(split, 0), digests.get(split, EMPTY)
        if found.rows != expected:
            problems.append(f"{split}: {found.rows:,} rows, the manifest says {expected:,}")
        elif expected and found.hex() != manifest.split_fingerprints.get(split):
            problems.append(f"{split}: rows were changed since (fingerprint {found.hex()})")
    whole = together(digests.values()).hex()
    if not problems and whole != manifest.fingerprint:
        problems.append(f"the whole: fingerprint {whole}, the manifest says {manifest.fingerprint}")
    if not problems and not manifest.counts.get(SPLITS[0]):
        problems.append("it has no train rows")
    return problems


def _forbidden(
    manifest: Manifest, sources: dict[str, int], places: TablePlaces, config: DataConfig
) -> list[str]:
    problems = []
    forgotten = 0 if config.with_forgotten or places.catalog else delta.forgotten_in(places, manifest.release)
    if forgotten:
        problems.append(
            f"it holds rows of {forgotten:,} forgotten customers; make its successor: smelt release --from"
            f" {manifest.release} (or train all the same: --with-forgotten)"
        )
    if not config.with_withdrawn:
        withdrawn = set(config.withdrawn_sources) | (
            set() if places.catalog else delta.withdrawn_sources(places)
        )
        problems += [
            f"{sources[name]:,} rows are from {name}, a withdrawn source; make its successor: smelt release --from"
            f" {manifest.release} (or train all the same: --with-withdrawn)"
            for name in sorted(withdrawn)
            if sources.get(name)
        ]
    return problems
