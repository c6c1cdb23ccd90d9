"""``python -m tests.tuning.dying OUT WHAT ARGUMENTS``: smelt's command line, ended by kill -9 as soon as WHAT is so.

WHAT is a pattern of files below OUT, one of which is there, or a status of a run in OUT/mlflow.db. It is looked for
before each step that the interpreter's audit hooks see (a file is opened, renamed or removed, a folder is made or
listed, a process is started): a process elsewhere that watched could come too late on a busy machine.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path

SEEN = frozenset(
    ("open", "os.mkdir", "os.rename", "os.remove", "os.listdir", "os.scandir", "subprocess.Popen", "import")
)


def tracked(out: Path) -> list[str]:
    """Status of every run that the tracking database knows."""
    try:
        with sqlite3.connect(f"file:{out / 'mlflow.db'}?mode=ro", uri=True, timeout=1) as database:
            return [row[0] for row in database.execute("SELECT status FROM runs")]
    except sqlite3.Error:
        return []


def is_so(out: Path, what: str) -> bool:
    """Whether one of the files is there, or a run has the status."""
    return what in tracked(out) if what.isupper() else any(out.glob(what))


def die_when(there: Callable[[], bool]) -> None:
    """From now on, end this process by SIGKILL once ``there()``."""
    own = threading.local()

    def look(event: str, _: object) -> None:
        if event in SEEN and not getattr(own, "is_looking", False):
            own.is_looking = True
            try:
                if there():
                    os.kill(os.getpid(), signal.SIGKILL)
            finally:
                own.is_looking = False

    sys.addaudithook(look)


def main() -> None:
    """Run the command."""
    from smelt.cli import app

    out, what, *arguments = sys.argv[1:]
    die_when(lambda: is_so(Path(out), what))
    sys.argv = ["smelt", *arguments]
    app.main()


if __name__ == "__main__":
    main()
