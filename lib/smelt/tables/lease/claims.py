"""Claims: the numbered entries of a lease. Numbers are unique, and the claim with the highest number is in force.

A lease works like Delta's transaction log: an entry is written only if no other has its number yet. Taking, renewing
and giving back the lease are all such writes, so none can overwrite what another process did in between.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, Protocol

from smelt.tables.lease.process import Pid, is_gone

State = Literal["held", "free", "broken"]


@dataclass(frozen=True)
class Claim:
    """One entry. ``broken`` frees a lease that its owner did not give back; commits of that owner may still arrive."""

    number: int
    token: str
    """Identifies one taking of the lease by its owner; random."""
    state: State
    purpose: str
    """What the owner does, e.g. ``run 20261124T093000-1f2e3d4c``."""
    host: str
    machine: str
    user: str
    pids: tuple[Pid, ...]
    """The owner's processes: Python, and the JVM if Python started it."""
    owns_java: bool
    """Whether the owner can no longer commit once ``pids`` are gone; a shared JVM or a remote server could."""
    since: str
    """When the lease was taken, by the owner's clock (ISO 8601, UTC); for messages only, never compared."""
    seen: str
    """When the entry was written, by the owner's clock; for messages only."""
    expires_after: float
    """Seconds without a new entry after which the owner counts as dead."""

    @property
    def is_held(self) -> bool:
        """Whether this claim says that somebody holds the lease."""
        return self.state == "held"

    def is_of_the_dead(self, here: str, active: Sequence[str]) -> bool:
        """Whether the owner is certainly gone, as far as this machine can see.

        ``here`` is this machine's identity; ``active`` are the tokens that this process itself holds.
        """
        if self.machine != here or not self.owns_java or not self.pids:
            return False
        return all(is_gone(each) for each in self.pids) and self.token not in active

    def described(self) -> str:
        """For messages: ``run 2026... (process 412 on host-a, user ci, since 09:30:00 UTC, last sign 09:31:10
        UTC)``."""
        numbers = " and ".join(str(each.number) for each in self.pids) or "unknown"
        return (
            f"{self.purpose} (process {numbers} on {self.host}, user {self.user}, since {_short(self.since)},"
            f" last sign {_short(self.seen)})"
        )

    @classmethod
    def unreadable(cls, number: int) -> Claim:
        """The claim to assume for an entry that a power cut left empty: held by an unknown owner, until it expires."""
        nobody = ("", "an unreadable claim", "unknown host", "", "unknown")
        token, purpose, host, machine, user = nobody
        return cls(number, token, "held", purpose, host, machine, user, (), False, "", "", UNREADABLE_EXPIRES)

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Claim:
        """Parse :meth:`to_json`, ignoring keys of later versions. Raises ValueError."""
        try:
            values = json.loads(text)
            known = {name: values[name] for name in cls.__dataclass_fields__}
            return cls(**known | {"pids": tuple(Pid(*each) for each in known["pids"])})
        except (KeyError, TypeError) as error:
            raise ValueError("not a claim") from error


UNREADABLE_EXPIRES = 60.0
"""Seconds after which a claim expires that cannot be read."""


class Claims(Protocol):
    """The store of a lease's claims."""

    def newest(self) -> Claim | None:
        """The claim with the highest number; None where there is none yet."""

    def put(self, claim: Claim) -> bool:
        """Write a claim unless its number is taken; returns whether it is now the newest."""


def now() -> str:
    """The current time as claims write it: ISO 8601, UTC, milliseconds."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def _short(moment: str) -> str:
    try:
        at = dt.datetime.fromisoformat(moment)
    except ValueError:
        return "an unknown time"
    today = dt.datetime.now(dt.UTC).date()
    return f"{at:%H:%M:%S} UTC" if at.date() == today else f"{at:%Y-%m-%d %H:%M:%S} UTC"
