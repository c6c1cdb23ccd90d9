"""Reads the vault for one record; needs the key, and writes ops.access_log before it returns values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smelt.errors import ConfigError, SmeltError
from smelt.pii.keys import KeyRing, ScrubKey, load_keys
from smelt.privacy.access import Outcome, note_access, tagged, who
from smelt.privacy.erasure.hashes import record_key
from smelt.privacy.vault import Sealed, Vault, VaultError

if TYPE_CHECKING:
    from pyspark.sql import Row

    from smelt.pii.config import PiiConfig
    from smelt.tables.warehouse import Warehouse

_HEX = frozenset("0123456789abcdef")


class RevealError(SmeltError):
    """Raised when a record's values are not shown; the attempt is logged in ops.access_log."""


class Revealed(NamedTuple):
    """One original value, with its field, position of the turn, and start in the text."""

    field: str
    position: int
    start: int
    entity: str
    value: str


def reveal(
    warehouse: Warehouse, config: PiiConfig, record_id: str, reason: str, *, run_id: str
) -> list[Revealed]:
    """The record's values in order of field and place. Raises ConfigError, or RevealError without key or values."""
    if len(record_id) != 32 or not set(record_id) <= _HEX:
        raise ConfigError("no such record", ["a record_id has 32 hexadecimal digits; smelt explain shows it"])
    warehouse.create("ops.access_log")
    actor, why = who(warehouse.spark), tagged(reason, config)

    def note(outcome: Outcome, shown: int = 0, key: ScrubKey | None = None) -> None:
        note_access(
            warehouse,
            action="reveal",
            outcome=outcome,
            actor=actor,
            run_id=run_id,
            record_key=None if key is None else record_key(key, record_id),
            reason=why,
            values_shown=shown,
            key_version=None if key is None else key.version,
        )

    try:
        ring = load_keys(config.key)
    except ConfigError:
        note("denied")
        raise
    rows = _rows(warehouse, record_id)
    if not rows:
        note("nothing", key=ring.current)
        raise RevealError("the vault holds nothing of this record; it is filled only where pii.vault.enabled")
    try:
        values = _opened(rows, ring)
    except (VaultError, ConfigError):
        note("denied", key=ring.current)
        raise
    note("granted", len(values), ring.current)
    return values


def _rows(warehouse: Warehouse, record_id: str) -> list[Row]:
    from pyspark.sql import functions as F

    findings = warehouse.read("silver.pii_findings").select(
        "finding_id", F.col("start_before").alias("start")
    )
    return (
        warehouse.read("silver.pii_vault")
        .where(F.col("record_id") == record_id)
        .join(findings, "finding_id", "left")
        .orderBy("field", "position", "start", "finding_id")
        .collect()
    )


def _opened(rows: list[Row], ring: KeyRing) -> list[Revealed]:
    vaults: dict[str, Vault] = {}
    values = []
    for row in rows:
        key: ScrubKey = ring.version(row["key_version"])
        vault = vaults.setdefault(key.version, Vault(key))
        sealed = Sealed(bytes(row["nonce"]), bytes(row["ciphertext"]))
        value = vault.open(
            sealed, finding_id=row["finding_id"], record_id=row["record_id"], entity=row["entity"]
        )
        values.append(Revealed(row["field"], row["position"], row["start"] or 0, row["entity"], value))
    return values
