"""Processes of smelt that wait for commands, what is seen of their progress, and how they are killed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.chaos.serve import END, ENGINES, READY, SAIL, SPARK

STAGES = ("ingest", "conversations", "examples", "scores", "duplicates", "curated_examples", "releases")
"""Those of which a line in the log tells the end, in their order."""

_STAGE_LINE = re.compile(r"^  (\w+) .*?([\d.]+) s$", re.MULTILINE)
_END_LINE = re.compile(rf"^{END} (-?\d+)$", re.MULTILINE)
LOOK_EVERY = 0.02
PATIENCE = 1200.0


class Member(NamedTuple):
    """A process as proc(5) shows it."""

    pid: int
    name: str
    state: str
    parent: int
    session: int
    ticks: int
    """Of processor time that it has used."""


class Smelt:
    """One process that serves commands, with its Java and its Python workers."""

    def __init__(self, folder: Path, number: int, engine: str, environment: dict[str, str]) -> None:
        self.engine = engine
        self.log = folder / f"process-{number}.log"
        self.name = ""
        self._offset = 0
        self._begun: dict[str, float] = {}
        """When a stage was first seen under way, later by the time that the process stood still."""
        self._stopped_at: float | None = None
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.serve", engine],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=os.environ | environment,
                start_new_session=True,
            )

    # -- commands ----------------------------------------------------------------------------------

    def ready(self) -> Smelt:
        """Wait until it takes commands."""
        until = time.monotonic() + PATIENCE
        while READY not in self.log.read_text("utf-8", "replace"):
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(
                    f"a process did not start:\n{self.log.read_text('utf-8', 'replace')[-2000:]}"
                )
            time.sleep(LOOK_EVERY)
        return self

    def start(self, *arguments: str, days_behind: int = 0) -> None:
        """Begin a command; with ``days_behind`` a run by a clock that went back."""
        self.ready()
        self.name = arguments[0]
        self._begun = {}
        self._offset = self.log.stat().st_size
        assert self.process.stdin is not None
        self.process.stdin.write((json.dumps([days_behind, *arguments]) + "\n").encode())
        self.process.stdin.flush()

    def said(self) -> str:
        """What the command wrote so far."""
        with self.log.open("rb") as log:
            log.seek(self._offset)
            return log.read().decode("utf-8", "replace")

    def code(self) -> int | None:
        """How the command ended: its exit code, the signal that killed the process, or None while it runs."""
        found = _END_LINE.search(self.said())
        return int(found[1]) if found else self.process.poll()

    def end(self, patience: float = PATIENCE) -> int:
        """Wait for the command's end; raises TimeoutError where it does not come."""
        until = time.monotonic() + patience
        while (code := self.code()) is None:
            if time.monotonic() > until:
                raise TimeoutError(f"{self.name} did not end within {patience:.0f} s:\n{self.said()[-2000:]}")
            time.sleep(LOOK_EVERY)
        return code

    def seconds(self) -> dict[str, float]:
        """Stage -> seconds, of the stages that have ended."""
        return {name: float(took) for name, took in _STAGE_LINE.findall(self.said())}

    def first_unfinished(self) -> str:
        """The stage at which the command is, or ended."""
        ended = self.seconds()
        return next((stage for stage in STAGES if stage not in ended), STAGES[-1])

    def comes_to(self, stage: str, seconds: float, has_begun: Callable[[], bool]) -> bool:
        """Wait until ``stage`` has been under way for so long; False where the command ended before.

        ``has_begun`` tells of the first one.
        """
        position = STAGES.index(stage)
        while self.code() is None:
            ended = self.seconds()
            if any(name in ended for name in STAGES[position - 1 :]) if position else has_begun():
                break
            time.sleep(LOOK_EVERY)
        until = self._begun.setdefault(stage, time.monotonic()) + seconds
        while self.code() is None and time.monotonic() < until:
            time.sleep(LOOK_EVERY)
        return self.code() is None

    # -- harm --------------------------------------------------------------------------------------

    def children(self) -> dict[str, list[Member]]:
        """Processes of its session, which nobody else is in: Java, the daemon that forks workers, and the workers."""
        members = [each for each in _processes() if each.session == self.process.pid]
        java = [each for each in members if each.name == "java"]
        above = {each.pid for each in java}
        daemon = [each for each in members if each.parent in above]
        above = {each.pid for each in daemon} if self.engine == SPARK else {self.process.pid}
        workers = [each for each in members if each.parent in above and each not in java]
        return {
            "java": java,
            "daemon": daemon,
            "worker": [each for each in workers if _is_worker(each, self.engine)],
        }

    def kill_a_worker(self, patience: float = 1.0) -> bool:
        """SIGKILL to a Python worker that is at work, as soon as there is one; whether one came."""
        until = time.monotonic() + patience
        before: dict[int, int] = {}
        while time.monotonic() < until and self.code() is None:
            for worker in self.children()["worker"]:
                if worker.ticks > before.setdefault(worker.pid, worker.ticks):
                    return bool(send(signal.SIGKILL, [worker.pid]))
            time.sleep(LOOK_EVERY)
        return False

    def signal(self, number: int, *kinds: str) -> int:
        """Send a signal to the driver ("driver") and to children of those kinds; how many were there."""
        if number == signal.SIGSTOP:
            self._stopped_at = time.monotonic()
        elif number == signal.SIGCONT and self._stopped_at is not None:
            stood = time.monotonic() - self._stopped_at
            self._begun = {stage: begun + stood for stage, begun in self._begun.items()}
        below = self.children()
        pids = [self.process.pid] if "driver" in kinds and self.process.poll() is None else []
        pids += [each.pid for kind in kinds if kind != "driver" for each in below[kind]]
        return send(number, pids)

    def left(self) -> list[str]:
        """Names of processes of its session that are there though it is not."""
        return [each.name for each in _processes() if each.session == self.process.pid and each.state != "Z"]

    def kill(self) -> None:
        """SIGKILL to all of it."""
        send(signal.SIGKILL, [each.pid for each in _processes() if each.session == self.process.pid])
        self.process.wait()


class Pool:
    """Processes that stand ready, by engine; those that were harmed are replaced."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self._idle: dict[str, list[Smelt]] = {engine: [] for engine in ENGINES}
        self._all: list[Smelt] = []

    def _new(self, engine: str) -> Smelt:
        made = Smelt(self._folder, len(self._all), engine, self._environment)
        self._all.append(made)
        return made

    def take(self, engine: str = SAIL) -> Smelt:
        """A process of one's own, until it is given back."""
        while self._idle[engine]:
            found = self._idle[engine].pop(0)
            if found.process.poll() is None:
                return found.ready()
        return self._new(engine).ready()

    def give_back(self, process: Smelt, *, harmed: bool = False) -> None:
        """It takes the next command, unless it was harmed: then another one is begun in its place."""
        if harmed or process.process.poll() is not None:
            process.kill()
            process = self._new(process.engine)
        self._idle[process.engine].append(process)

    def close(self) -> None:
        """End all."""
        for process in self._all:
            if process.process.poll() is None:
                process.kill()


def send(number: int, pids: list[int]) -> int:
    """Send a signal; how many of the processes were there."""
    sent = 0
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            sent += 1
    return sent


def _processes() -> list[Member]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                start, _, rest = (entry / "stat").read_text("ascii", "replace").rpartition(")")
                fields = rest.split()
                ticks = int(fields[11]) + int(fields[12])
                name = start.partition("(")[2]
                found.append(Member(int(entry.name), name, fields[0], int(fields[1]), int(fields[3]), ticks))
    return found


def _is_worker(process: Member, engine: str) -> bool:
    """Python's own tracker of resources is a child too."""
    if engine == SPARK:
        return True
    with contextlib.suppress(OSError):
        return b"spawn_main" in Path(f"/proc/{process.pid}/cmdline").read_bytes()
    return False
