"""``python -m tests.chaos.serve``: smelt's command line, one command after the other in one process.

Java and Spark start once, so that a fault costs the part of a run that it harms. A command is a line of JSON, the list
of its arguments; what it says goes where this process writes, and then a line ``@end CODE``.
"""

from __future__ import annotations

import json
import sys
import traceback

READY, END = "@ready", "@end"


def run(arguments: list[str]) -> int:
    """The exit code that ``smelt ARGUMENTS`` ends with."""
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


def main() -> None:
    """Start Spark, then do as the lines say until there are no more."""
    from smelt.spark.config import SparkConfig
    from smelt.spark.private import keep_private
    from smelt.spark.session import get_session

    keep_private()
    session = get_session(
        SparkConfig(
            master="local[2]",
            driver_memory="700m",
            shuffle_partitions=1,
            settings={"spark.sql.codegen.wholeStage": "false"},
        )
    )
    session.range(1).count()
    print(READY, flush=True)
    for line in sys.stdin:
        print(f"{END} {run(json.loads(line))}", flush=True)
        sys.stderr.flush()


if __name__ == "__main__":
    main()
