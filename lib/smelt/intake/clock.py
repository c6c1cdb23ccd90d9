"""Whether this machine's clock can be believed: what was written, by whomever, was not written in the future.

A clock that is behind makes times of records look like times to come, which are no times of anything that happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
TOLERANCE = dt.timedelta(minutes=5)
"""Clocks of two machines that are kept right differ by less."""
BELIEVED = dt.timedelta(days=31)
"""A file that is further ahead has a wrong time itself."""


def latest_known(now: dt.datetime, files: Iterable[int], runs: Iterable[dt.datetime]) -> dt.datetime:
    """The latest moment that is known to have been: now, or when a file (microseconds) or a run was written."""
    limit = now + BELIEVED
    written = (EPOCH + dt.timedelta(microseconds=moment) for moment in files)
    return max([now, *runs, *(moment for moment in written if moment <= limit)])


def problem_of(now: dt.datetime, known: dt.datetime) -> str | None:
    """In words, by how much the clock is behind; None where it may be right."""
    behind = known - now
    if behind <= TOLERANCE:
        return None
    hours, minutes = divmod(int(behind.total_seconds()) // 60, 60)
    return (
        f"this machine's clock is at least {hours:,} h {minutes} min behind: something was written at"
        f" {known:%Y-%m-%d %H:%M} UTC; files are not marked as read, and will be read again"
    )
