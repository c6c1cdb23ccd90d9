"""Shows the progress of a stage, by the tasks of Spark's running jobs."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from threading import Event, Thread
from typing import TYPE_CHECKING

from smelt.tables.filesystem import is_connect

if TYPE_CHECKING:
    from pyspark.sql import SparkSession
    from rich.console import Console

LOOK_EVERY = 0.5
SAY_EVERY = 60.0
"""Seconds between two lines if there is no terminal."""


class Progress:
    """The current stage, set by the pipeline through :meth:`stage`."""

    def __init__(self) -> None:
        self.name = "preparing tables"
        self.began = time.monotonic()

    def stage(self, name: str) -> None:
        """Start the next stage."""
        self.name, self.began = name, time.monotonic()

    def line(self, done: int, of: int) -> str:
        """``scores ... 34 of 120 tasks, 61 s``."""
        tasks = f" {done:,} of {of:,} tasks," if of else ""
        return f"{self.name} ...{tasks} {time.monotonic() - self.began:.0f} s"


@contextlib.contextmanager
def shown_progress(spark: SparkSession, console: Console) -> Iterator[Progress]:
    """Show a progress line that is updated in place; without a terminal, print one line every SAY_EVERY seconds."""
    progress, stopped = Progress(), Event()
    with console.status(progress.name) as status:

        def watch() -> None:
            said = time.monotonic()
            while not stopped.wait(LOOK_EVERY):
                line = progress.line(*running_tasks(spark))
                if console.is_terminal:
                    status.update(line)
                elif time.monotonic() - max(said, progress.began) > SAY_EVERY:
                    console.print(f"  {line}", highlight=False)
                    said = time.monotonic()

        watcher = Thread(target=watch, name="progress", daemon=True)
        watcher.start()
        try:
            yield progress
        finally:
            stopped.set()
            watcher.join()


def running_tasks(spark: SparkSession) -> tuple[int, int]:
    """Numbers of finished and of all tasks of the running Spark stages; (0, 0) if unknown."""
    if is_connect(spark):
        return 0, 0
    try:
        tracker = spark.sparkContext.statusTracker()
        found = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    except Exception:  # the session is being stopped
        return 0, 0
    known = [stage for stage in found if stage is not None]
    return sum(stage.numCompletedTasks for stage in known), sum(stage.numTasks for stage in known)
