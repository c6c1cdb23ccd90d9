"""Temporary tables of a warehouse: computed once, read several times, then removed, even after a killed run.

Databricks serverless has no cache, and caching text needs much memory, so what several queries read is written next to
the tables. These rows hold texts of records, so none may be left behind.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from smelt.tables import filesystem
from smelt.tables.embedded import is_embedded, to_batches
from smelt.tables.reader import TableReader

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

FORGOTTEN = dt.timedelta(days=1)
"""Age after which a temporary table counts as abandoned."""

_MADE = re.compile(r"_(\d{8}t\d{6})_[0-9a-f]{8}$")


class ScratchTables(TableReader):
    """A table reader that can also write temporary tables."""

    @contextlib.contextmanager
    def scratch(self, df: DataFrame, name: str) -> Iterator[DataFrame]:
        """``df`` computed once into a temporary table, dropped afterwards (serverless has no cache).

        The table's name holds its time of creation, by which :meth:`sweep_scratch` finds what killed runs left.
        """
        own = f"{name}_{dt.datetime.now(dt.UTC):%Y%m%dt%H%M%S}_{os.urandom(4).hex()}"
        if self.catalog:
            self.create_schema("ops")
            place = f"{self._scratch_prefix()}{own}`"
            kind = "delta"
            try:
                df.writeTo(place).using(kind).create()
                yield self.spark.table(place)
            finally:
                self._remove_scratch(place)
            return
        place = f"{self.root}/scratch/{own}"
        try:
            if is_embedded(self.spark):
                yield self._written_here(df, place)
            elif self.is_on_disk:
                df.write.parquet(place)
                yield self.spark.read.schema(df.schema).parquet(filesystem.literal(place))
            else:
                df.write.format("delta").save(place)
                yield self.spark.read.format("delta").load(place)
        finally:
            self._remove_scratch(place)

    def _written_here(self, df: DataFrame, place: str) -> DataFrame:
        """Write ``df`` as Parquet below ``place``, via Arrow: the embedded engine writes no file for an empty frame."""
        import pyarrow.parquet as pq

        os.makedirs(place)
        rows = to_batches(df)
        with pq.ParquetWriter(f"{place}/rows.parquet", rows.schema) as file:
            for batch in rows:
                file.write_batch(batch)
        return self.spark.read.parquet(f"{place}/rows.parquet")

    @contextlib.contextmanager
    def checkpoints(self) -> Iterator[Callable[[DataFrame], DataFrame]]:
        """A function that computes a frame now and cuts its lineage; its stored rows are removed when the block ends.

        The rows stay on the executors (``localCheckpoint``) or, over Spark Connect, in a temporary table: Databricks
        serverless, which is reached by Connect, refuses ``localCheckpoint``.
        """
        if not filesystem.is_connect(self.spark):
            yield lambda df: df.localCheckpoint()
            return
        with contextlib.ExitStack() as kept:
            yield lambda df: kept.enter_context(self.scratch(df, "checkpoint"))

    def sweep_scratch(self, older_than: dt.timedelta = FORGOTTEN) -> list[str]:
        """Remove temporary tables left by killed runs that are older than ``older_than``; returns their names."""
        limit = f"{dt.datetime.now(dt.UTC) - older_than:%Y%m%dt%H%M%S}"
        old = [
            name for name in self._scratch_names() if (made := _MADE.search(name)) is None or made[1] <= limit
        ]
        for name in old:
            self._remove_scratch(
                f"{self._scratch_prefix()}{name}`" if self.catalog else f"{self.root}/scratch/{name}"
            )
        return old

    def _scratch_names(self) -> list[str]:
        if self.catalog:
            schema = f"`{self.catalog}`.`{self.schema_prefix}ops`"
            if not self.spark.catalog.databaseExists(schema.replace("`", "")):
                return []
            rows = self.spark.sql(f"SHOW TABLES IN {schema} LIKE 'scratch_*'").collect()
            return [row["tableName"].removeprefix("scratch_") for row in rows]
        folder = f"{self.root}/scratch"
        if self.is_on_disk:
            return sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        return list(filesystem.names(self.spark, folder) or ())

    def _scratch_prefix(self) -> str:
        return f"`{self.catalog}`.`{self.schema_prefix}ops`.`scratch_"

    def _remove_scratch(self, place: str) -> None:
        if self.catalog:
            self.spark.sql(f"DROP TABLE IF EXISTS {place}")
        elif self.is_on_disk:
            shutil.rmtree(place, ignore_errors=True)
        elif not filesystem.remove(self.spark, place):
            # Over Spark Connect files cannot be removed: delete the rows and VACUUM their files.
            with self.retention_unchecked(), contextlib.suppress(Exception):
                self.spark.sql(f"DELETE FROM delta.`{place}`").collect()
                self.spark.sql(f"VACUUM delta.`{place}` RETAIN 0 HOURS").collect()

    def create_schema(self, layer: str) -> None:
        """Create the schema of a layer in the catalog if it does not exist."""
        self.spark.sql(f"CREATE SCHEMA IF NOT EXISTS `{self.catalog}`.`{self.schema_prefix}{layer}`")

    @contextlib.contextmanager
    def retention_unchecked(self) -> Iterator[None]:
        """Switch off Delta's check of the VACUUM retention; where that is refused (serverless), Delta's minimum
        applies."""
        key = "spark.databricks.delta.retentionDurationCheck.enabled"
        try:
            before = self.spark.conf.get(key, "true") or "true"
            self.spark.conf.set(key, "false")
        except Exception:
            yield
            return
        try:
            yield
        finally:
            self.spark.conf.set(key, before)
