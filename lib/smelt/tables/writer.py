"""One process writes to a warehouse at a time: what makes sure of it, under the methods that write.

Every method that writes holds the warehouse's lease while it does, a longer piece of work as a whole
(:meth:`LeasedTables.writing`). Readers never wait.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from smelt.tables import arrow_writes, local_delta
from smelt.tables.contract import all_contracts
from smelt.tables.filesystem import s3_options
from smelt.tables.lease.claims import Claims
from smelt.tables.lease.folder import FolderClaims
from smelt.tables.lease.lease import Lease, Pace
from smelt.tables.lease.objects import ObjectClaims, s3_store
from smelt.tables.lease.process import child_jvm
from smelt.tables.lease.table import TableClaims
from smelt.tables.lease.turns import Turns
from smelt.tables.scratch import ScratchTables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from typing_extensions import Unpack

    from smelt.tables.location import Place

WAIT_SECONDS = 120.0
"""For another writer; longer than an owner takes to expire, so that a dead one is always followed."""

ON_DISK = Pace(beat=10, expiry=60)
ON_S3 = Pace(beat=15, expiry=60, poll=1)
BY_COMMITS = Pace(beat=30, expiry=100, poll=2)
"""Every sign of life is a commit there."""

LEASES = ".lease"
"""Folder below the root of a warehouse on a disk or in a bucket."""

NOTES = ".lease-of-notes"
"""The same for the tables of APPENDED_BY_ALL, where appends could overwrite each other."""

APPENDED_BY_ALL = ("ops.access_log", "ops.exports", "ops.leases")
"""Tables written without the lease: each row is an append by itself, and none of their files is removed early."""

_CHANGE_NO_ROWS = (
    "OPTIMIZE",
    "REORG",
    "VACUUM START",
    "VACUUM END",
    "SET TBLPROPERTIES",
    "CHANGE COLUMN",
    "UPDATE FIELD METADATA",
)
"""Operations as Delta's history names them."""

P = ParamSpec("P")
Tables = TypeVar("Tables", bound="LeasedTables")


def leased(
    method: Callable[Concatenate[Tables, str, P], None],
) -> Callable[Concatenate[Tables, str, P], None]:
    """A method that writes to a table: under the lease, which is looked at again just before."""

    @wraps(method)
    def under_lease(self: Tables, table: str, /, *args: P.args, **kwargs: P.kwargs) -> None:
        if table in APPENDED_BY_ALL:
            with self._appending(table):
                method(self, table, *args, **kwargs)
            return
        with self.writing(f"a write to {table}"):
            method(self, table, *args, **kwargs)

    return under_lease


class LeasedTables(ScratchTables):
    """Tables that one process writes at a time."""

    def __init__(
        self, spark: SparkSession, *, wait_seconds: float = WAIT_SECONDS, **place: Unpack[Place]
    ) -> None:
        super().__init__(spark, **place)
        self._turns = Turns(self._new_lease, wait=wait_seconds, fence=self._fence)
        self._notes = Turns(lambda: self._new_lease(NOTES), wait=wait_seconds, fence=lambda: None)

    @property
    def turns(self) -> Turns:
        """Who shares them writes under this warehouse's lease."""
        return self._turns

    @contextlib.contextmanager
    def writing(self, purpose: str) -> Iterator[None]:
        """Be the one process that writes, as long as the block lasts; blocks nest, and threads share them.

        ``purpose`` is what others are told: no personal data. Raises WarehouseBusy where another process still writes
        after ``wait_seconds``, and LeaseLost where the lease went to another one meanwhile.
        """
        with self._turns.writing(purpose):
            self._turns.check()
            yield

    @contextlib.contextmanager
    def scratch(self, df: DataFrame, name: str) -> Iterator[DataFrame]:
        """A temporary table (see ScratchTables); under the lease, whose next owner sweeps what is left of them."""
        with self.writing(f"scratch of {name}"), super().scratch(df, name) as rows:
            yield rows

    def claims(self, folder: str = LEASES) -> Claims:
        """Where it stands who writes."""
        if self.is_on_disk:
            return FolderClaims(f"{self.root}/{folder}")
        if self.is_on_s3:
            return ObjectClaims(s3_store(self.root, s3_options(self.spark, self.root)), folder)
        return TableClaims(self)

    @contextlib.contextmanager
    def _appending(self, table: str) -> Iterator[None]:
        """Append to a table of APPENDED_BY_ALL: at once, but one after the other on S3, beside whoever writes."""
        with self._notes.writing(f"an entry in {table}") if self.is_on_s3 else contextlib.nullcontext():
            yield

    def holds_the_same_since(self, table: str, version: int) -> bool:
        """Whether the rows are those of ``version``: nothing was written since but what leaves them as they are."""
        newest = self.version(table)
        if newest is None or newest <= version:
            return newest == version
        found = self._snapshot(table)
        if found is not None:
            return local_delta.operations_since(found, version) <= set(_CHANGE_NO_ROWS)
        history = self.spark.sql(
            f"DESCRIBE HISTORY {self.identifier(table)} LIMIT {newest - version}"
        ).collect()
        operations = {row["version"]: row["operation"] for row in history}
        return all(operations.get(number) in _CHANGE_NO_ROWS for number in range(version + 1, newest + 1))

    def _is_written_here(self, table: str) -> bool:
        """Whether delta-rs can write to a table that exists: it does so on this machine's disk, in milliseconds."""
        found = self._snapshot(table)
        return found is not None and local_delta.is_writable(found)

    def set_property(self, table: str, name: str, value: str) -> None:
        """Set a property of a table that exists."""
        if self._is_written_here(table):
            arrow_writes.set_property(self.location(table), name, value)
        else:
            self.spark.sql(
                f"ALTER TABLE {self.identifier(table)} SET TBLPROPERTIES ('{name}' = '{value}')"
            ).collect()

    def _new_lease(self, folder: str = LEASES) -> Lease:
        self.check_writable()
        java = child_jvm(self.spark)
        pace = ON_DISK if self.is_on_disk else ON_S3 if self.is_on_s3 else BY_COMMITS
        is_cheap = self.is_on_disk or self.is_on_s3
        is_all = java is not None or self.is_embedded  # the embedded engine lives and dies with this process
        return Lease(self.claims(folder), pace, java=java, owns_java=is_all, looks_up=is_cheap)

    def _fence(self) -> None:
        """Make commits fail that an earlier owner began: Delta refuses one if the table's metadata changed since."""
        mark = os.urandom(8).hex()
        tables = [table for table in all_contracts() if table not in APPENDED_BY_ALL and self.exists(table)]

        def alter(table: str) -> None:
            self.set_property(table, "smelt.fence", mark)

        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(alter, tables))
