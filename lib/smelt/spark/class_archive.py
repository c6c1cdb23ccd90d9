"""Class data sharing: an archive of the Java classes that a local session loads, which halves its start time.

With class data sharing (https://openjdk.org/jeps/350) the JVM maps classes that were parsed and verified before,
instead of reading them from three hundred jars. An archive is valid for one Java version and one list of jars; the JVM
silently ignores it for any other. It is written once, at setup, by a session that exercises common operations.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from smelt.spark.jvm import DUMPED, NAME


def write_archive() -> Path | None:
    """Write this environment's archive; returns its path, or None where this Java lacks the base archive that it
    extends."""
    archive = Path(sys.prefix) / NAME
    archive.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=sys.prefix) as folder:
        dumped = Path(folder) / NAME
        command = [sys.executable, "-c", "from smelt.spark.class_archive import exercise; exercise()"]
        # The session's JVM writes the archive after the session has ended; capturing output waits for that.
        subprocess.run(command, env={**os.environ, DUMPED: str(dumped)}, capture_output=True, check=False)
        if dumped.is_file():
            dumped.replace(archive)
    return archive if archive.is_file() else None


def exercise() -> None:
    """Do what every run does: create, append to, merge into and read tables; parse JSON; send batches to Python and
    back."""
    from pyspark.sql import functions as F

    from smelt.spark.session import get_session
    from smelt.tables.contract import contract
    from smelt.tables.warehouse import Warehouse

    spark = get_session()
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(spark, root=folder)
        table = "ops.runs"
        schema = contract(table).ddl()
        values = (F.lit("0").cast(column.type).alias(column.name) for column in contract(table).columns)
        rows = spark.range(1).select(*values)
        for run in ("first", "second"):
            warehouse.append(table, rows.mapInArrow(lambda batches: batches, schema), run_id=run)
        warehouse.merge(table, rows)
        last = warehouse.read(table).where("state = '0'").groupBy("stage").agg(F.max_by("note", "ended_at"))
        last.join(warehouse.read(table), "stage", "left_anti").collect()
        rows.write.json(f"{folder}/json")
        spark.read.schema(schema).json(f"{folder}/json").distinct().count()
    spark.stop()


if __name__ == "__main__":
    print(write_archive() or "this Java keeps no archive of classes: sessions start without one")
