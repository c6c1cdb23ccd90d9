"""False alarms and power: windows of 2,000 labelled requests in 40 categories, compared with seven before them.

.venv/bin/python -m tests.bench.monitor.power [--windows 200] [--dump FOLDER]

--dump writes the same windows as Parquet, for tests/bench/monitor/evidently_presets.py in an environment of its own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from pathlib import Path

from smelt.monitor.config import MonitorConfig
from smelt.monitor.watch import watch
from smelt.tables.without_spark import PlainTables
from tests.bench.monitor.streams import FIRST, SHIFTS, stream, write

BASELINE, PER_WINDOW = 7, 2_000
FOUND_BY = {
    "new_category": ("unseen_category", "category_distribution"),
    "shorter": ("answer_length",),
    "accuracy": ("accuracy",),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--windows", type=int, default=200)
    parser.add_argument("--dump", type=Path)
    parser.add_argument("--shift", choices=SHIFTS, action="append")
    given = parser.parse_args()
    config = MonitorConfig.model_validate({"drift": {"text": "off", "baseline_windows": BASELINE}})
    for number, shift in enumerate(SHIFTS):
        if given.shift and shift not in given.shift:
            continue
        rows = stream(shift, BASELINE + given.windows, PER_WINDOW, baseline=BASELINE, seed=100 + number)
        if given.dump:
            given.dump.mkdir(parents=True, exist_ok=True)
            rows.write_parquet(given.dump / f"{shift}.parquet")
        begun = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            tables = PlainTables(root=folder)
            write(tables, rows)
            now = FIRST + dt.timedelta(days=BASELINE + given.windows + 1)
            watch(tables, config, run_id="bench", now=now, look_back=dt.timedelta(days=10_000))
            figures = tables.read(
                "gold.monitoring", ["window_start", "measure", "dimension", "status", "family", "effect"]
            ).to_pylist()
        start = FIRST + dt.timedelta(days=BASELINE)
        later = [row for row in figures if row["window_start"] >= start and row["status"] == "moved"]
        alarmed = {row["window_start"] for row in later}
        share = len(alarmed) / given.windows
        told = f"{shift:<14} any alarm in {len(alarmed):>4} of {given.windows} windows ({share:.1%})"
        if shift in FOUND_BY:
            meant = [row for row in later if row["family"] != "concept"]
            found = {
                row["window_start"]
                for row in meant
                if row["measure"] in FOUND_BY[shift] and row["dimension"] == "all"
            }
            strange = [row for row in meant if row["measure"] not in FOUND_BY[shift]]
            other = {row["window_start"] for row in strange}
            told += f"; found in {len(found) / given.windows:.1%}; another too in {len(other) / given.windows:.1%}"
            told += f" ({', '.join(sorted({row['measure'] for row in strange}))})" if strange else ""
        print(f"{told}; {time.process_time() - begun:.0f} CPU s", flush=True)


if __name__ == "__main__":
    main()
