"""Whose turn it is to write: a lease that all threads of one Warehouse hold together."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from smelt.tables.lease.lease import Lease, LeaseLost


class Turns:
    """Takes the lease with the first block that writes, and gives it back with the last."""

    def __init__(self, make: Callable[[], Lease], *, wait: float, fence: Callable[[], None]) -> None:
        """``fence`` is called before anything is written where commits of an earlier owner may still be under way."""
        self._make, self._wait, self._fence = make, wait, fence
        self._lock = threading.RLock()
        self._depth = 0
        self._lease: Lease | None = None

    @contextlib.contextmanager
    def writing(self, purpose: str) -> Iterator[None]:
        """Hold the lease; blocks may be nested, and stand in several threads. Raises WarehouseBusy."""
        with self._lock:
            if self._lease is None:
                self._begin(purpose)
            self._depth += 1
        try:
            yield
        finally:
            with self._lock:
                self._depth -= 1
                if not self._depth:
                    self._end()

    def check(self) -> None:
        """Raise LeaseLost where this process must not commit any more."""
        lease = self._lease
        if lease is None:
            raise LeaseLost("the lease of the warehouse is not held")
        lease.check()

    def _begin(self, purpose: str) -> None:
        lease = self._make()
        is_doubtful = lease.take(purpose, self._wait)
        self._lease = lease
        if is_doubtful:
            try:
                self._fence()
            except BaseException:
                self._end()
                raise

    def _end(self) -> None:
        lease, self._lease = self._lease, None
        if lease is not None:
            lease.give_back()
