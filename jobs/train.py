"""The training job as a script: ``python -m smelt.jobs.train RELEASE --conf FILE``.

Not a stage: it neither reads nor writes tables by Spark. It calls :func:`smelt.tuning.finetune.finetune`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from smelt.config import load_config
from smelt.errors import SmeltError
from smelt.tuning.finetune import finetune


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", help="name of a release, latest, or the folder or address of an export")
    parser.add_argument("--conf", action="append", default=[], type=Path, help="YAML file; may be repeated")
    parser.add_argument("--env", default=None, help="overlay conf/ENV.yaml")
    parser.add_argument(
        "--set", action="append", default=[], dest="settings", help="key=value; may be repeated"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run the job; returns the exit code, 0 or that of the error."""
    given = options(arguments)
    try:
        config = load_config(given.conf, environment=given.env, settings=given.settings)
        done = finetune(given.release, config.warehouse, config.tuning, config.pii, say=print)
    except SmeltError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    print(done.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
