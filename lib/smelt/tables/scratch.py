"""Temporary tables of a warehouse: computed once, read more than once, and gone afterwards, also after a kill.

Databricks serverless has no cache, and a cached frame of text needs memory: what several queries read is written
beside the tables. Those rows hold texts, so that none may stay.
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
from smelt.tables.embedded import is_embedded, to_arrow
from smelt.tables.reader import TableReader

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

FORGOTTEN = dt.timedelta(days=1)
"""After which a temporary table belongs to nobody any more."""

_MADE = re.compile(r"_(\d{8}t\d{6})_[0-9a-f]{8}$")


class ScratchTables(TableReader):
    """A reader with room for temporary tables."""

    @contextlib.contextmanager
    def scratch(self, df: DataFrame, name: str) -> Iterator[DataFrame]:
        """``df`` computed once into a temporary table, dropped afterwards (serverless has no cache).

        Its name tells when it was made, so that what a killed run leaves is found: see :meth:`sweep_scratch`.
        """
        own = f"{name}_{dt.datetime.now(dt.timezone.utc):%Y%m%dt%H%M%S}_{os.urandom(4).hex()}"
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
        """The embedded engine itself writes no file where there are no rows."""
        import pyarrow.parquet as pq

        os.makedirs(place)
        pq.write_table(to_arrow(df), f"{place}/rows.parquet")
        return self.spark.read.parquet(f"{place}/rows.parquet")

    @contextlib.contextmanager
    def checkpoints(self) -> Iterator[Callable[[DataFrame], DataFrame]]:
        """A function that computes a frame now and cuts its lineage; what it keeps is gone at the end.

        Executors keep it where they can. Serverless refuses that, and is reached over Spark Connect: there it is a
        temporary table.
        """
        if not filesystem.is_connect(self.spark):
            yield lambda df: df.localCheckpoint()
            return
        with contextlib.ExitStack() as kept:
            yield lambda df: kept.enter_context(self.scratch(df, "checkpoint"))

    def sweep_scratch(self, older_than: dt.timedelta = FORGOTTEN) -> list[str]:
        """Remove temporary tables that runs left behind which were killed; returns their names."""
        limit = f"{dt.datetime.now(dt.timezone.utc) - older_than:%Y%m%dt%H%M%S}"
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
            # Over Spark Connect no file can be named: its rows go, and the files that held them.
            with self.retention_unchecked(), contextlib.suppress(Exception):
                self.spark.sql(f"DELETE FROM delta.`{place}`").collect()
                self.spark.sql(f"VACUUM delta.`{place}` RETAIN 0 HOURS").collect()

    def create_schema(self, layer: str) -> None:
        """Make the schema of a layer in the catalog, where there is none."""
        self.spark.sql(f"CREATE SCHEMA IF NOT EXISTS `{self.catalog}`.`{self.schema_prefix}{layer}`")

    @contextlib.contextmanager
    def retention_unchecked(self) -> Iterator[None]:
        """Delta's check of the retention switched off; where that is refused (serverless), Delta's rule holds."""
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
