"""Raw data of several sizes to a release, beside what Spark needs to copy the same files into a Delta table.

Prints a Markdown table a size: seconds, records/s, ratio to the copy, peak memory; then the growth exponent,
a run with nothing new and a run with 1 % new records.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from tests.bench.flow.memory import Peak, Sampler

SIZES = (20_000, 200_000)


def measured(*arguments: str) -> tuple[dict[str, Any], Peak]:
    """Run :mod:`measured_run` in a process of its own; what it printed, and its peak memory."""
    command = [sys.executable, "-m", "tests.bench.flow.measured_run", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    sampler = Sampler(process.pid)
    sampler.start()
    out, _ = process.communicate()
    peak = sampler.stop()
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed with {process.returncode}")
    return json.loads(out.splitlines()[-1]), peak


def bench_size(folder: Path, records: int) -> dict[str, Any]:
    """Generate ``records``, copy them, take them to a release, then again with nothing and with 1 % new."""
    config = GenerateConfig(records=records, seed=7)
    generate(folder, config)
    conf = str(write_project(folder, config.kinds))
    warehouse = str(folder / "warehouse")
    copied, copying = measured("copy", str(folder), str(folder / "copy"))
    full, peak = measured("flow", conf, warehouse)
    idle, _ = measured("flow", conf, warehouse)
    generate(folder, config.model_copy(update={"start": records, "records": max(1, records // 100)}))
    more, _ = measured("flow", conf, warehouse)
    return {
        "records": records,
        "copy": copied,
        "full": full,
        "idle": idle,
        "more": more,
        "peak": peak,
        "copying": copying,
    }


def report(results: list[dict[str, Any]]) -> str:
    """The figures as Markdown."""
    lines = [
        "| records | start s | flow s | records/s | copy s | ratio | nothing new s | 1 % new s | share of full |"
        " peak MB (JVM, Python) | CPU s flow, copy |",
        "| --- " * 11 + "|",
    ]
    for result in results:
        full, peak, records = result["full"], result["peak"], result["records"]
        seconds, copy, more = full["seconds"], result["copy"]["seconds"], result["more"]["seconds"]
        lines.append(
            f"| {records:,} | {full['start']:.1f} | {seconds:.1f} | {records / seconds:,.0f} | {copy:.1f} |"
            f" {seconds / copy:.1f} | {result['idle']['seconds']:.1f} | {more:.1f} | {more / seconds:.0%} |"
            f" {peak.total:,.0f} ({peak.jvm:,.0f}, {peak.python:,.0f}) |"
            f" {peak.cpu:,.0f}, {result['copying'].cpu:,.0f} |"
        )
    stages = list(results[-1]["full"]["stages"])
    lines += [
        "",
        "| stage | "
        + " | ".join(f"{result['records']:,}" for result in results)
        + " | nothing new | 1 % new |",
    ]
    lines.append("| --- " * (len(results) + 3) + "|")
    for stage in stages:
        cells = [f"{result['full']['stages'][stage]:.1f} s" for result in results]
        cells += [f"{results[-1][run]['stages'][stage]:.1f} s" for run in ("idle", "more")]
        lines.append(f"| {stage} | " + " | ".join(cells) + " |")
    if len(results) > 1:
        small, large = results[0], results[-1]
        growth = math.log(large["full"]["seconds"] / small["full"]["seconds"]) / math.log(
            large["records"] / small["records"]
        )
        lines += [
            "",
            f"time grows with exponent {growth:.2f} from {small['records']:,} to {large['records']:,} records",
        ]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", default=",".join(map(str, SIZES)), help="sizes, with commas")
    parser.add_argument(
        "--folder", type=Path, default=None, help="where to work; a temporary folder by default"
    )
    given = parser.parse_args()
    results = []
    for records in (int(size) for size in given.records.split(",")):
        with tempfile.TemporaryDirectory(dir=given.folder, prefix=f"smelt-{records}-") as folder:
            results.append(bench_size(Path(folder), records))
            print(json.dumps(results[-1]), file=sys.stderr)
    print(report(results))


if __name__ == "__main__":
    main()
