"""Recognises requests and log lines of erased people (ops.erasures) that an old log contains again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from smelt.pii.keys import KeyRing, ScrubKey
from smelt.privacy.erasure.hashes import line_key, record_key
from smelt.tables.without_spark import PlainTables


@dataclass(frozen=True)
class Refused:
    """Keyed hashes of erased records and lines."""

    keys: tuple[ScrubKey, ...] = ()
    records: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()

    @classmethod
    def read(cls, tables: PlainTables, ring: KeyRing) -> Self:
        """Read all erasures so far. Raises ConfigError if ``ring`` lacks a key that their hashes were made with."""
        rows = tables.read("ops.erasures", ["key_version", "record_keys", "line_keys"]).to_pylist()
        rows = [row for row in rows if row["record_keys"] or row["line_keys"]]
        return cls(
            tuple(ring.version(version) for version in sorted({row["key_version"] for row in rows})),
            frozenset(key for row in rows for key in row["record_keys"]),
            frozenset(key for row in rows for key in row["line_keys"] or ()),
        )

    def __bool__(self) -> bool:
        return bool(self.records or self.lines)

    def is_refused(self, record_id: str | None) -> bool:
        """Whether a request was erased."""
        return record_id is not None and any(record_key(key, record_id) in self.records for key in self.keys)

    def is_refused_line(self, raw: str) -> bool:
        """Whether a line was erased."""
        return bool(self.lines) and any(line_key(key, raw) in self.lines for key in self.keys)
