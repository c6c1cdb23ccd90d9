"""Faults: each does harm to a running process, to its disk or to its input, and says in a line what it did."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.chaos.world import CUSTOMER, World

Fault = Callable[[World, random.Random], str]


def _after(world: World, dice: random.Random) -> float:
    return dice.uniform(0.5, world.usual * 0.7)


def _killed(kind: str) -> Fault:
    def fault(world: World, dice: random.Random) -> str:
        run = world.start("run", "--no-release")
        wait = _after(world, dice)
        ended = _wait_for_end(run.process, wait)
        if not ended:
            below = run.children()
            pids = {
                "driver": [run.process.pid],
                "java": below["java"],
                "worker": below["worker"][:2],
                "all": [run.process.pid, *below["java"], *below["worker"]],
            }[kind]
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        code = run.end()
        return f"kill -9 {kind} after {wait:.1f} s: {'it had ended' if ended else f'exit {code}'}"

    return fault


def stalled(world: World, dice: random.Random) -> str:
    """The whole process stands still for a while, and another one comes meanwhile."""
    run = world.start("run", "--no-release")
    wait = _after(world, dice)
    if not _wait_for_end(run.process, wait):
        pids = [run.process.pid, *run.children()["java"]]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        other = world.start("run", "--no-release", "--set", "warehouse.wait_seconds=0")
        code = other.end()
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        return f"stopped after {wait:.1f} s, another exits {code}, goes on: exit {run.end()}"
    return "stopped too late"


def obstructed(world: World, dice: random.Random) -> str:
    """A commit fails after its files are written: what it would be named stands in its way."""
    tables = ("bronze/tickets", "silver/conversations", "silver/examples", "silver/scores", "silver/signatures",
              "gold/curated_examples", "ops/files")  # fmt: skip
    table = dice.choice(tables)
    log = world.root / table / "_delta_log"
    newest = max(int(file.name[:20]) for file in log.glob("*.json"))
    obstacle = log / f"{newest + 1:020}.json"
    obstacle.mkdir()
    try:
        code = world.start("run", "--no-release").end()
    finally:
        obstacle.rmdir()
    return f"commit {newest + 1} of {table} obstructed: exit {code}"


def full_disk(world: World, dice: random.Random) -> str:
    """The warehouse on a disk of its own that runs full on the way."""
    with _own_disk(world) as used:
        spare = dice.randint(8, 900)
        _mount(world.root, f"remount,size={(used >> 10) + spare}k")
        code = world.start("run", "--no-release").end()
        _mount(world.root, "remount,size=512m")
    return f"disk full after {spare} kB more: exit {code}"


def read_only(world: World, dice: random.Random) -> str:
    """The disk becomes read-only on the way."""
    with _own_disk(world):
        run = world.start("run", "--no-release")
        wait = _after(world, dice)
        _wait_for_end(run.process, wait)
        busy = subprocess.run(
            ["mount", "-o", "remount,ro", str(world.root)], capture_output=True, check=False
        )
        if busy.returncode:  # files are open for writing at this moment
            run.kill_all()
        code = run.end()
        _mount(world.root, "remount,rw")
    return f"read-only after {wait:.1f} s{' (busy, killed)' if busy.returncode else ''}: exit {code}"


def input_changes(world: World, dice: random.Random) -> str:
    """A file of the landing is truncated, replaced, removed or touched while it is read, or stands there twice."""
    name = dice.choice(sorted(world.later))
    file, content = world.landing / name, world.later[name]
    what = dice.choice(["truncated", "replaced", "removed", "touched", "twice"])
    run = world.start("run", "--no-release")
    _wait_for_end(run.process, dice.uniform(0.5, world.usual * 0.6))
    if what == "truncated":
        file.write_bytes(content[: dice.randrange(len(content))])
    elif what == "replaced":
        file.write_bytes(content[::-1])
    elif what == "removed":
        file.unlink()
    elif what == "touched":
        moment = time.time() + dice.choice(
            [-86_400, 3600]
        )  # as a clock that goes back, or ahead, would set it
        os.utime(file, (moment, moment))
    else:
        shutil.copy(file, file.with_name(f"copied-{file.name}"))
    code = run.end()
    return f"{Path(name).name} {what}: exit {code}"


COMMANDS: dict[str, list[str]] = {
    "run": ["run", "--no-release"],
    "release": ["release"],
    "forget": ["forget", "--customer", CUSTOMER, "--vacuum"],
    "maintain": ["maintain"],
    "report": ["report", "latest"],
    "status": ["status"],
    "export": ["export", "latest"],
}


def crowd(world: World, dice: random.Random) -> tuple[str, list[str], list[str]]:
    """Two or three processes at once, one killed now and then; the line, the commands that ended well, the bad ends."""
    names = [dice.choice(sorted(COMMANDS)) for _ in range(dice.choice([2, 2, 3]))]
    if not {"run", "forget", "maintain", "release"} & set(names):
        names[0] = "run"
    runs = []
    for number, name in enumerate(names):
        extra = [str(world.folder / f"out-{time.monotonic_ns()}")] if name == "export" else []
        extra = ["--out", str(world.folder / f"out-{time.monotonic_ns()}")] if name == "report" else extra
        runs.append(world.start(*COMMANDS[name], *extra))
        if number < len(names) - 1:
            time.sleep(dice.uniform(0, 3))
    victim = dice.choice(runs) if dice.random() < 0.4 else None
    if victim is not None and not _wait_for_end(victim.process, dice.uniform(2, world.usual)):
        victim.kill_all()
    codes = [run.end() for run in runs]
    ended = [run.name for run, code in zip(runs, codes, strict=True) if code == 0]
    allowed = {0, 2, 3}  # 2: no such release, or one that holds a forgotten customer; 3: another one wrote
    bad = [
        f"{run.name} ended with {code}: {run.said()[-600:]}"
        for run, code in zip(runs, codes, strict=True)
        if code not in allowed and run is not victim
    ]
    shown = ", ".join(
        f"{run.name}{' (killed)' if run is victim else ''} {code}"
        for run, code in zip(runs, codes, strict=True)
    )
    return f"at once: {shown}", ended, bad


def can_mount(folder: Path) -> bool:
    """Whether this process may make disks of its own."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        return False
    subprocess.run(["umount", str(folder)], check=True)
    return True


ALONE: dict[str, Fault] = {
    "driver": _killed("driver"),
    "java": _killed("java"),
    "worker": _killed("worker"),
    "all": _killed("all"),
    "stalled": stalled,
    "obstructed": obstructed,
}
DISK: dict[str, Fault] = {"full_disk": full_disk, "read_only": read_only}


@contextlib.contextmanager
def _own_disk(world: World):
    """The warehouse moved to a memory disk while the block lasts; gives its size in bytes."""
    aside = world.folder / "aside"
    shutil.move(world.root, aside)
    world.root.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", str(world.root)], check=True)
    try:
        shutil.copytree(aside, world.root, dirs_exist_ok=True)
        yield shutil.disk_usage(world.root).used
        shutil.rmtree(aside)
        shutil.copytree(world.root, aside)
    finally:
        subprocess.run(["umount", "-l", str(world.root)], check=True)
        world.root.rmdir()
        shutil.move(aside, world.root)


def _mount(root: Path, options: str) -> None:
    subprocess.run(["mount", "-o", options, str(root)], check=True)


def _wait_for_end(process: subprocess.Popen, seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
