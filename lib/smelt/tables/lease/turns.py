"""A lease that all threads of one Warehouse share."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from smelt.tables.lease.lease import Lease, LeaseLost


class Turns:
    """Takes the lease when the first writing block begins, and gives it back when the last one ends."""

    def __init__(self, make: Callable[[], Lease], *, wait: float, fence: Callable[[], None]) -> None:
        """``fence`` is called before the first write if commits of an earlier owner may still arrive."""
        self._make, self._wait, self._fence = make, wait, fence
        self._lock = threading.RLock()
        self._depth = 0
        self._lease: Lease | None = None

    @contextlib.contextmanager
    def writing(self, purpose: str) -> Iterator[None]:
        """Hold the lease for the block; blocks may nest and run in several threads. Raises WarehouseBusy."""
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
        """Raise LeaseLost if this process must not commit any more."""
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
