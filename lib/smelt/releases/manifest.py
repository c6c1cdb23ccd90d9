"""Manifests of releases: the row of gold.releases that describes a release and publishes it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from smelt.errors import SmeltError
from smelt.tables.contract import BRONZE, contract

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse

TABLE = "gold.releases"

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""Release names that are safe as folder, partition value and file name on all systems."""

INPUTS = (
    *BRONZE,
    "silver.conversations",
    "silver.examples",
    "silver.duplicates",
    "silver.scores",
    "silver.review_verdicts",
    "silver.augmentations",
    "gold.curated_examples",
)
"""Tables whose versions a manifest pins."""


class ReleaseError(SmeltError):
    """Raised if a release cannot be made or found: its name is in use, invalid or unknown."""

    exit_code = 2


@dataclass(frozen=True)
class Manifest:
    """A row of gold.releases: input versions, settings, counts and the content fingerprint of one release."""

    release: str
    created_at: dt.datetime
    input_versions: Mapping[str, int]
    config_hash: str
    code_version: str
    counts: Mapping[str, int]
    rows: int
    groups: int
    fingerprint: str
    split_fingerprints: Mapping[str, str]
    run_id: str
    scan_settings: str = ""
    residual_rows: Mapping[str, int] = field(default_factory=dict)
    residual_spans: Mapping[str, int] = field(default_factory=dict)
    dropped_at: dt.datetime | None = None

    def as_row(self) -> tuple[object, ...]:
        """The manifest as one row of gold.releases."""
        values = (getattr(self, name) for name in contract(TABLE).column_names)
        return tuple(dict(value) if isinstance(value, Mapping) else value for value in values)

    def as_dict(self) -> dict[str, Any]:
        """The manifest as plain values, for JSON."""
        values = {name: getattr(self, name) for name in contract(TABLE).column_names}
        values["created_at"] = self.created_at.isoformat()
        values["dropped_at"] = self.dropped_at.isoformat() if self.dropped_at else None
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}


def read_manifests(warehouse: Warehouse, *, with_dropped: bool = False) -> list[Manifest]:
    """All finished releases, oldest first; dropped ones only if ``with_dropped``."""
    columns = [name for name in contract(TABLE).column_names if warehouse.has_column(TABLE, name)]
    found = [Manifest(**row) for row in warehouse.collect(TABLE, *columns)]
    found.sort(key=lambda manifest: (manifest.created_at, manifest.release))
    return [manifest for manifest in found if with_dropped or manifest.dropped_at is None]


def publish(warehouse: Warehouse, manifest: Manifest) -> None:
    """Write the manifest, which publishes the release; this is the last step of making one.

    The insertion is atomic, so that there is only one manifest of a name even with concurrent writers. Raises
    ReleaseError if another run has taken the name.
    """
    warehouse.insert_new(TABLE, manifest.as_row())
    for found in read_manifests(warehouse, with_dropped=True):
        if found.release == manifest.release and found.run_id == manifest.run_id:
            return
    raise ReleaseError(f"release {manifest.release} was made by another run meanwhile; choose another name")


def drop(warehouse: Warehouse, name: str, moment: dt.datetime) -> Manifest:
    """Drop a release: its rows are deleted, its name stays reserved. Raises ReleaseError if it does not exist.

    The manifest is marked first, so that after a killed drop the release cannot be read; a repeated call finishes it.
    """
    with warehouse.writing(f"dropping release {name}"):
        known = {manifest.release: manifest for manifest in read_manifests(warehouse, with_dropped=True)}
        if name not in known:
            raise ReleaseError(f"there is no release {name}; known: {', '.join(known) or 'none'}")
        manifest = replace(known[name], dropped_at=known[name].dropped_at or moment)
        warehouse.create(TABLE)
        if known[name].dropped_at is None:
            row = warehouse.spark.createDataFrame([manifest.as_row()], contract(TABLE).ddl())
            warehouse.merge(TABLE, row)
        warehouse.delete_where("gold.training_splits", f"release = '{name}'")
    return manifest


def find_manifest(warehouse: Warehouse, release: str) -> Manifest:
    """The manifest of ``release`` or, for ``latest``, of the newest one; raises ReleaseError with the known names."""
    manifests = read_manifests(warehouse)
    if not manifests:
        raise ReleaseError("there is no release yet; make one: smelt release")
    if release == "latest":
        return manifests[-1]
    for manifest in manifests:
        if manifest.release == release:
            return manifest
    known = ", ".join(manifest.release for manifest in manifests)
    raise ReleaseError(f"there is no release {release}; known: {known}")


def check_name(name: str, manifests: list[Manifest]) -> None:
    """Raise ReleaseError for a name that is in use, reserved, or unsafe in a path."""
    if not NAME.fullmatch(name) or name == "latest":
        raise ReleaseError(
            f"{name!r} cannot name a release: use up to 64 of a-z, 0-9, dot, dash and underscore, but not 'latest'"
        )
    if any(manifest.release == name for manifest in manifests):  # including dropped ones
        raise ReleaseError(f"release {name} exists already and never changes; choose another name")


def next_name(today: dt.date, manifests: list[Manifest]) -> str:
    """``2026-11-24.1`` for the first release of a day, then ``.2`` and so on."""
    used = {manifest.release for manifest in manifests}
    number = 1
    while f"{today.isoformat()}.{number}" in used:
        number += 1
    return f"{today.isoformat()}.{number}"
