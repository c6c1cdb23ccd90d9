"""The duplicates stage over Delta tables: FILE FOLDER [MORE_FILE ...], each file a run; prints seconds of each.

CPU seconds are those of the whole process tree: Python, the JVM and its Python workers.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def main(folder: Path, files: list[Path], settings: list[str]) -> None:
    from pyspark.sql import functions as F

    from smelt.config import load_config
    from smelt.jobs import load_stage
    from smelt.pipeline.job import open_job
    from smelt.pipeline.run import run_stage
    from smelt.spark.config import SparkConfig
    from smelt.spark.session import get_session
    from smelt.tables.contract import contract

    spark = get_session(SparkConfig(master="local[2]", driver_memory="3g", shuffle_partitions=2))
    config = load_config(
        settings=[f"warehouse.root={folder}", "duplicates.boilerplate.enabled=false", *settings]
    )
    declared = contract("silver.examples")
    report = {"start": {"cpu": tree_cpu(), "wall": 0.0}}
    for number, file in enumerate(files):
        job = open_job(config, run_id=f"run{number}", spark=spark)
        job.warehouse.create("ops.runs", "ops.ledger", "silver.examples", "silver.scores",
                             "silver.signatures", "silver.duplicates")  # fmt: skip
        given = {
            "example_id": F.col("id"), "record_id": F.col("id"), "conversation_id": F.col("id"),
            "source": F.lit("bench"), "kind": F.lit("tickets"), "position": F.lit(0), "question": F.lit("?"),
            "answer": F.col("text"), "context": F.array().cast("array<struct<role:string,text:string>>"),
            "text_hash": F.col("id"), "rejections": F.array().cast("array<string>"),
            "content_hash": F.md5("text"), "ingested_at": F.current_timestamp(), "run_id": F.lit("bench"),
        }  # fmt: skip
        rows = spark.read.schema("id string, text string").json(str(file))
        columns = [
            given.get(column.name, F.lit(None)).cast(column.type).alias(column.name)
            for column in declared.columns
        ]
        job.warehouse.append("silver.examples", rows.select(*columns).repartition(4), run_id=f"run{number}")
        cpu, wall = tree_cpu(), time.monotonic()
        run_stage(job, load_stage("duplicates"))
        report[file.name] = {"cpu": tree_cpu() - cpu, "wall": time.monotonic() - wall}
    found = open_job(config, spark=spark).warehouse.read("silver.duplicates")
    found.select("example_id", "cluster_id", "is_kept").toPandas().to_json(
        folder / "found.jsonl", orient="records", lines=True
    )
    print(json.dumps(report))


def tree_cpu() -> float:
    """CPU seconds of this process and all its descendants, finished ones that were waited for included."""
    parents: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
            used[int(entry.name)] = sum(int(value) for value in fields[11:15])
    tree, todo = 0, [os.getpid()]
    while todo:
        process = todo.pop()
        tree += used.get(process, 0)
        todo += parents.get(process, [])
    return tree / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(Path(given[0]), [Path(a) for a in given[1:] if "=" not in a], [a for a in given[1:] if "=" in a])
