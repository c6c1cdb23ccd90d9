"""``python -m tests.chaos.serve ENGINE``: smelt's command line, one command after the other in one process.

The engine starts once, so that a fault costs the part of a run that it harms. A command is a line of JSON: the days
by which its clock is behind, then its arguments. What it says goes where this process writes, and then a line
``@end CODE``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
import sys
import traceback

READY, END = "@ready", "@end"
SAIL, WORKERS, SPARK = ENGINES = ("sail", "workers", "spark")
"""The embedded engine; the same with rows handed to processes, few as they are; and Spark."""


def run(days_behind: int, *arguments: str) -> int:
    """The exit code that ``smelt ARGUMENTS`` ends with."""
    if days_behind:
        return run_behind(days_behind, *arguments)
    from smelt.cli.app import main

    sys.argv = ["smelt", *arguments]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def run_behind(days: int, command: str, _: str, conf: str, *options: str) -> int:
    """``smelt run`` or ``smelt ingest`` on a machine whose clock is so many days behind when it starts."""
    from smelt.config import load_config
    from smelt.jobs import load_stages
    from smelt.pipeline.job import open_job
    from smelt.pipeline.run import run_stages
    from smelt.tables.ledger import STAGES

    given = dict(itertools.pairwise(options))
    settings = [after for before, after in itertools.pairwise(options) if before == "--set"]
    last = ["releases"] if "--release" in options else []
    try:
        job = open_job(load_config([conf], settings=settings), release=given.get("--release"))
        job = dataclasses.replace(job, started_at=job.started_at - dt.timedelta(days=days))
        print(f"run {job.run_id}   ready", flush=True)
        for report in run_stages(job, load_stages(["ingest"] if command == "ingest" else [*STAGES, *last])):
            print(f"  {report.stage:<18} {report.result.note}  {report.seconds:.1f} s", flush=True)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    """Start the engine, then do as the lines say until there are no more."""
    from smelt.spark.config import SparkConfig
    from smelt.spark.session import get_session
    from smelt.tables import workers
    from smelt.tables.private import keep_private

    keep_private()
    engine = sys.argv[1]
    if engine == SPARK:
        config = SparkConfig(
            engine="spark",
            master="local[2]",
            driver_memory="700m",
            shuffle_partitions=1,
            settings={"spark.sql.codegen.wholeStage": "false"},
        )
    else:
        config = SparkConfig(engine="sail")
    if engine == WORKERS:
        workers.FEW, workers.PIECE = 1, 1
    get_session(config).range(1).count()
    print(READY, flush=True)
    for line in sys.stdin:
        print(f"{END} {run(*json.loads(line))}", flush=True)
        sys.stderr.flush()


if __name__ == "__main__":
    main()
