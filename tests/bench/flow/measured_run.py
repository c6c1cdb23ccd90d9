"""One measured run in a process of its own; prints one JSON line.

python -m tests.bench.flow.measured_run flow CONF WAREHOUSE
python -m tests.bench.flow.measured_run copy FOLDER OUT
"""

from __future__ import annotations

import json
import os
import sys
import time
from functools import reduce
from pathlib import Path

SETTINGS = [
    "spark.master=local[2]",
    "spark.driver_memory=4g",
    f"spark.engine={os.environ.get('SMELT_BENCH_ENGINE', 'auto')}",
]
TEXTS = {"jsonl": False, "csv": False, "vtt": True, "md": True, "html": True}
"""Suffix of raw files -> whether a file is one record."""


def flow(conf: str, warehouse: str) -> dict[str, object]:
    """Raw files to a release: seconds to a session, of each stage, and from the session on."""
    from smelt.config import load_config
    from smelt.jobs import load_stages
    from smelt.pipeline.job import open_job
    from smelt.pipeline.run import run_stages
    from smelt.releases.manifest import read_manifests
    from smelt.tables.ledger import STAGES

    began = time.monotonic()
    job = open_job(load_config([conf], settings=[*SETTINGS, f"warehouse.root={warehouse}"]), may_embed=True)
    ready = time.monotonic()
    stages = {
        report.stage: round(report.seconds, 2)
        for report in run_stages(job, load_stages([*STAGES, "releases"]))
    }
    done = time.monotonic()
    last = read_manifests(job.warehouse)[-1]
    return {
        "start": round(ready - began, 2),
        "seconds": round(done - ready, 2),
        "stages": stages,
        "released": last.rows,
        "fingerprint": last.fingerprint,
    }


def copy(folder: str, out: str) -> dict[str, object]:
    """The yardstick: Spark reads the same raw files as text and writes them as one Delta table."""
    from pyspark.sql import DataFrame
    from pyspark.sql import functions as F

    from smelt.spark.config import SparkConfig
    from smelt.spark.session import get_session

    spark = get_session(SparkConfig(master="local[2]", driver_memory="4g"))
    began = time.monotonic()
    frames = [
        spark.read.text(sorted(str(path) for path in found), wholetext=whole).select(
            "value", F.col("_metadata.file_path").alias("source_file")
        )
        for suffix, whole in TEXTS.items()
        if (found := [path for path in Path(folder).rglob(f"*.{suffix}") if "truth" not in path.parts])
    ]
    table = reduce(DataFrame.unionByName, frames)
    table.write.format("delta").mode("overwrite").save(out)
    return {
        "seconds": round(time.monotonic() - began, 2),
        "rows": spark.read.format("delta").load(out).count(),
    }


if __name__ == "__main__":
    command = {"flow": flow, "copy": copy}[sys.argv[1]]
    print(json.dumps(command(*sys.argv[2:])))
