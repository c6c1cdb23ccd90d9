from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pyarrow as pa


def _whose(batches):
    for batch in batches:
        yield pa.RecordBatch.from_pydict({"by": [os.getpid()] * batch.num_rows})


def test_python_workers_that_were_killed_between_two_runs_cost_none(spark):
    def numbers():
        rows = spark.range(4).repartition(2).mapInArrow(_whose, "by long")
        return {row["by"] for row in rows.collect()}

    killed = numbers()
    for number in killed:
        os.kill(number, signal.SIGKILL)
    until = time.monotonic() + 60
    while any(Path(f"/proc/{number}").exists() for number in killed) and time.monotonic() < until:
        time.sleep(0.05)  # until their parent, which forks the next ones, has noticed
    assert not numbers() & killed
