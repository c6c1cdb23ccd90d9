"""One command, and the harm that is done to its process, its disk, its clock and its input on the way.

A fault that came too late, or that the command went through as if there were none, did not hit, and does not count.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.chaos.disk import read_only, touch
from tests.chaos.process import STAGES, Smelt
from tests.chaos.serve import SPARK, WORKERS
from tests.chaos.world import RELEASE, World

INGEST = ("ingest",)
RUN = ("run", "--no-release")
TO_THE_END = ("run", "--release", RELEASE)
LAST = {INGEST: "ingest", RUN: "curated_examples", TO_THE_END: "releases"}
"""The last stage of each command."""

KILLS = {
    "driver": ("driver",),
    "java": ("java",),
    "all": ("driver", "java", "daemon", "worker"),
    "worker": (),
}
TABLES = (
    *(
        "bronze/tickets",
        "bronze/quarantine",
        "silver/conversations",
        "silver/pii_findings",
        "silver/examples",
    ),
    *(
        "silver/scores",
        "silver/signatures",
        "silver/duplicates",
        "gold/curated_examples",
        "gold/training_splits",
    ),
    *("gold/releases", "ops/files", "ops/ledger", "ops/runs"),
)
OF_INGEST = ("bronze/tickets", "bronze/quarantine", "bronze/arrivals", "ops/files", "ops/ledger", "ops/runs")


SYSTEM_SAYS = {"full_disk": "No space left", "read_only": "ead-only file system"}


class Strike(NamedTuple):
    """One fault: its kind, what it did, and whether it hit."""

    kind: str
    line: str
    has_hit: bool


class Outcome(NamedTuple):
    """The faults of one command, the first stage that has work now (None: nothing is left), and what went wrong."""

    strikes: list[Strike]
    next_stage: str | None
    wrong: list[str]


class Attempt:
    """One command on the warehouse, its process, and where it stands."""

    def __init__(
        self, world: World, dice: random.Random, engine: str, first: str, command: tuple[str, ...]
    ) -> None:
        self.world, self.dice, self.engine, self.command = world, dice, engine, command
        self.first, self.last = first, LAST[command]
        self.strikes: list[Strike] = []
        self.wrong: list[str] = []
        self.process: Smelt

    def run(self, ending: str, companions: Sequence[str]) -> Outcome:
        """The command, with ``companions``, which it survives, and an ``ending``, which it should not."""
        timed = sorted((kind for kind in companions if kind != "clock"), key=lambda kind: kind != "input")
        days = self.dice.choice([3, 30, 400]) if "clock" in companions else 0
        with contextlib.ExitStack() as around:
            self.process = self.world.pool.take(self.engine)
            before = around.enter_context(self._before(ending))
            moments = sorted(
                (
                    self.world.moment(self.dice, engine=self.engine, first=self.first, last=self.last)
                    for _ in range(len(timed) + 1)
                ),
                key=lambda moment: (STAGES.index(moment[0]), moment[1]),
            )
            self.world.start(self.process, *self.command, days_behind=days)
            for kind, moment in zip(timed, moments, strict=False):
                {"input": self._input, "stalled": self._stalled}[kind](moment)
            if ending in KILLS:
                code = self._kill(ending, moments[-1])
            elif ending == "read_only":
                code = self._read_only(moments[-1])
            elif ending == "overtaken":
                code = self._overtaken(moments[-1])
            else:
                code = self.process.end()
        if days:
            noticed = "this machine's clock" in self.process.said()
            self._note("clock", f"the clock went {days} days back: exit {code}", noticed)
        if before:
            self._note(ending, f"{before}: exit {code}", code != 0 and self._is_told(ending))
        self.world.learn(self.process)
        next_stage = self._next(code, companions)
        is_killed = ending in ("driver", "java", "all") and code != 0
        # A lease that a full disk did not let it give back ends with the process, as a command's does.
        self.world.pool.give_back(self.process, harmed=is_killed or self.world.is_written())
        return Outcome(self.strikes, next_stage, self.wrong)

    def _comes_to(self, moment: tuple[str, float]) -> bool:
        return self.process.comes_to(*moment, self._has_begun)

    def _has_begun(self) -> bool:
        return "ready" in self.process.said() and self.world.is_written()

    def _is_told(self, ending: str) -> bool:
        """Whether the command ended for this: what is removed from under it ends it too."""
        if ending in SYSTEM_SAYS:
            return SYSTEM_SAYS[ending] in self.process.said()
        return not any(strike.has_hit and "removed" in strike.line for strike in self.strikes)

    def _note(self, kind: str, line: str, has_hit: bool) -> None:
        self.strikes.append(Strike(kind, f"{self.command[0]} by {self.engine}: {line}", has_hit))

    def _next(self, code: int, companions: Sequence[str]) -> str | None:
        if "input" in companions or "clock" in companions:
            return STAGES[0]  # a file may be another one now, or may not be marked as read
        if code:
            return self.process.first_unfinished()
        return STAGES[1] if self.command == INGEST else None

    # -- from the start ------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _before(self, ending: str) -> Iterator[str]:
        """Harm that waits for the command: an obstacle to a commit, or little room on the disk."""
        if ending == "obstructed":
            table = self.dice.choice(OF_INGEST if self.command == INGEST else TABLES)
            log = self.world.root / table / "_delta_log"
            newest = max(int(file.name[:20]) for file in log.glob("*.json"))
            obstacle = log / f"{newest + 1:020}.json"  # files of the commit are written then, and it fails
            obstacle.mkdir()
            try:
                yield f"commit {newest + 1} of {table} obstructed"
            finally:
                with contextlib.suppress(OSError):
                    obstacle.rmdir()
        elif ending == "full_disk":
            share = (0.2 if self.command == INGEST else 0.6) * self.dice.random()
            spare = 4 * max(1, int(share * self.world.usual.kilobytes / 4))
            self.world.limit(self.world.used() + spare)
            try:
                yield f"disk full after {spare} kB more"
            finally:
                self.world.limit(1 << 20)
        else:
            yield ""

    # -- what a command survives -----------------------------------------------------------------------

    def _input(self, moment: tuple[str, float]) -> None:
        """A file of the landing is truncated, replaced, removed or touched while it is read, or stands there twice."""
        files = sorted(file for file in self.world.landing.rglob("part*-*") if file.is_file())
        newest = max(files, key=lambda file: file.stat().st_mtime_ns)
        kinds = ("truncated", "replaced", "touched", "twice", "all twice", "removed")
        (what,) = self.dice.choices(kinds, (2, 2, 2, 2, 2, 1))  # what is removed ends most commands
        seconds = self.dice.uniform(0.0, 0.6) * self.world.usual.seconds[self.engine]["ingest"]
        hit = self._comes_to((STAGES[0], seconds)) and self.process.first_unfinished() == STAGES[0]
        if what == "truncated":
            newest.write_bytes(newest.read_bytes()[: self.dice.randrange(newest.stat().st_size)])
        elif what == "replaced":
            newest.write_bytes(newest.read_bytes()[::-1])
        elif what == "removed":
            newest.unlink()
        elif what == "touched":
            touch(newest, self.dice.choice([-86_400, 3600]))
        else:
            for file in files if what == "all twice" else [newest]:
                shutil.copy(file, file.with_name(f"copied-{file.name}"))
        hit = hit and self.process.code() is None and self.process.first_unfinished() == STAGES[0]
        self._note("input", f"{newest.name} {what}, ingest {seconds:.1f} s", hit)

    def _stalled(self, moment: tuple[str, float]) -> None:
        """The whole process stands still for a while; another one that comes meanwhile has to leave."""
        refused = None
        if self._comes_to(moment):
            other = self.world.pool.take()
            self.process.signal(signal.SIGSTOP, "driver", "java")
            try:
                self.world.start(other, *INGEST, "--set", "warehouse.wait_seconds=0")
                refused = other.end()
            finally:
                self.process.signal(signal.SIGCONT, "driver", "java")
            self.world.pool.give_back(other)
        self._note("stalled", f"stopped, {_when(moment)}, another exits {refused}", refused == 3)

    # -- what it should not survive ----------------------------------------------------------------------

    def _kill(self, kind: str, moment: tuple[str, float]) -> int:
        if kind == "worker":
            stage, seconds = moment
            if self.engine == WORKERS:
                stage = self.dice.choice(STAGES[1:4])
            moment = min(stage, "scores", key=STAGES.index), seconds
        hit = self._comes_to(moment)
        if hit and kind == "worker":
            hit = self.process.kill_a_worker()
        elif hit:
            self.process.signal(signal.SIGKILL, *KILLS[kind])
        code = self.process.end()
        line = f"kill -9 {kind}, {_when(moment)}: exit {code}"
        if kind == "worker":  # the work is done again by another one
            self._note(kind, line, hit)
            if hit and code and not any("removed" in strike.line for strike in self.strikes):
                self.wrong.append(f"one worker less, and it ended: {line}: {self.process.said()[-3000:]}")
            return code
        if hit:
            self._let_die()
        self._note(kind, line, hit and code != 0)
        return code

    def _let_die(self) -> None:
        """What is left of a process that was harmed goes by itself; Spark's is only given a moment."""
        until = time.monotonic() + (5 if self.engine == SPARK else 120)
        while (self.process.process.poll() is None or self.process.left()) and time.monotonic() < until:
            time.sleep(0.05)
        left = self.process.left() if self.engine != SPARK and self.process.process.poll() is not None else []
        if left:
            self.wrong.append(f"processes outlive the one that was killed: {', '.join(left)}")

    def _read_only(self, moment: tuple[str, float]) -> int:
        """The disk becomes read-only on the way."""
        self._comes_to(moment)
        with read_only(self.world.disk) as was_had:
            code = self.process.end()
        hit = was_had and code != 0 and self._is_told("read_only")
        self._note("read_only", f"read-only, {_when(moment)}: exit {code}", hit)
        return code

    def _overtaken(self, moment: tuple[str, float]) -> int:
        """It stands still, its lease is broken, another one does the work; then it goes on and must not write."""
        codes: list[int] = []
        if self._comes_to(moment):
            other = self.world.pool.take()
            self.process.signal(signal.SIGSTOP, "driver", "java")
            try:
                for line in (("unlock", "--force"), (*INGEST, "--set", "warehouse.wait_seconds=5")):
                    self.world.start(other, *line)
                    codes.append(other.end())
            finally:
                self.process.signal(signal.SIGCONT, "driver", "java")
            self.world.pool.give_back(other)
        code = self.process.end()
        what = f"stopped, {_when(moment)}, unlocked and overtaken {codes}, goes on: exit {code}"
        self._note("overtaken", what, codes == [0, 0] and code != 0)
        return code


def _when(moment: tuple[str, float]) -> str:
    return f"{moment[0]} {moment[1]:.1f} s"


def possible(world: World, engine: str) -> tuple[list[str], list[str], list[str]]:
    """The endings and companions that can be had here by an engine, and why others cannot."""
    endings = ["driver", "obstructed", "overtaken"]
    endings += {SPARK: ["java", "all", "worker"], WORKERS: ["all", "worker"]}.get(engine, [])
    companions, left_out = ["input", "stalled", "stalled", "clock"], []
    if world.has_disk:
        endings += ["full_disk", "read_only"]
    else:
        left_out.append("full and read-only disks: this process may not mount any")
    return endings, companions, left_out
