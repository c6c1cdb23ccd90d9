"""Commands of smelt one after another by the embedded engine, in one process beside that of the tests.

A process and its imports cost ten times what a command does. ``python -m tests.e2e.embedded_commands`` reads the
arguments of each from standard input, as JSON, and prints what each said.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from typer.testing import CliRunner

from smelt.cli.app import app

ROOT = Path(__file__).resolve().parents[2]


def said_by_each(commands: Sequence[Sequence[str]]) -> list[str]:
    """What each of ``commands`` printed; each is given with its own configuration and warehouse."""
    child = subprocess.run(
        [sys.executable, "-m", __name__], input=json.dumps(commands), cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert child.returncode == 0, child.stderr[-4000:]
    return json.loads(child.stdout.splitlines()[-1])


def _main() -> None:
    said = []
    for command in json.load(sys.stdin):
        done = CliRunner().invoke(app, [*command, "--set", "spark.engine=sail"])
        if done.exit_code:
            sys.exit(f"{command}: {done.output}\n{done.exception!r}")
        said.append(done.stdout)
    print(json.dumps(said))


if __name__ == "__main__":
    _main()
