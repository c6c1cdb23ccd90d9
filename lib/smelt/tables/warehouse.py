"""The Warehouse: the only way by which jobs read and write tables.

Tables are Delta tables: paths below a root, or three-level names when a catalog is configured. Everything goes through
SQL and the DataFrame reader and writer, so that it runs over Spark Connect too; on this machine's disk, small
operations do without Spark (:mod:`smelt.tables.local_delta`, :mod:`smelt.tables.delta_writes`).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from smelt.tables import arrow_writes, delta_writes
from smelt.tables.contract import contract
from smelt.tables.declared import DeclaredTables
from smelt.tables.embedded import to_arrow, to_batches
from smelt.tables.lease.terms import WAIT_SECONDS
from smelt.tables.writer import leased

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession
    from typing_extensions import Unpack

    from smelt.tables.location import Place


class Warehouse(DeclaredTables):
    """Reads and writes the tables of one warehouse."""

    def __init__(
        self, spark: SparkSession, *, wait_seconds: float = WAIT_SECONDS, **place: Unpack[Place]
    ) -> None:
        super().__init__(spark, wait_seconds=wait_seconds, **place)
        self._first_append: dict[str, tuple[str, int]] = {}
        """Table created by this object -> run_id and part of the first append to it."""

    # -- writing -----------------------------------------------------------------------------------

    @leased
    def append(self, table: str, df: DataFrame, *, run_id: str | None = None, part: int = 0) -> None:
        """Append rows, exactly once per ``run_id`` and ``part``: a second try of the same append does nothing.

        Without a ``run_id`` every call appends; Delta then need not search the table's transactions, which takes longer
        than a small commit. The search is also skipped for the first append to a table that this object created.
        """
        self.create(table)
        this = None if run_id is None else (run_id, part)
        if this is not None and self._first_append.get(table) == this:
            return
        if self.is_embedded:
            mark = None if run_id is None else (_application(table, run_id), part)
            rows = to_batches(contract(table).conform(df))
            arrow_writes.append(self.location(table), table, rows, transaction=mark)
            self._empty.discard(table)
            return
        marks = {}
        if this is not None and table not in self._empty:
            marks = {"txnAppId": _application(table, run_id), "txnVersion": str(part)}
        rows = contract(table).conform(df)
        if self.catalog:
            # Not saveAsTable: in a thread that did not create the session, it sees a table without columns.
            rows.writeTo(self.identifier(table)).options(**marks).append()
        else:
            rows.write.format("delta").mode("append").options(**marks).save(self.location(table))
        if this is not None and table in self._empty:
            self._first_append[table] = this
        self._empty.discard(table)

    @leased
    def append_rows(self, table: str, rows: Sequence[Sequence[Any]], *, run_id: str | None = None) -> None:
        """:meth:`append` a few Python rows, values in the order of the contract's columns."""
        self.create(table)
        found = self._snapshot(table) if rows else None
        if found is not None and not found.partition_columns:
            mark = None if run_id is None else (_application(table, run_id), 0)
            delta_writes.append_rows(found, rows, contract(table).column_names, transaction=mark)
            self._empty.discard(table)
        elif rows:
            df = self.spark.createDataFrame([tuple(row) for row in rows], contract(table).ddl())
            self.append(table, df, run_id=run_id)

    @leased
    def insert_new(self, table: str, row: Sequence[Any]) -> None:
        """Insert a row unless one with its key exists, even if inserted concurrently; the existing row stays."""
        self.create(table)
        declared = contract(table)
        found = self._snapshot(table)
        if found is not None and not found.partition_columns:
            delta_writes.insert_new(found, row, declared.column_names, declared.key)
            self._empty.discard(table)
            return
        on = " AND ".join(f"t.`{column}` = s.`{column}`" for column in declared.key)
        names = ", ".join(f"`{column}`" for column in declared.column_names)
        values = ", ".join(f"s.`{column}`" for column in declared.column_names)
        df = self.spark.createDataFrame([tuple(row)], declared.ddl())
        with self._view(declared.conform(df)) as view:
            self.spark.sql(
                f"MERGE INTO {self.identifier(table)} t USING {view} s ON {on}"
                f" WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({values})"
            ).collect()
        self._empty.discard(table)

    @leased
    def merge(self, table: str, df: DataFrame, *, delete: str | None = None) -> None:
        """MERGE rows on the contract's key: matching rows are replaced, new ones inserted.

        ``delete`` is a condition on the source (alias ``s``); matching rows for which it holds are deleted
        and never inserted. The source must have one row per key. Atomic: readers see all or nothing.
        """
        self.create(table)
        declared = contract(table)
        columns = df.columns
        extra = [name for name in columns if name not in declared.column_names]
        source = declared.conform(df.drop(*extra), [name for name in columns if name not in extra])
        if extra:
            source = df.select(*declared.column_names, *extra)
        if table in self._empty:
            self.append(table, source.alias("s").where(f"NOT ({delete})" if delete else "true").drop(*extra))
            return
        if self.is_embedded:
            arrow_writes.merge(self.location(table), table, to_arrow(source), key=declared.key, delete=delete)
            return
        on = " AND ".join(f"t.`{column}` = s.`{column}`" for column in declared.key)
        columns = declared.column_names
        assignments = ", ".join(f"t.`{column}` = s.`{column}`" for column in columns)
        inserted = ", ".join(f"`{column}`" for column in columns)
        values = ", ".join(f"s.`{column}`" for column in columns)
        deleting = f"WHEN MATCHED AND {delete} THEN DELETE\n" if delete else ""
        guard = f" AND NOT ({delete})" if delete else ""
        with self._view(source) as view:
            self.spark.sql(
                f"MERGE INTO {self.identifier(table)} t USING {view} s ON {on}\n{deleting}"
                f"WHEN MATCHED THEN UPDATE SET {assignments}\n"
                f"WHEN NOT MATCHED{guard} THEN INSERT ({inserted}) VALUES ({values})"
            ).collect()

    @leased
    def delete_keys(self, table: str, keys: DataFrame) -> None:
        """Delete the rows that match a row of ``keys`` (any columns of the table, distinct rows)."""
        if not self.exists(table):
            return
        if self.is_embedded:
            arrow_writes.delete_keys(self.location(table), table, to_arrow(keys.distinct()))
            return
        on = " AND ".join(f"t.`{column}` = s.`{column}`" for column in keys.columns)
        with self._view(keys.distinct()) as view:
            self.spark.sql(
                f"MERGE INTO {self.identifier(table)} t USING {view} s ON {on} WHEN MATCHED THEN DELETE"
            ).collect()

    @leased
    def replace_where(self, table: str, df: DataFrame, predicate: str) -> None:
        """Atomically replace the rows for which ``predicate`` holds; every new row must satisfy it."""
        self.create(table)
        # With nothing to replace an append does, for which Delta need not read the table's state.
        if self._holds_none(table, predicate):
            self.append(table, df)
            return
        rows = contract(table).conform(df)
        if self.is_embedded:
            arrow_writes.replace_where(self.location(table), table, to_batches(rows), predicate)
        elif self.catalog:
            from pyspark.sql import functions as F

            rows.writeTo(self.identifier(table)).overwrite(F.expr(predicate))
        else:
            writer = rows.write.format("delta").mode("overwrite").option("replaceWhere", predicate)
            writer.save(self.location(table))

    @leased
    def replace_where_by(self, table: str, rows: pa.RecordBatchReader, predicate: str) -> None:
        """:meth:`replace_where` with Arrow batches in place of a DataFrame, for the embedded engine."""
        self.create(table)
        if self._holds_none(table, predicate):
            arrow_writes.append(self.location(table), table, rows)
            self._empty.discard(table)
        else:
            arrow_writes.replace_where(self.location(table), table, rows, predicate)

    def _holds_none(self, table: str, predicate: str) -> bool:
        """Whether the table is known to hold no row for which ``predicate`` holds."""
        if table in self._empty:
            return True
        found = self._snapshot(table)
        return found is not None and (not found.files or self.read(table).where(predicate).isEmpty())

    @leased
    def clear(self, table: str) -> None:
        """Delete all rows."""
        found = self._snapshot(table) if self.exists(table) else None
        if found is not None:
            delta_writes.remove_rows(found)
        else:
            self.delete_where(table, "true")

    @leased
    def delete_where(self, table: str, predicate: str) -> None:
        """Delete the rows for which ``predicate`` holds."""
        if self.exists(table) and self.is_embedded:
            arrow_writes.delete_where(self.location(table), predicate)
        elif self.exists(table):
            self.spark.sql(f"DELETE FROM {self.identifier(table)} WHERE {predicate}").collect()

    @contextlib.contextmanager
    def _view(self, df: DataFrame) -> Iterator[str]:
        name = f"smelt_{os.urandom(6).hex()}"
        df.createOrReplaceTempView(name)
        try:
            yield name
        finally:
            self.spark.catalog.dropTempView(name)

    # -- cleaning ----------------------------------------------------------------------------------

    def vacuum(self, *tables: str) -> None:
        """Remove files that the newest version no longer needs, and with them deleted rows, at once (retention 0
        hours).

        Holds the lease: VACUUM with zero hours would delete the files of a concurrent append and so corrupt the table.
        Whoever reads an older version meanwhile loses its files.
        """
        with self.writing("vacuum"), self.retention_unchecked(), ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(self._vacuum, filter(self.exists, tables)))

    def purge(self, *tables: str) -> None:
        """:meth:`vacuum` and, on a local disk, reduce each table's log to one checkpoint of its current version.

        The log keeps statistics of removed files; tables of earlier versions of smelt kept some of identifiers.
        Elsewhere Delta removes old log entries itself (``delta.logRetentionDuration``, 30 days).
        """
        with self.writing("purge"):
            self.vacuum(*tables)
            with ThreadPoolExecutor(max_workers=4) as pool:
                list(pool.map(self._purge, filter(self.exists, tables)))

    def _purge(self, table: str) -> None:
        name, columns = "delta.dataSkippingStatsColumns", ",".join(contract(table).statistics_columns())
        if self._properties(table).get(name) != columns:
            self.set_property(table, name, columns)
        if self.is_on_disk:
            delta_writes.shorten_log(self.location(table))

    def _vacuum(self, table: str) -> None:
        if self._is_written_here(table):
            arrow_writes.vacuum(self.location(table))
            return
        if self._snapshot(table) is None and self._may_have_deletion_vectors(table):
            # REORG rewrites the files without the deleted rows
            self.spark.sql(f"REORG TABLE {self.identifier(table)} APPLY (PURGE)").collect()
        self.spark.sql(f"VACUUM {self.identifier(table)} RETAIN 0 HOURS").collect()

    def _may_have_deletion_vectors(self, table: str) -> bool:
        """False below reader version 3, which Delta's protocol demands for them (PROTOCOL.md, Deletion Vectors)."""
        return int(self._properties(table).get("delta.minReaderVersion", "3")) >= 3


def _application(table: str, run_id: str | None) -> str:
    """Application id of the Delta transactions with which a run appends to a table."""
    return f"smelt:{table}:{run_id}"
