"""The vault: replaced values under AES-256-GCM, for the few who may see them again.

A value is bound to its finding, record and entity (associated data), so that a ciphertext moved to
another row does not open. The nonce is derived from finding and value, so that a rerun writes the
same bytes; two values never share one under the same key unless they are the same value in the same
place (NIST SP 800-38D, section 8.2.1, deterministic construction from a keyed hash).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

from smelt.errors import SmeltError
from smelt.pii.keys import ScrubKey

NONCE_BYTES = 12


class VaultError(SmeltError):
    """Raised when a value cannot be opened: the key is another one, or the row was changed."""


class Sealed(NamedTuple):
    """One encrypted value."""

    nonce: bytes
    ciphertext: bytes


class Vault:
    """Seals and opens values with the vault key of one key version."""

    def __init__(self, key: ScrubKey) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self.version = key.version
        self._aes = AESGCM(key.derive("vault"))
        self._nonce_key = key.derive("vault nonce")

    def seal(self, value: str, *, finding_id: str, record_id: str, entity: str) -> Sealed:
        """Encrypt one value."""
        plain = value.encode("utf-8", "surrogatepass")
        bound = _bound(finding_id, record_id, entity)
        nonce = hmac.new(self._nonce_key, bound + b"\x1f" + plain, hashlib.sha256).digest()[:NONCE_BYTES]
        return Sealed(nonce, self._aes.encrypt(nonce, plain, bound))

    def open(self, sealed: Sealed, *, finding_id: str, record_id: str, entity: str) -> str:
        """Decrypt one value; raises VaultError where key or row do not fit."""
        from cryptography.exceptions import InvalidTag

        try:
            plain = self._aes.decrypt(sealed.nonce, sealed.ciphertext, _bound(finding_id, record_id, entity))
        except InvalidTag:
            raise VaultError(
                f"finding {finding_id} cannot be opened with key version {self.version}"
            ) from None
        return plain.decode("utf-8", "surrogatepass")


def _bound(finding_id: str, record_id: str, entity: str) -> bytes:
    return "\x1f".join((finding_id, record_id, entity)).encode()
