"""The terms of a warehouse's lease, the same for writers with and without Spark."""

from smelt.tables.lease.lease import Pace

WAIT_SECONDS = 120.0
"""Default time to wait for another writer; longer than any lease takes to expire, so a dead owner is always
replaced."""

ON_DISK = Pace(beat=10, expiry=60)
ON_S3 = Pace(beat=15, expiry=60, poll=1)
BY_COMMITS = Pace(beat=30, expiry=100, poll=2)
"""Slower, since every renewal is a Delta commit there."""

LEASES = ".lease"
"""Folder of the claims, below the root of a warehouse on a disk or in a bucket."""

NOTES = ".lease-of-notes"
"""Folder of the claims of a second lease, for appends to APPENDED_BY_ALL on S3, where they could overwrite each
other."""

APPENDED_BY_ALL = ("ops.access_log", "ops.exports", "ops.leases")
"""Tables written without the warehouse's lease: only single-row appends, and their files are never vacuumed early."""

FENCE = "smelt.fence"
"""Property of each table that a new owner changes, so that unfinished commits of an earlier owner fail."""
