"""The vault: original values, encrypted with AES-256-GCM, for authorised access only.

A value is bound to its finding, record and entity (associated data), so a ciphertext moved to another row cannot be
decrypted. The nonce is derived from finding and value by a keyed hash, so a rerun writes the same bytes, and,
collisions of the hash aside, only the same value in the same place repeats a nonce (NIST SP 800-38D, section 8.2).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

from smelt.errors import SmeltError
from smelt.pii.keys import ScrubKey

NONCE_BYTES = 12


class VaultError(SmeltError):
    """Raised when a value cannot be decrypted: the key is wrong, or the row was changed."""


class Sealed(NamedTuple):
    """One encrypted value."""

    nonce: bytes
    ciphertext: bytes


class Vault:
    """Encrypts and decrypts values with the vault key of one key version."""

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
        """Decrypt one value. Raises VaultError if key, finding_id, record_id or entity do not match."""
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
