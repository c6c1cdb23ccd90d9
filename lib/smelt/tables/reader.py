"""Reads the tables of a warehouse: by Spark, or without it for small reads of tables on this machine's disk.

A table on disk is read as the Parquet files that its log lists, since Delta's own reader spends longer on the log than
it takes to read a small table.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smelt.errors import EnvironmentProblem
from smelt.tables import local_delta
from smelt.tables.contract import all_contracts, contract
from smelt.tables.embedded import is_embedded
from smelt.tables.failures import failure
from smelt.tables.filesystem import default_filesystem, names, sees_local_disk
from smelt.tables.location import Place, TablePlaces, resolved
from smelt.tables.union import union

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType
    from typing_extensions import Unpack


_FEW_FILES = 500
"""Up to this many files, all are read; with more, Delta's own reader is used, which skips files by their statistics."""

_DAY = 24 * 60 * 60


class TableReader(TablePlaces):
    """Reads the tables of one warehouse."""

    def __init__(self, spark: SparkSession, **place: Unpack[Place]) -> None:
        super().__init__(**place)
        if not self.catalog:
            self.root = resolved(self.root, default_filesystem(spark))
        self.spark = spark
        self.is_embedded = is_embedded(spark)

    def exists(self, table: str) -> bool:
        """Whether the table was created."""
        if self.catalog:
            return bool(self.spark.catalog.tableExists(self.identifier(table)))
        if self.is_on_disk:
            return local_delta.is_table(self.location(table))
        log = self._log(table)
        if log is not None:
            return any(local_delta.is_commit(name) for name in log)
        try:
            self.spark.sql(f"DESCRIBE DETAIL {self.identifier(table)}").first()
        except Exception as error:  # Spark 3.5 and 4 raise different classes for "not a Delta table"
            if "DELTA_MISSING_DELTA_TABLE" in str(error) or "PATH_NOT_FOUND" in str(error):
                return False
            raise
        return True

    def read(self, table: str, *, version: int | None = None) -> DataFrame:
        """The table's rows, or no rows with the contract's columns when nothing was written yet."""
        if not self.exists(table):
            return self._no_rows(contract(table).ddl())
        found = self._snapshot(table, version)
        if found is not None and self.is_embedded:
            return self._rows_here(found)
        if found is not None and _are_plain(found.files):
            return self._rows_of(table, found)
        reader = self.spark.read.format("delta")
        if version is not None:
            reader = reader.option("versionAsOf", version)
        return reader.table(self.identifier(table)) if self.catalog else reader.load(self.location(table))

    def collect(self, table: str, *columns: str) -> list[dict[str, Any]]:
        """``columns`` of all rows of a small table; no rows if it does not exist.

        Timestamps are timezone-aware, in UTC.
        """
        found = self._snapshot(table) if self.exists(table) else None
        if found is not None:
            return local_delta.read_rows(found, columns)
        rows = [row.asDict() for row in self.read(table).select(*columns).collect()]
        return [{name: _aware(value) for name, value in row.items()} for row in rows]

    def batches(
        self, table: str, *, version: int | None = None, rows: int
    ) -> Iterator[pa.RecordBatch] | None:
        """All columns of an unpartitioned table in Arrow batches of at most ``rows`` rows, read without the engine.

        None where only Spark can read it.
        """
        found = self._snapshot(table, version)
        return None if found is None else local_delta.batches(found, contract(table).column_names, rows=rows)

    def _snapshot(self, table: str, version: int | None = None) -> local_delta.Snapshot | None:
        """The table as delta-rs sees it; None if it is not on this machine's disk or needs Spark."""
        return local_delta.snapshot(self.location(table), version) if self.is_on_disk else None

    def _rows_of(self, table: str, found: local_delta.Snapshot) -> DataFrame:
        """The rows of the files that make up a snapshot."""
        from pyspark.sql.types import StructType

        schema = StructType.fromJson(json.loads(found.schema))
        if not found.files:
            return self._no_rows(schema)
        reader = self.spark.read.schema(schema)
        if not found.partition_columns:
            return reader.parquet(*found.files)
        rows = reader.option("basePath", self.location(table)).parquet(*found.files)
        return rows.select(*schema.names)  # partition columns were appended last

    def _rows_here(self, found: local_delta.Snapshot) -> DataFrame:
        """:meth:`_rows_of` for the embedded engine, which can read only files of one schema together
        (:class:`Alike`)."""
        from pyspark.sql import functions as F
        from pyspark.sql.types import StructType

        schema = StructType.fromJson(json.loads(found.schema))
        parts = []
        groups = local_delta.alike(found) or [local_delta.Alike([], (), {})]
        for group in groups:
            # Not an empty frame with a schema: the engine rejects its field metadata as a difference between plans.
            rows = self.spark.read.parquet(*group.files) if group.files else self.spark.range(0)
            values = {name: F.lit(value) for name, value in group.partition.items()} | {
                name: F.col(name) for name in group.columns if name not in group.partition
            }
            parts.append(
                rows.select(
                    *(
                        values.get(f.name, F.lit(None)).cast(f.dataType.simpleString()).alias(f.name)
                        for f in schema.fields
                    )
                )
            )
        return union(parts)

    def _no_rows(self, schema: StructType | str) -> DataFrame:
        # The filter lets the optimiser see that there are no rows and drop the joins with them.
        return self.spark.createDataFrame([], schema).where("false")

    def version(self, table: str) -> int | None:
        """The newest version of the table, or None where it does not exist."""
        if not self.exists(table):
            return None
        if self.is_on_disk:
            return local_delta.newest_version(self.location(table))
        log = self._log(table)
        if log is not None:
            return local_delta.version_of(log)
        history = self.spark.sql(f"DESCRIBE HISTORY {self.identifier(table)} LIMIT 1")
        return int(history.collect()[0]["version"])

    def _log(self, table: str) -> list[str] | None:
        """File names in the table's log folder, by one listing; None where it cannot be listed without a query."""
        if self.catalog:
            return None
        found = names(self.spark, f"{self.location(table)}/_delta_log")
        return None if found is None else list(found)

    def versions(self, tables: Sequence[str]) -> list[int | None]:
        """:meth:`version` of each table, read in parallel."""
        with ThreadPoolExecutor(max_workers=4) as pool:
            return list(pool.map(self.version, tables))

    def check_writable(self) -> None:
        """Raise EnvironmentProblem if the root cannot be used; called before any work is done.

        A local folder must be writable, and visible to Spark's tasks if they run on other machines; any other store
        must respond.
        """
        if self.catalog:
            return
        if not self.is_on_disk:
            try:
                names(self.spark, self.root)
            except Exception as error:
                raise EnvironmentProblem(
                    f"the warehouse {self.root} cannot be reached", [str(failure(error))]
                ) from None
            return
        root = Path(self.root)
        # not a hidden file: Spark ignores names that begin with a dot
        probe = root / f"smelt-probe-{os.urandom(4).hex()}"
        try:
            root.mkdir(parents=True, exist_ok=True)
            try:
                probe.write_bytes(b"seen")
                self._check_shared(probe)
            finally:
                probe.unlink(missing_ok=True)  # on a full disk the file was created without content
            for old in root.glob("smelt-probe-*"):  # left by processes killed at that point
                if time.time() - old.stat().st_mtime > _DAY:
                    old.unlink(missing_ok=True)
        except OSError as error:
            raise EnvironmentProblem(
                f"the warehouse {self.root} cannot be written", [error.strerror or "unknown reason"]
            ) from None

    def _check_shared(self, probe: Path) -> None:
        """Raise EnvironmentProblem if Spark's tasks do not see the file ``probe`` that this process wrote."""
        if sees_local_disk(self.spark):
            return
        try:
            seen = self.spark.read.text(f"file://{probe}").collect()
        except Exception:
            seen = []
        if not seen:
            raise EnvironmentProblem(
                f"the warehouse {self.root} is a folder of this machine, which Spark's tasks do not see",
                [
                    "name a store that all machines share: hdfs://..., s3a://..., abfss://..., or a shared folder"
                ],
            )

    def register(self, tables: Sequence[str] | None = None) -> list[str]:
        """Register the existing tables in the metastore or catalog as layer.table, with comments; returns their
        names."""
        known = [table for table in (tables or all_contracts()) if self.exists(table)]
        if self.catalog:
            return known
        for layer in sorted({table.split(".")[0] for table in known}):
            self.spark.sql(f"CREATE SCHEMA IF NOT EXISTS {layer}")
        for table in known:
            place = self.location(table).replace("\\", "\\\\").replace("'", "\\'")
            self.spark.sql(f"CREATE TABLE IF NOT EXISTS {table} USING delta LOCATION '{place}'")
        return known


def _are_plain(files: Sequence[str]) -> bool:
    """Whether the files are few and their paths hold no character that Spark takes for a pattern or an escape."""
    return len(files) <= _FEW_FILES and not any(re.search(r"[*?\[\]{}\\%]", file) for file in files)


def _aware(value: Any) -> Any:
    """Convert a naive local time, as Spark returns it, to an aware one in UTC; other values are returned unchanged."""
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
