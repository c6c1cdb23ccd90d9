"""How certificates name customers and records: by keyed hash, so that they name nobody to who lacks the key."""

from __future__ import annotations

import hashlib
import hmac

from smelt.identity import ID_LENGTH, stable_id
from smelt.pii.keys import ScrubKey


def subject_key(key: ScrubKey, customer: str) -> str:
    """Keyed hash of a customer's identifier; case and white space around it do not matter."""
    return _hash(key, "customer", canonical(customer))


def record_key(key: ScrubKey, record_id: str) -> str:
    """Keyed hash of a record's identity."""
    return _hash(key, "record", record_id)


def erasure_id(key: ScrubKey, customer: str) -> str:
    """The identity of a customer's certificate: a request that is repeated adds to it."""
    return stable_id("erasure", key.version, subject_key(key, customer))


def canonical(customer: str) -> str:
    """The form in which identifiers are compared."""
    return customer.strip().casefold()


def _hash(key: ScrubKey, kind: str, value: str) -> str:
    message = f"{kind}\x1f{value}".encode("utf-8", "surrogatepass")
    return hmac.new(key.derive("erasure"), message, hashlib.sha256).hexdigest()[:ID_LENGTH]
