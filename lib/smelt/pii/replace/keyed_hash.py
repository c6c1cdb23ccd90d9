"""``hash``: [EMAIL#3f9a1c0b7d2e], a keyed hash, consistent over the whole corpus."""

from __future__ import annotations

import hmac

from smelt.pii.replace.context import Context
from smelt.pii.replace.value import Value

SHORT = 12
"""Hex digits in a placeholder: 48 bits; among a million values, two collide with probability 0.2 %."""


def replace(value: Value, context: Context) -> str:
    """[EMAIL#3f9a1c0b7d2e]"""
    return hash_mark(value.entity, keyed_hash(context.hash_key, value))


def hash_mark(entity: str, value_hash: str) -> str:
    """The mark of a value whose keyed hash is known."""
    return f"[{entity}#{value_hash[:SHORT]}]"


def keyed_hash(key: bytes, value: Value) -> str:
    """HMAC-SHA256 of entity and normal form, 32 hex digits; without the key, guessing values does not help."""
    message = f"{value.entity}\x1f{value.normal}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, message, "sha256").hex()[:32]
