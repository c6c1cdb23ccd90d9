"""Two and three processes at once on one warehouse, in random order; one of them is killed now and then."""

from __future__ import annotations

import random
import time

from tests.chaos.process import Smelt
from tests.chaos.serve import SAIL, SPARK, WORKERS
from tests.chaos.world import CUSTOMER, World

COMMANDS: dict[str, list[str]] = {
    "run": ["run", "--no-release"],
    "ingest": ["ingest"],
    "release": ["release"],
    "forget": ["forget", "--customer", CUSTOMER, "--vacuum"],
    "maintain": ["maintain"],
    "report": ["report", "latest"],
    "status": ["status"],
    "export": ["export", "latest"],
}
WRITERS = {"run", "ingest", "forget", "maintain", "release"}
EMBEDDED = {"run", "ingest", "forget", "release"}
"""Those that may be the embedded engine's."""
OFTEN = {"run": 8, "ingest": 4, "release": 4, "forget": 5}
"""Against 1 of the others."""
ALLOWED = {0, 2, 3}
"""2: no such release, or one that holds a forgotten customer; 3: another process wrote."""


def crowd(world: World, dice: random.Random, share_of_spark: float) -> tuple[str, int, set[str], list[str]]:
    """The line, how many faults hit (processes that came while another was at work, kills), commands, bad ends."""
    names = dice.choices(
        sorted(COMMANDS), [OFTEN.get(name, 1) for name in sorted(COMMANDS)], k=dice.choice([2, 2, 3])
    )
    if not share_of_spark:
        names = [name if name in EMBEDDED else "run" for name in names]
    if not WRITERS & set(names):
        names[0] = "run"
    engines = [
        SPARK
        if name not in EMBEDDED or dice.random() < share_of_spark
        else dice.choice([SAIL, SAIL, WORKERS])
        for name in names
    ]
    processes = [world.pool.take(engine) for engine in engines]
    hits = 0
    for number, (name, process) in enumerate(zip(names, processes, strict=True)):
        hits += any(other.code() is None for other in processes[:number])
        _start(world, name, process)
        if number < len(names) - 1:
            time.sleep(dice.uniform(0, 1))
    victim = dice.choice(processes) if dice.random() < 0.4 else None
    is_killed = False
    if victim is not None:
        until = time.monotonic() + dice.uniform(0.1, 0.5 * world.usual.total(victim.engine))
        while victim.code() is None and time.monotonic() < until:
            time.sleep(0.02)
        is_killed = victim.code() is None
        if is_killed:
            victim.kill()
    codes = [process.end() for process in processes]
    bad = [
        f"{name} ended with {code}: {process.said()[-3000:]}"
        for name, process, code in zip(names, processes, codes, strict=True)
        if code not in ALLOWED and not (is_killed and process is victim)
    ]
    shown = ", ".join(
        f"{name} by {process.engine}{' (killed)' if is_killed and process is victim else ''} {code}"
        for name, process, code in zip(names, processes, codes, strict=True)
    )
    for process in processes:
        world.pool.give_back(process, harmed=is_killed and process is victim)
    return f"at once: {shown}", hits + is_killed, set(names), bad


def _start(world: World, name: str, process: Smelt) -> None:
    command, *arguments = COMMANDS[name]
    out = str(world.folder / f"out-{time.monotonic_ns()}")
    if name == "export":
        arguments = [*arguments, out]
    elif name == "report":
        arguments = [*arguments, "--out", out]
    world.start(process, command, *arguments)
