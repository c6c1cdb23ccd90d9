"""ops.key_checks: which secret stands behind each key version, told apart without telling anything of it."""

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
    """HMAC-SHA256 of a constant under a key derived for this alone: equal for equal secrets, no way back to one."""
    return hmac.digest(key.derive("check"), _CONSTANT, "sha256").hex()


def check_keys(warehouse: Warehouse, ring: KeyRing) -> None:
    """Raise ConfigError where a secret is not the one that the warehouse knows under its version.

    So it is where the published demo key meets a warehouse that was written with a key of its own.
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
    """Remember the secret behind the version that is written with from now on."""
    key = ring.current
    held = {row["key_version"] for row in warehouse.collect(TABLE, "key_version")}
    if key.version not in held:
        row = (key.version, check_value(key), dt.datetime.now(dt.timezone.utc), run_id)
        warehouse.append_rows(TABLE, [row], run_id=f"key:{key.version}")


def _earlier_versions(warehouse: Warehouse) -> set[str]:
    """Versions that a warehouse was written with before there were checks."""
    found: set[str] = set()
    for table in ("ops.erasures", "silver.pii_findings"):
        if warehouse.exists(table):
            rows = warehouse.read(table).select("key_version").where("key_version IS NOT NULL").distinct()
            found |= {row["key_version"] for row in rows.collect()}
    return found
