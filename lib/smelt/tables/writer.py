"""Makes sure that only one process at a time writes to a warehouse.

Every writing method holds the warehouse's lease while it runs; :meth:`LeasedTables.writing` holds it for a longer piece
of work. Readers never wait.
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
from smelt.tables.lease.lease import Lease
from smelt.tables.lease.objects import ObjectClaims, s3_store
from smelt.tables.lease.process import child_jvm
from smelt.tables.lease.table import TableClaims
from smelt.tables.lease.terms import (
    APPENDED_BY_ALL,
    BY_COMMITS,
    FENCE,
    LEASES,
    NOTES,
    ON_DISK,
    ON_S3,
    WAIT_SECONDS,
)
from smelt.tables.lease.turns import Turns
from smelt.tables.scratch import ScratchTables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from typing_extensions import Unpack

    from smelt.tables.location import Place

_CHANGE_NO_ROWS = (
    "OPTIMIZE",
    "REORG",
    "VACUUM START",
    "VACUUM END",
    "SET TBLPROPERTIES",
    "CHANGE COLUMN",
    "UPDATE FIELD METADATA",
)
"""Operations, by their names in Delta's history, that leave a table's rows unchanged."""

P = ParamSpec("P")
Tables = TypeVar("Tables", bound="LeasedTables")


def leased(
    method: Callable[Concatenate[Tables, str, P], None],
) -> Callable[Concatenate[Tables, str, P], None]:
    """Decorate a method that writes to a table: it holds the lease, and checks it again just before it starts."""

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
    """Tables that only one process at a time may write."""

    def __init__(
        self, spark: SparkSession, *, wait_seconds: float = WAIT_SECONDS, **place: Unpack[Place]
    ) -> None:
        super().__init__(spark, **place)
        self._turns = Turns(self._new_lease, wait=wait_seconds, fence=self._fence)
        self._notes = Turns(lambda: self._new_lease(NOTES), wait=wait_seconds, fence=lambda: None)

    @property
    def turns(self) -> Turns:
        """The turns of this warehouse's lease, for others in this process to share."""
        return self._turns

    @contextlib.contextmanager
    def writing(self, purpose: str) -> Iterator[None]:
        """Hold the exclusive right to write while the block lasts; blocks nest, and threads of this object share it.

        ``purpose`` is shown to waiting processes: no personal data. Raises WarehouseBusy if another process still
        writes after ``wait_seconds``, and LeaseLost if another process took the lease over meanwhile.
        """
        with self._turns.writing(purpose):
            self._turns.check()
            yield

    @contextlib.contextmanager
    def scratch(self, df: DataFrame, name: str) -> Iterator[DataFrame]:
        """:meth:`ScratchTables.scratch` under the lease, whose next owner removes abandoned temporary tables."""
        with self.writing(f"scratch of {name}"), super().scratch(df, name) as rows:
            yield rows

    def claims(self, folder: str = LEASES) -> Claims:
        """The store of the claims, chosen by where the warehouse is."""
        if self.is_on_disk:
            return FolderClaims(f"{self.root}/{folder}")
        if self.is_on_s3:
            return ObjectClaims(s3_store(self.root, s3_options(self.spark, self.root)), folder)
        return TableClaims(self)

    @contextlib.contextmanager
    def _appending(self, table: str) -> Iterator[None]:
        """Allow an append to a table of APPENDED_BY_ALL beside another writer; on S3 one such append at a time."""
        with self._notes.writing(f"an entry in {table}") if self.is_on_s3 else contextlib.nullcontext():
            yield

    def holds_the_same_since(self, table: str, version: int) -> bool:
        """Whether the table's rows are still those of ``version``: every later commit left them unchanged."""
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
        """Whether an existing table can be written by delta-rs, in milliseconds: it is on this machine's disk."""
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
        is_all = java is not None or self.is_embedded  # the embedded engine ends with this process
        return Lease(self.claims(folder), pace, java=java, owns_java=is_all, looks_up=is_cheap)

    def _fence(self) -> None:
        """Make unfinished commits of an earlier owner fail: Delta refuses a commit if the table's metadata changed
        meanwhile."""
        mark = os.urandom(8).hex()
        tables = [table for table in all_contracts() if table not in APPENDED_BY_ALL and self.exists(table)]

        def alter(table: str) -> None:
            self.set_property(table, FENCE, mark)

        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(alter, tables))
