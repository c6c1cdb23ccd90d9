"""Detects that this machine's clock is behind: files and runs cannot have been written in the future.

With a clock that is behind, true times of records look like future times, which are rejected as errors.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
TOLERANCE = dt.timedelta(minutes=5)
"""Synchronised clocks of two machines differ by less."""
BELIEVED = dt.timedelta(days=31)
"""A file dated further in the future than this is assumed to have a wrong date itself."""


def latest_known(now: dt.datetime, files: Iterable[int], runs: Iterable[dt.datetime]) -> dt.datetime:
    """The latest moment known to have passed: ``now``, or when a file (microseconds since 1970) or a run was
    written."""
    limit = now + BELIEVED
    written = (EPOCH + dt.timedelta(microseconds=moment) for moment in files)
    return max([now, *runs, *(moment for moment in written if moment <= limit)])


def problem_of(now: dt.datetime, known: dt.datetime) -> str | None:
    """A message saying by how much the clock is behind; None if it may be right."""
    behind = known - now
    if behind <= TOLERANCE:
        return None
    hours, minutes = divmod(int(behind.total_seconds()) // 60, 60)
    return (
        f"this machine's clock is at least {hours:,} h {minutes} min behind: something was written at"
        f" {known:%Y-%m-%d %H:%M} UTC; files are not marked as read, and will be read again"
    )
