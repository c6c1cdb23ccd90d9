"""gold.releases: one row says what a release is made of, and makes it official."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smelt.errors import SmeltError
from smelt.tables.contract import contract

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse

TABLE = "gold.releases"

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""Names that are safe as a folder, a partition value and a file name everywhere."""

INPUTS = (
    *("bronze.tickets", "bronze.chats", "bronze.transcripts", "bronze.articles", "silver.conversations"),
    *("silver.examples", "silver.duplicates", "silver.scores", "silver.review_verdicts"),
    "gold.curated_examples",
)
"""Tables whose versions a manifest pins."""


class ReleaseError(SmeltError):
    """Raised when a release cannot be made or found: its name is in use, unusable or unknown."""

    exit_code = 2


@dataclass(frozen=True)
class Manifest:
    """One release: where it comes from, how much is in it, and the fingerprint of its content."""

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

    def as_row(self) -> tuple[object, ...]:
        """The manifest as one row of gold.releases."""
        values = (getattr(self, name) for name in contract(TABLE).column_names)
        return tuple(dict(value) if isinstance(value, Mapping) else value for value in values)

    def as_dict(self) -> dict[str, Any]:
        """The manifest as plain values, for JSON."""
        values = {name: getattr(self, name) for name in contract(TABLE).column_names}
        values["created_at"] = self.created_at.isoformat()
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}


def read_manifests(warehouse: Warehouse) -> list[Manifest]:
    """All releases, oldest first."""
    found = [Manifest(**row) for row in warehouse.collect(TABLE, *contract(TABLE).column_names)]
    return sorted(found, key=lambda manifest: (manifest.created_at, manifest.release))


def find_manifest(warehouse: Warehouse, release: str) -> Manifest:
    """The manifest of ``release`` or, for ``latest``, of the newest one; raises ReleaseError naming those there are."""
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
    if any(manifest.release == name for manifest in manifests):
        raise ReleaseError(f"release {name} exists already and never changes; choose another name")


def next_name(today: dt.date, manifests: list[Manifest]) -> str:
    """``2026-11-24.1`` for the first release of a day, then ``.2`` and so on."""
    used = {manifest.release for manifest in manifests}
    number = 1
    while f"{today.isoformat()}.{number}" in used:
        number += 1
    return f"{today.isoformat()}.{number}"
