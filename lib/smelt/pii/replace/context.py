"""The context of a policy: the conversation's numbers, and derived keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from smelt.pii.keys import ScrubKey
from smelt.pii.replace.conversation import Numbers


@dataclass(frozen=True)
class Keys:
    """The derived keys of one scrubber, derived once."""

    hash_key: bytes = field(repr=False)
    surrogate_key: bytes = field(repr=False)

    @classmethod
    def of(cls, key: ScrubKey) -> Keys:
        """Both keys of one version of the secret."""
        return cls(key.derive("hash"), key.derive("surrogate"))


@dataclass(frozen=True)
class Context:
    """One conversation's context; contexts with equal content give equal replacements."""

    keys: Keys
    numbers: Numbers

    @property
    def hash_key(self) -> bytes:
        """The key of the ``hash`` policy and of the audit table's hashes."""
        return self.keys.hash_key

    @property
    def surrogate_key(self) -> bytes:
        """The key of the ``surrogate`` policy."""
        return self.keys.surrogate_key
