"""Runs a job file as a script, as spark-submit does."""

from __future__ import annotations

import argparse
import sys

from smelt.config import load_config
from smelt.errors import SmeltError
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stages
from smelt.pipeline.stage import Stage
from smelt.tables.private import keep_private


def run_as_script(stage: Stage) -> None:
    """Command line of a job file: ``spark-submit jobs/scores.py --conf-file my.yaml --set key=value``."""
    parser = argparse.ArgumentParser(description=stage.__doc__)
    parser.add_argument(
        "--conf-file", action="append", default=[], help="YAML configuration; may be repeated"
    )
    parser.add_argument("--env", default=None, help="overlay conf/ENV.yaml")
    parser.add_argument(
        "--set", action="append", default=[], dest="settings", help="key=value; may be repeated"
    )
    given = parser.parse_args()
    keep_private()
    try:
        job = open_job(load_config(given.conf_file, environment=given.env, settings=given.settings))
        for report in run_stages(job, [stage]):
            print(f"{report.stage}: in {report.result.total('in'):,}, out {report.result.total('out'):,}")
    except SmeltError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
