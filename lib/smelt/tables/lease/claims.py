"""Claims: the numbered entries of a lease, of which only one can bear a number, and the newest counts.

A lease is kept as Delta keeps a table's log: an entry is written if no other has its number yet. To take the lease, to
keep it and to give it back are all the same act, so none can overwrite what another did in between.
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
    """One entry. ``broken`` frees a lease whose owner did not give it back: its commits may still be on their way."""

    number: int
    token: str
    """Of the owner; another one every time."""
    state: State
    purpose: str
    """What the owner does, e.g. ``run 20261124T093000-1f2e3d4c``."""
    host: str
    machine: str
    user: str
    pids: tuple[Pid, ...]
    """Of the owner: Python, and Java where it was started by it."""
    owns_java: bool
    """Whether nothing of the owner is left once ``pids`` are gone. A shared JVM or a server may work on."""
    since: str
    """When the lease was taken, by the owner's clock, ISO 8601, UTC; for people to read."""
    seen: str
    """When the entry was written, by the owner's clock."""
    expires_after: float
    """Seconds without a new entry after which the owner counts as dead."""

    @property
    def is_held(self) -> bool:
        """Whether somebody has the lease by this entry."""
        return self.state == "held"

    def is_of_the_dead(self, here: str, active: Sequence[str]) -> bool:
        """Whether nothing of the owner is left, as far as this machine can see.

        ``here`` is this machine, ``active`` are the tokens that this very process holds.
        """
        if self.machine != here or not self.owns_java or not self.pids:
            return False
        return all(is_gone(each) for each in self.pids) and self.token not in active

    def described(self) -> str:
        """For people: ``run 2026... (process 412 on host-a, user ci, since 09:30:00 UTC, last sign 09:31:10 UTC)``."""
        numbers = " and ".join(str(each.number) for each in self.pids) or "unknown"
        return (
            f"{self.purpose} (process {numbers} on {self.host}, user {self.user}, since {_short(self.since)},"
            f" last sign {_short(self.seen)})"
        )

    @classmethod
    def unreadable(cls, number: int) -> Claim:
        """Of an entry that a power cut left without content: somebody's, until it expires."""
        nobody = ("", "an unreadable claim", "unknown host", "", "unknown")
        token, purpose, host, machine, user = nobody
        return cls(number, token, "held", purpose, host, machine, user, (), False, "", "", UNREADABLE_EXPIRES)

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Claim:
        """The claim of :meth:`to_json`; keys of later versions are left out. Raises ValueError."""
        try:
            values = json.loads(text)
            known = {name: values[name] for name in cls.__dataclass_fields__}
            return cls(**known | {"pids": tuple(Pid(*each) for each in known["pids"])})
        except (KeyError, TypeError) as error:
            raise ValueError("not a claim") from error


UNREADABLE_EXPIRES = 60.0
"""Seconds, as nobody can read how long it was meant to last."""


class Claims(Protocol):
    """Where claims are kept."""

    def newest(self) -> Claim | None:
        """The claim that counts, or None where nobody ever wrote."""

    def put(self, claim: Claim) -> bool:
        """Write a claim unless its number is taken; whether it is now the newest."""


def now() -> str:
    """This moment as claims write it."""
    return dt.datetime.now(dt.timezone.utc).isoformat(timespec="milliseconds")


def _short(moment: str) -> str:
    try:
        at = dt.datetime.fromisoformat(moment)
    except ValueError:
        return "an unknown time"
    today = dt.datetime.now(dt.timezone.utc).date()
    return f"{at:%H:%M:%S} UTC" if at.date() == today else f"{at:%Y-%m-%d %H:%M:%S} UTC"
