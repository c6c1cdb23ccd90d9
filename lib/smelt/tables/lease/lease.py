"""The lease itself: waits for its turn, renews itself in a thread, and detects that it was lost."""

from __future__ import annotations

import logging
import os
import platform
import threading
import time
import uuid
from collections.abc import Callable
from typing import NamedTuple

from smelt.errors import SmeltError
from smelt.tables.lease.claims import Claim, Claims, State, now
from smelt.tables.lease.process import Pid, machine, pid, user

log = logging.getLogger(__name__)

_ACTIVE: set[str] = set()
"""Tokens of the leases that this process holds."""


class WarehouseBusy(SmeltError):
    """Raised when another process still writes to the warehouse after the time to wait."""

    exit_code = 3


class LeaseLost(SmeltError):
    """Raised before a commit when this process no longer holds the lease: another one took over."""

    exit_code = 3


class Pace(NamedTuple):
    """Seconds between renewals (``beat``), without one until an owner counts as dead (``expiry``), between looks
    (``poll``)."""

    beat: float
    expiry: float
    poll: float = 0.25

    @property
    def own_expiry(self) -> float:
        """Seconds without a successful renewal after which an owner stops by itself, before others may take over."""
        return self.expiry * 0.75


class Lease:
    """The exclusive right to write to one warehouse: take it, write, give it back."""

    def __init__(
        self, claims: Claims, pace: Pace, *, java: int | None, owns_java: bool, looks_up: bool = True
    ) -> None:
        """``looks_up``: reading the claims is cheap, so do it before every commit."""
        self._claims, self._pace, self._looks_up = claims, pace, looks_up
        self._java, self._owns_java = java, owns_java
        self._claim: Claim | None = None
        self._lost: str | None = None
        self._renewed = 0.0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def take(self, purpose: str, wait: float) -> bool:
        """Take the lease within ``wait`` seconds; returns whether commits of an earlier owner may still arrive.

        A lease whose owner's processes on this machine are gone is taken over at once. Any other owner counts as dead
        after this process has watched for the claim's whole expiry time without seeing a renewal; no clocks are
        compared. Raises WarehouseBusy.
        """
        begun = clock()
        watched: tuple[int, float] | None = None
        while True:
            newest = self._claims.newest()
            number = newest.number if newest else 0
            is_doubtful = False
            if newest is not None and newest.state == "broken":
                is_doubtful = True
            elif (
                newest is not None and newest.is_held and not newest.is_of_the_dead(machine(), tuple(_ACTIVE))
            ):
                if watched is None or watched[0] != number:
                    if watched is None and wait:
                        log.warning("waiting for %s", newest.described())
                    watched = (number, clock())
                is_doubtful = clock() - watched[1] >= newest.expires_after
                if not is_doubtful:
                    if clock() - begun >= wait:
                        raise WarehouseBusy(_busy(newest, wait))
                    time.sleep(min(self._pace.poll, max(wait, 0.01)))
                    continue
            if self._put_first(number + 1, purpose):
                return is_doubtful
            watched = None

    def _put_first(self, number: int, purpose: str) -> bool:
        token = uuid.uuid4().hex
        claim = self._new_claim(number, token, "held", purpose, now())
        _ACTIVE.add(token)
        put_at = clock()
        try:
            is_mine = self._claims.put(claim)
        except BaseException:
            _ACTIVE.discard(token)
            raise
        if not is_mine:
            _ACTIVE.discard(token)
            return False
        self._claim, self._lost, self._renewed = claim, None, put_at
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, args=(self._stop,), name="lease", daemon=True)
        self._thread.start()
        return True

    def check(self) -> None:
        """Raise LeaseLost where this process must not commit any more."""
        claim = self._claim
        if claim is None:
            raise LeaseLost("the lease of the warehouse is not held")
        if self._lost is None and clock() - self._renewed > self._pace.own_expiry:
            self._lost = "no sign of life could be written in time"
        if self._lost is None and self._looks_up:
            newest = self._claims.newest()
            if newest is None or newest.token != claim.token or not newest.is_held:
                self._lost = "it was taken by " + (newest.described() if newest else "nobody")
        if self._lost is not None:
            raise LeaseLost(f"the lease of the warehouse was lost: {self._lost}; nothing more is written")

    def give_back(self) -> None:
        """Free the lease for the next owner.

        If that cannot be written, the lease is free once this process has ended.
        """
        self._stop.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()
        claim, self._claim = self._claim, None
        if claim is None:
            return
        _ACTIVE.discard(claim.token)
        try:
            self._claims.put(
                self._new_claim(claim.number + 1, claim.token, "free", claim.purpose, claim.since)
            )
        except Exception as error:  # for example a full disk: the work itself is done and committed
            log.warning("the lease could not be given back: %s", type(error).__name__)

    def _beat(self, stop: threading.Event) -> None:
        while not stop.wait(self._pace.beat):
            claim = self._claim
            if claim is None or self._lost is not None:
                return
            put_at = clock()
            following = self._new_claim(claim.number + 1, claim.token, "held", claim.purpose, claim.since)
            try:
                if self._claims.put(following):
                    self._claim, self._renewed = following, put_at
                    continue
                newest = self._claims.newest()
            except Exception as error:  # tried again at the next beat, until own_expiry
                log.debug("no sign of life: %s", type(error).__name__)
                continue
            if newest is not None and newest.token == claim.token and newest.is_held:
                self._claim, self._renewed = newest, put_at  # the claim was written, only the answer was lost
                continue
            self._lost = "it was taken by " + (newest.described() if newest else "nobody")

    def _new_claim(self, number: int, token: str, state: State, purpose: str, since: str) -> Claim:
        return made(
            number,
            token,
            state,
            purpose,
            since,
            self._pace.expiry,
            java=self._java,
            owns_java=self._owns_java,
        )


def made(
    number: int,
    token: str,
    state: State,
    purpose: str,
    since: str,
    expires_after: float,
    *,
    java: int | None = None,
    owns_java: bool = True,
) -> Claim:
    """A claim of this process with a new ``seen`` time."""
    return Claim(
        number=number,
        token=token,
        state=state,
        purpose=purpose,
        host=platform.node(),
        machine=machine(),
        user=user(),
        pids=own_pids(java),
        owns_java=owns_java,
        since=since,
        seen=now(),
        expires_after=expires_after,
    )


def break_lease(claims: Claims, newest: Claim) -> bool:
    """Free a held lease, whose owner then stops before its next commit; returns whether ``newest`` was still in
    force."""
    token = uuid.uuid4().hex
    return claims.put(made(newest.number + 1, token, "broken", "unlock", now(), newest.expires_after))


def own_pids(java: int | None) -> tuple[Pid, ...]:
    """This process and, unless ``java`` is None, its JVM."""
    return tuple(pid(number) for number in (os.getpid(), java) if number is not None)


def _busy(newest: Claim, wait: float) -> str:
    return (
        f"another process writes to this warehouse: {newest.described()}. Waited {wait:.0f} s"
        " (warehouse.wait_seconds); `smelt unlock` shows whose lease it is and can free it"
    )


def _clock() -> Callable[[], float]:
    boot = getattr(time, "CLOCK_BOOTTIME", None)  # goes on while a machine sleeps, unlike CLOCK_MONOTONIC
    return time.monotonic if boot is None else lambda: time.clock_gettime(boot)


clock = _clock()
"""Monotonic seconds, including time that the machine was suspended where the system counts it."""
