"""Reads the tables of a warehouse: by Spark, or without it where a table is on this machine's disk and few rows do.

Rows of a table on disk are read by the files that its log names. What Delta's own reader asks the log for, version
after version, takes longer than a small table itself.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from smelt.tables import local_delta
from smelt.tables.contract import all_contracts, contract
from smelt.tables.location import Place, TablePlaces

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType
    from typing_extensions import Unpack


_FEW_FILES = 500
"""Of which all are looked into; with more, Delta's own reader leaves out those whose statistics allow it."""


class TableReader(TablePlaces):
    """Reads the tables of one warehouse."""

    def __init__(self, spark: SparkSession, **place: Unpack[Place]) -> None:
        super().__init__(**place)
        self.spark = spark

    def exists(self, table: str) -> bool:
        """Whether the table was created."""
        if self.catalog:
            return bool(self.spark.catalog.tableExists(self.identifier(table)))
        if self.is_on_disk:
            return local_delta.is_table(self.location(table))
        try:
            self.spark.sql(f"DESCRIBE DETAIL {self.identifier(table)}").first()
        except Exception as error:  # the two lanes raise different classes for "not a Delta table"
            if "DELTA_MISSING_DELTA_TABLE" in str(error) or "PATH_NOT_FOUND" in str(error):
                return False
            raise
        return True

    def read(self, table: str, *, version: int | None = None) -> DataFrame:
        """The table's rows, or no rows with the contract's columns when nothing was written yet."""
        if not self.exists(table):
            return self._no_rows(contract(table).empty_schema())
        found = self._snapshot(table, version)
        if found is not None and _are_plain(found.files):
            return self._rows_of(table, found)
        reader = self.spark.read.format("delta")
        if version is not None:
            reader = reader.option("versionAsOf", version)
        return reader.table(self.identifier(table)) if self.catalog else reader.load(self.location(table))

    def collect(self, table: str, *columns: str) -> list[dict[str, Any]]:
        """Those columns of all rows of a small table, none where it does not exist; times are aware, in UTC."""
        found = self._snapshot(table) if self.exists(table) else None
        if found is not None:
            return local_delta.read_rows(found, columns)
        rows = [row.asDict() for row in self.read(table).select(*columns).collect()]
        return [{name: _aware(value) for name, value in row.items()} for row in rows]

    def _snapshot(self, table: str, version: int | None = None) -> local_delta.Snapshot | None:
        """What can be known without Spark, which is nothing where the table is not on this machine's disk."""
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
        return rows.select(*schema.names)  # they were put last

    def _no_rows(self, schema: StructType | str) -> DataFrame:
        # With the filter the optimiser sees that there are none, and leaves out what is joined with them.
        return self.spark.createDataFrame([], schema).where("false")

    def version(self, table: str) -> int | None:
        """The newest version of the table, or None where it does not exist."""
        if not self.exists(table):
            return None
        if not self.is_on_disk:
            return int(
                self.spark.sql(f"DESCRIBE HISTORY {self.identifier(table)} LIMIT 1").collect()[0]["version"]
            )
        return local_delta.newest_version(self.location(table))

    def versions(self, tables: Sequence[str]) -> list[int | None]:
        """:meth:`version` of each, asked for in parallel."""
        with ThreadPoolExecutor(max_workers=4) as pool:
            return list(pool.map(self.version, tables))

    def register(self, tables: Sequence[str] | None = None) -> list[str]:
        """Make the tables that exist known to SQL as layer.table, with their comments; returns their names."""
        known = [table for table in (tables or all_contracts()) if self.exists(table)]
        if self.catalog:
            return known
        for layer in sorted({table.split(".")[0] for table in known}):
            self.spark.sql(f"CREATE SCHEMA IF NOT EXISTS {layer}")
        for table in known:
            self.spark.sql(
                f"CREATE TABLE IF NOT EXISTS {table} USING delta LOCATION '{self.location(table)}'"
            )
        return known


def _are_plain(files: Sequence[str]) -> bool:
    """Whether Spark can be given the paths as they are: it would read some characters as patterns or escapes."""
    return len(files) <= _FEW_FILES and not any(re.search(r"[*?\[\]{}\\%]", file) for file in files)


def _aware(value: Any) -> Any:
    """A time that Spark gives, naive and local, as an aware one in UTC; anything else as it is."""
    return value.astimezone(dt.timezone.utc) if isinstance(value, dt.datetime) else value
