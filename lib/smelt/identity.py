"""Identifiers: stable hashes for records and rows, keyed pseudonyms for people."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from typing import Any

from pydantic import BaseModel, Field

ID_LENGTH = 32
"""Hex digits of every identifier: 128 bits, so that 10^9 rows collide with probability below 10^-20."""


def stable_id(*parts: object) -> str:
    """32 hex digits of SHA-256 over the parts, each preceded by its length so that parts cannot run together."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = str(part).encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()[:ID_LENGTH]


def record_id(source: str, key: object) -> str:
    """The permanent id of a record, from the configured source's name and the source's own key."""
    return stable_id("record", source, key)


def pseudonym(key: bytes, domain: str, value: str | None) -> str | None:
    """HMAC-SHA256 of a raw identifier, 32 hex digits; ``domain`` keeps customers and agents apart.

    Case, surrounding white space and the Unicode composition of accents (NFC) do not matter. Empty and missing
    identifiers give ``None``, so that they do not become one person.
    """
    if value is None or not value.strip():
        return None
    composed = unicodedata.normalize("NFC", value.strip())
    message = f"{domain}\x1f{composed.casefold()}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, message, "sha256").hex()[:ID_LENGTH]


def later(default: Any, **options: Any) -> Any:
    """A pydantic field added after the first version; ``options`` are those of ``Field``.

    It is left out of fingerprints while it has its default, so that rows made before its introduction stay valid.
    """
    return Field(default=default, exclude_if=lambda value: value == default, **options)


def fingerprint(*sections: BaseModel) -> str:
    """16 hex digits over the values of ``sections``: the same settings give the same digits on any machine."""
    canonical = json.dumps([section.model_dump(mode="json") for section in sections], sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
