"""A day of 1,000,000 predictions beside seven before it, and a second run with 1 % new: seconds and memory.

.venv/bin/python -m tests.bench.monitor.million [--rows 1000000]
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import tempfile
import time

import polars as pl

from smelt.monitor.config import MonitorConfig
from smelt.monitor.watch import watch
from smelt.tables.without_spark import PlainTables
from tests.bench.monitor.streams import FIRST, feedback, predictions, stream


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    given = parser.parse_args()
    config = MonitorConfig.model_validate({"drift": {"baseline_windows": 2}})
    small = stream("none", 2, given.rows // 50, baseline=2, seed=1)
    large = stream("new_category", 1, given.rows, baseline=0, seed=2).with_columns(
        pl.col("number") + small.height, pl.col("offset") + 2 * 86_400
    )
    texts = [
        f"my parcel {n % 997} is late and card {n % 89} was charged {n % 13} times" for n in range(10_000)
    ]
    answers = [f"please wait {n % 7} days, then write to us about order {n % 991}" for n in range(10_000)]
    with tempfile.TemporaryDirectory() as folder:
        tables = PlainTables(root=folder)

        def write(rows: pl.DataFrame) -> None:
            held = predictions(rows).with_columns(
                pl.Series("question", [texts[n % 10_000] for n in rows["number"]]),
                pl.Series("answer", [answers[n % 9_973] for n in rows["number"]]),
            )
            tables.append("silver.predictions", held.to_arrow())
            tables.append(
                "silver.feedback", feedback(rows).filter(pl.int_range(pl.len()) % 20 == 0).to_arrow()
            )

        first, last = large.head(given.rows * 99 // 100), large.tail(given.rows - given.rows * 99 // 100)
        write(small)
        keep = pl.concat([first, last.tail(1)])  # the logs reach the end of the day
        write(keep)
        now = FIRST + dt.timedelta(days=4)
        for name in ("first run", "nothing new", "1 % new"):
            if name == "1 % new":
                write(last.head(last.height - 1))
            begun, cpu = time.monotonic(), time.process_time()
            result = watch(tables, config, run_id=name, now=now, look_back=dt.timedelta(days=400))
            print(
                f"{name:<12} {time.monotonic() - begun:6.1f} s, {time.process_time() - cpu:6.1f} CPU s, "
                f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB; {result.note}",
                flush=True,
            )
        moved = [
            r["measure"]
            for r in tables.read("gold.monitoring").to_pylist()
            if r["status"] == "moved" and r["dimension"] == "all"
        ]
        print("moved:", ", ".join(sorted(set(moved))))


if __name__ == "__main__":
    main()
