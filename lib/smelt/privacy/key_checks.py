"""ops.key_checks: check values that detect a wrong secret for a key version, without revealing the secret."""

from __future__ import annotations

import datetime as dt
import hmac
from typing import TYPE_CHECKING

from smelt.errors import ConfigError
from smelt.pii.keys import DEMO_VERSION, KeyRing, ScrubKey

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse

TABLE = "ops.key_checks"

_CONSTANT = b"smelt/check of a key version"


def check_value(key: ScrubKey) -> str:
    """HMAC-SHA256 of a constant under a key derived for this purpose only: equal for equal secrets, not invertible."""
    return hmac.digest(key.derive("check"), _CONSTANT, "sha256").hex()


def check_keys(warehouse: Warehouse, ring: KeyRing) -> None:
    """Raise ConfigError if a secret is not the one that the warehouse was written with under that key version.

    For example, the published demo key is refused for a warehouse that was written with another key.
    """
    held = {
        row["key_version"]: row["check_value"]
        for row in warehouse.collect(TABLE, "key_version", "check_value")
    }
    problems = [
        f"version {key.version!r}: the warehouse was written with another secret under this version; put that one back,"
        " or give the new one a version of its own (2:NEW on the line above 1:OLD)"
        for key in ring.keys
        if held.get(key.version, check_value(key)) != check_value(key)
    ]
    if ring.current.is_demo:
        own = sorted({*held, *({} if held else _earlier_versions(warehouse))} - {DEMO_VERSION})
        if own:
            problems.append(
                "no key was found, and the published demo key would take its place; the warehouse was written with"
                f" version {', '.join(map(repr, own))}"
            )
    if problems:
        raise ConfigError("the key is not the one of this warehouse; nothing was read or written", problems)


def note_keys(warehouse: Warehouse, ring: KeyRing, run_id: str) -> None:
    """Record the check value of the current key version, unless it is recorded already."""
    key = ring.current
    held = {row["key_version"] for row in warehouse.collect(TABLE, "key_version")}
    if key.version not in held:
        row = (key.version, check_value(key), dt.datetime.now(dt.UTC), run_id)
        warehouse.append_rows(TABLE, [row], run_id=f"key:{key.version}")


def _earlier_versions(warehouse: Warehouse) -> set[str]:
    """Key versions used in a warehouse before ops.key_checks existed."""
    found: set[str] = set()
    for table in ("ops.erasures", "silver.pii_findings"):
        if warehouse.exists(table):
            rows = warehouse.read(table).select("key_version").where("key_version IS NOT NULL").distinct()
            found |= {row["key_version"] for row in rows.collect()}
    return found
