"""Keyed hashes by which certificates identify customers and records; they reveal nothing without the key."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from smelt.identity import ID_LENGTH, stable_id
from smelt.pii.keys import ScrubKey


def subject_key(key: ScrubKey, customer: str) -> str:
    """Keyed hash of a customer's identifier, ignoring case and surrounding white space."""
    return _hash(key, "customer", canonical(customer))


def record_key(key: ScrubKey, record_id: str) -> str:
    """Keyed hash of a record_id."""
    return _hash(key, "record", record_id)


def line_key(key: ScrubKey, raw: str) -> str:
    """Keyed hash of a quarantined line's raw text."""
    return _hash(key, "line", raw)


def erasure_id(key: ScrubKey, customer: str) -> str:
    """The id of a customer's certificate; a repeated request extends the same certificate."""
    return stable_id("erasure", key.version, subject_key(key, customer))


def canonical(customer: str) -> str:
    """Canonical caseless form of an identifier (The Unicode Standard, section 3.13, D145), composed."""
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", customer.strip()).casefold())
    return unicodedata.normalize("NFC", folded)


def _hash(key: ScrubKey, kind: str, value: str) -> str:
    message = f"{kind}\x1f{value}".encode("utf-8", "surrogatepass")
    return hmac.new(key.derive("erasure"), message, hashlib.sha256).hexdigest()[:ID_LENGTH]
