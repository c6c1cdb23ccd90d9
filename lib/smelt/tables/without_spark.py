"""Reads and writes the tables of a warehouse without Spark: with delta-rs, on a disk or an object store.

Contracts and lease are those of :class:`smelt.tables.warehouse.Warehouse`: each can use tables that the other made, and
only one of them writes at a time. Meant for stages that calculate rather than join the whole warehouse. Catalogs need
Spark. delta-rs's messages quote rows that violate a CHECK, so errors here name its error class only.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from smelt.errors import ContractError, EnvironmentProblem, MissingExtra
from smelt.tables.arrow_rows import arrow_rows, conformed
from smelt.tables.contract import all_contracts, contract
from smelt.tables.delta_writes import created, marks_of
from smelt.tables.lease.claims import Claims
from smelt.tables.lease.folder import FolderClaims
from smelt.tables.lease.lease import Lease
from smelt.tables.lease.terms import APPENDED_BY_ALL, BY_COMMITS, FENCE, LEASES, ON_DISK, ON_S3, WAIT_SECONDS
from smelt.tables.lease.turns import Turns
from smelt.tables.local_delta import uri_of
from smelt.tables.location import TablePlaces, resolved

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as ds
    from deltalake import DeltaTable
    from typing_extensions import Unpack

    from smelt.tables.config import WarehouseConfig
    from smelt.tables.location import Place


class PlainTables(TablePlaces):
    """Reads and writes the tables of one warehouse with delta-rs. Raises EnvironmentProblem for a catalog."""

    def __init__(
        self, *, wait_seconds: float = WAIT_SECONDS, turns: Turns | None = None, **place: Unpack[Place]
    ) -> None:
        """``turns``: those of a Warehouse in this process, to share its lease."""
        super().__init__(**place)
        if self.catalog:
            raise EnvironmentProblem(
                f"the warehouse in catalog {self.catalog} is written by Spark only",
                ["name its folder or store as warehouse.root, without warehouse.catalog"],
            )
        self.root = resolved(self.root, "file:")
        self._turns = turns or Turns(self._lease, wait=wait_seconds, fence=self._fence)

    @classmethod
    def of(cls, config: WarehouseConfig, *, turns: Turns | None = None) -> PlainTables:
        """The tables of the configured warehouse."""
        return cls(turns=turns, **config.model_dump())

    # -- reading -----------------------------------------------------------------------------------

    def exists(self, table: str) -> bool:
        """Whether the table was created."""
        return self.opened(table) is not None

    def version(self, table: str) -> int | None:
        """The newest version of the table, or None where it does not exist."""
        found = self.opened(table)
        return None if found is None else int(found.version())

    def dataset(self, table: str) -> ds.Dataset:
        """The newest version of the table as an Arrow dataset, which is empty if there is no table."""
        import pyarrow as pa
        import pyarrow.dataset as ds

        found = self.opened(table)
        if found is None:
            schema = contract(table).arrow_schema()
            return ds.dataset(pa.Table.from_batches([], schema))
        return found.to_pyarrow_dataset()

    def read(self, table: str, columns: Sequence[str] | None = None, where: Any = None) -> pa.Table:
        """``columns`` (default: all of the contract) of the rows for which ``where``, an Arrow expression, holds.

        A column that the table does not have yet is null.
        """
        import pyarrow as pa

        wanted = contract(table).arrow_schema(*(columns or ()))
        source = self.dataset(table)
        held = [name for name in wanted.names if name in source.schema.names]
        rows = source.to_table(columns=held, filter=where)
        for field in wanted:
            if field.name not in held:
                rows = rows.append_column(field.name, pa.nulls(rows.num_rows, field.type))
        return rows.select(wanted.names).cast(wanted)

    # -- writing -----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def writing(self, purpose: str) -> Iterator[None]:
        """Hold the lease for the block, as :meth:`smelt.tables.warehouse.Warehouse.writing` does."""
        with self._turns.writing(purpose):
            self._turns.check()
            yield

    def create(self, *tables: str) -> None:
        """Create missing tables and add missing nullable columns. Raises ContractError for any other difference."""
        problems: list[str] = []
        for table in tables:
            found = self.opened(table)
            if found is None:
                with self.writing(f"making {table}"):
                    self.make(table)
            else:
                problems += self._compared(table, found)
        if problems:
            raise ContractError("tables differ from their contracts in schemas/", problems)

    def append(self, table: str, rows: pa.Table, *, transaction: tuple[str, int] | None = None) -> bool:
        """Append rows; returns whether it did: a ``transaction`` (application, number) is committed only once."""
        from deltalake import write_deltalake

        if not rows.num_rows:
            return False
        with self.writing(f"a write to {table}"), _quiet(table):
            self.create(table)
            target = self._there(table)
            marks = marks_of(target, transaction)
            if marks is None:
                return False
            write_deltalake(
                target,
                conformed(contract(table), rows),
                mode="append",
                commit_properties=marks,
            )
        return True

    def append_rows(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """:meth:`append` a few Python rows, values in the order of the contract's columns."""
        self.append(table, arrow_rows(rows, contract(table).arrow_schema()))

    def merge(self, table: str, rows: pa.Table) -> None:
        """Replace rows with the same key and insert new ones; ``rows`` has one row per key. Atomic."""
        if not rows.num_rows:
            return
        with self.writing(f"a write to {table}"), _quiet(table):
            self.create(table)
            declared = contract(table)
            on = [*declared.key, *(name for name in declared.partition_by if name not in declared.key)]
            predicate = " AND ".join(f't."{name}" = s."{name}"' for name in on)
            merger = self._there(table).merge(
                conformed(contract(table), rows), predicate, source_alias="s", target_alias="t"
            )
            merger.when_matched_update_all().when_not_matched_insert_all().execute()

    def delete(self, table: str, column: str, values: Sequence[str]) -> int:
        """Delete the rows whose ``column`` is one of ``values``; returns how many."""
        return self.delete_keys(table, (column,), [(value,) for value in sorted(set(values))])

    def delete_keys(self, table: str, columns: Sequence[str], keys: Sequence[Sequence[Any]]) -> int:
        """Delete the rows whose ``columns`` equal one of ``keys``; returns how many."""
        if not keys or not self.exists(table):
            return 0
        gone = arrow_rows(keys, contract(table).arrow_schema(*columns))
        predicate = " AND ".join(f't."{name}" = s."{name}"' for name in columns)
        with self.writing(f"a deletion in {table}"), _quiet(table):
            merger = self._there(table).merge(gone, predicate, source_alias="s", target_alias="t")
            return int(merger.when_matched_delete().execute()["num_target_rows_deleted"])

    # -- inside ------------------------------------------------------------------------------------

    def place(self, table: str) -> str:
        """The URI of the table's folder for delta-rs.

        Raises EnvironmentProblem for a path that delta-rs cannot handle.
        """
        place = self.location(table)
        uri = uri_of(place)
        if uri is None:
            raise EnvironmentProblem(
                f"{place} cannot be used without Spark", ["its path holds signs that delta-rs cannot have"]
            )
        return uri

    def opened(self, table: str) -> DeltaTable | None:
        """Open the newest version of the table; None where it does not exist.

        Raises EnvironmentProblem, MissingExtra.
        """
        try:
            from deltalake import DeltaTable
            from deltalake.exceptions import DeltaError, TableNotFoundError
        except ImportError:
            raise MissingExtra("deltalake", "monitor") from None
        if self.is_on_disk and not os.path.isdir(self.location(table)):
            return None
        try:
            return DeltaTable(self.place(table))
        except TableNotFoundError:
            return None
        except (DeltaError, OSError) as error:
            raise EnvironmentProblem(
                f"{table} {self.described} cannot be read", [type(error).__name__]
            ) from None

    def _there(self, table: str) -> DeltaTable:
        found = self.opened(table)
        if found is None:
            raise EnvironmentProblem(f"{table} {self.described} is gone", ["another process removed it"])
        return found

    def make(self, table: str) -> DeltaTable:
        """Create a table from its contract; the caller sees to the lease."""
        return created(self.place(table), contract(table), mode="ignore")

    def _compared(self, table: str, found: DeltaTable) -> list[str]:
        """Add missing nullable columns; returns every other difference from the contract."""
        import pyarrow as pa
        from deltalake import Field, Schema

        declared = contract(table)
        real = pa.schema(found.schema().to_arrow())
        missing = [column for column in declared.columns if column.name not in real.names]
        lost = [column.name for column in missing if not column.nullable]
        later = [column.name for column in missing if column.nullable]
        if later and not lost:
            wanted = Schema.from_arrow(declared.arrow_schema(*later))
            with self.writing(f"columns of {table}"):
                found.alter.add_columns(
                    [Field(each.name, each.type, nullable=True) for each in wanted.fields]
                )
        extra = [name for name in real.names if name not in declared.column_names]
        return [f"{table}: column {name} is missing" for name in lost] + [
            f"{table}: column {name} is not in the contract" for name in extra
        ]

    def _claims(self) -> Claims:
        if self.is_on_disk:
            return FolderClaims(f"{self.root}/{LEASES}")
        if self._is_in_bucket:
            from smelt.tables.lease.objects import ObjectClaims, s3_store

            return ObjectClaims(s3_store(self.root, {}), LEASES)
        from smelt.tables.lease.plain import PlainClaims

        return PlainClaims(self)

    def _lease(self) -> Lease:
        if self.is_on_disk:
            os.makedirs(self.root, exist_ok=True)
        pace = ON_DISK if self.is_on_disk else ON_S3 if self._is_in_bucket else BY_COMMITS
        is_cheap = self.is_on_disk or self._is_in_bucket
        return Lease(self._claims(), pace, java=None, owns_java=True, looks_up=is_cheap)

    @property
    def _is_in_bucket(self) -> bool:
        return self.root.startswith(("s3:", "s3a:", "s3n:"))

    def _fence(self) -> None:
        """Make unfinished commits of an earlier owner fail, as :meth:`smelt.tables.writer.LeasedTables._fence` does."""
        mark = os.urandom(8).hex()
        for table in all_contracts():
            found = None if table in APPENDED_BY_ALL else self.opened(table)
            if found is not None:
                found.alter.set_table_properties({FENCE: mark}, raise_if_not_exists=False)


@contextlib.contextmanager
def _quiet(table: str) -> Iterator[None]:
    """Replace an error of delta-rs by one with its class only: its message may quote rows."""
    from deltalake.exceptions import DeltaError

    try:
        yield
    except DeltaError as error:
        raise EnvironmentProblem(f"{table} could not be written", [type(error).__name__]) from None
