"""``python -m tests.chaos [--faults 200] [--seed 1] [--records 40] [--kinds tickets]``: harm, and what is left.

A warehouse takes in a first part of generated records, then more parts while it is harmed: processes killed (driver,
Java, workers, all), stopped, overtaken, started beside each other; disks full or read-only; commits obstructed; clocks
that go back; input that changes while it is read. Each fault strikes at a moment of the run's progress that is drawn by
chance; only those that hit are counted. After each, every table is read, keys and ledger are looked at, and the next
run goes on from there. At the end of a round a run is left alone, and the warehouse compared with one that nobody
disturbed. Every round has a seed of its own, printed with its faults: ``--only SEED`` repeats one.

Most commands are the embedded engine's, half of them with rows handed to processes; a share is Spark's, on the same
warehouses.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import get_args

from smelt.generate.config import Kind
from tests.chaos.checks import files_holding, fingerprints, problems, state
from tests.chaos.crowds import crowd
from tests.chaos.disk import touch
from tests.chaos.faults import INGEST, RUN, TO_THE_END, Attempt, possible
from tests.chaos.process import STAGES
from tests.chaos.serve import ENGINES, SAIL, SPARK, WORKERS
from tests.chaos.world import CUSTOMER, MARK, PARTS, RELEASE, Failed, World

CROWDS_A_ROUND = 5
TRIES_A_ROUND = 30
WEIGHTS = {
    SAIL: {"driver": 3},
    WORKERS: {"worker": 3, "all": 3, "driver": 2},
    SPARK: {"java": 2, "worker": 2, "obstructed": 3, "overtaken": 2, "full_disk": 3, "read_only": 2},
}
"""Of the endings, against 1: after a kill another process has to start, which takes Spark long."""
OFTEN = {"input": 0.7, "stalled": 0.5, "clock": 0.3}
"""How likely a command is harmed so, beside what ends it."""


class Tally:
    """Faults that hit, by kind, and those that did not."""

    def __init__(self) -> None:
        self.hit: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()

    def note(self, kind: str, line: str, hits: int) -> None:
        self.hit[kind] += hits
        self.missed[kind] += not hits
        print(f"    {line}{'' if hits else '  [did not hit]'}", flush=True)


def harmed_alone(
    world: World, dice: random.Random, tally: Tally, most: int, share_of_spark: float
) -> list[str]:
    """Commands that are harmed, one after the other; all that is wrong afterwards."""
    world.fresh()
    wrong: list[str] = []
    stage: str | None = None
    part = hits = tries = 0
    seen: set[str] = set()
    while (
        hits < most and tries < TRIES_A_ROUND and (part < PARTS or stage is not None) and not world.is_late()
    ):
        if part < PARTS and (stage in (None, STAGES[0]) or dice.random() < 0.3):
            world.bring(part)
            part, stage = part + 1, STAGES[0]
        is_last = tries == TRIES_A_ROUND - 1 or dice.random() < 0.01
        if is_last:
            world.bring_all()
            part, stage = PARTS, STAGES[0]
        first = stage or STAGES[0]
        command = TO_THE_END if is_last else INGEST if first == STAGES[0] and dice.random() < 0.75 else RUN
        (engine,) = dice.choices(ENGINES, [(1 - share_of_spark) / 2] * 2 + [share_of_spark])
        endings, companions, _ = possible(world, engine)
        (ending,) = dice.choices(endings, [WEIGHTS[engine].get(kind, 1) for kind in endings])
        if ending == "worker" and engine == WORKERS and not is_last:
            command = RUN  # files are taken in without any
        beside = [kind for kind in companions if dice.random() < OFTEN[kind]]
        if first != STAGES[0] or (command == RUN and dice.random() < 0.5):  # less input is less work to harm
            beside = [kind for kind in beside if kind != "input"]
        done = Attempt(world, dice, engine, first, command).run(ending, beside)
        for strike in done.strikes:
            tally.note(strike.kind, strike.line, int(strike.has_hit))
            hits += strike.has_hit
        seen |= {*beside}
        tries, stage = tries + 1, done.next_stage
        wrong += done.wrong
        wrong += [f"after {done.strikes[-1].line}: {each}" for each in problems(world.root, is_at_rest=False)]
        if wrong or is_last:
            break
    world.bring_all()
    return [*wrong, *left_alone(world, world.undisturbed, is_input_same="input" not in seen)]


def harmed_by_others(
    world: World, dice: random.Random, tally: Tally, most: int, share_of_spark: float
) -> list[str]:
    """Crowds of processes; all that is wrong afterwards."""
    world.fresh()
    wrong: list[str] = []
    names: set[str] = set()
    hits = 0
    for number in range(CROWDS_A_ROUND):
        world.bring(number)
        line, hit, commands, bad = crowd(world, dice, share_of_spark)
        tally.note("crowd", line, hit)
        hits += hit
        names |= commands
        wrong += bad + [f"after {line}: {each}" for each in problems(world.root, is_at_rest=False)]
        if wrong or hits >= most or world.is_late():
            break
    world.bring_all()
    is_forgotten = "forget" in names
    if is_forgotten:
        process = world.pool.take()
        world.must(process, "forget", "--customer", CUSTOMER, "--vacuum")
        world.pool.give_back(process)
        touch(world.planted, 0)  # what comes again is refused
    wanted = world.without_the_customer() if is_forgotten else world.undisturbed
    wrong += left_alone(world, wanted, is_released_between="release" in names)
    if is_forgotten:
        # Releases are immutable: what they hold of the customer is named, and goes with `smelt release --drop`.
        holding = [
            file for file in files_holding(world.root, MARK) if not file.startswith("gold/training_splits/")
        ]
        wrong += [f"holds the forgotten customer: {file}" for file in holding]
    return wrong


def left_alone(
    world: World, wanted: Path, *, is_input_same: bool = True, is_released_between: bool = False
) -> list[str]:
    """A run that nobody disturbs, and where the warehouse differs from ``wanted`` then."""
    process = world.pool.take()
    world.must(process, "run", "--release", RELEASE)
    world.pool.give_back(process)
    wrong = problems(world.root)
    before, found = state(wanted), state(world.root)
    for name, rows in before.items():
        lost, more = set(rows) - set(found[name]), set(found[name]) - set(rows)
        if name == "bronze/quarantine" and not is_input_same:
            more = set()  # lines of files that were cut are kept, as they were read
        if lost or more:
            wrong.append(f"{name}: {len(lost)} rows lost, {len(more)} that should not be")
    if not is_released_between and fingerprints(world.root)[RELEASE] != fingerprints(wanted)[RELEASE]:
        wrong.append("the fingerprint is another one")
    return wrong


def main() -> None:
    """Print a line a fault, then how many there were; fails with the seeds of the rounds that ended badly."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--records", type=int, default=40, help="of the first part; twice as many come later")
    parser.add_argument("--kinds", default="tickets", help="tickets,chats,transcripts,articles")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="no more faults after so long")
    parser.add_argument("--a-round", type=int, default=25, help="faults before a run is left alone")
    parser.add_argument("--spark", type=float, default=0.1, help="the share of commands that are Spark's")
    parser.add_argument("--only", help="repeat the round of this seed, as printed: 1-3-alone")
    parser.add_argument("--folder", type=Path, help="keep what is prepared here, for the next time")
    given = parser.parse_args()
    kinds: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind in given.kinds.split(","))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # processes and the disk go then, too
    with tempfile.TemporaryDirectory(prefix="smelt-chaos-") as temporary:
        world = World(given.folder or Path(temporary), given.records, kinds)
        try:
            sys.exit(rounds(world, given))
        finally:
            world.close()


def rounds(world: World, given: argparse.Namespace) -> str | None:
    """Rounds until enough faults hit; what to say where any ended badly."""
    began = time.monotonic()
    world.ends = began + given.seconds
    world.prepare()
    usual = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in world.usual.seconds[SAIL].items())
    print(f"prepared in {time.monotonic() - began:.0f} s; undisturbed, in seconds: {usual}", flush=True)
    for reason in possible(world, SAIL)[2]:
        print(f"left out: {reason}", flush=True)
    tally, failed, number = Tally(), [], 0
    while tally.hit.total() < given.faults and not world.is_late():
        seed = given.only or f"{given.seed}-{number}-{'others' if number % 4 == 1 else 'alone'}"
        number += 1
        print(f"  round {seed}, {time.monotonic() - began:.0f} s", flush=True)
        harm = harmed_by_others if seed.endswith("others") else harmed_alone
        try:
            wrong = harm(
                world,
                random.Random(seed),
                tally,
                min(given.a_round, given.faults - tally.hit.total()),
                given.spark,
            )
        except (Failed, TimeoutError) as error:
            wrong = [str(error)]
        if wrong:
            failed.append(seed)
            shutil.copytree(world.root, world.folder / f"wrong-{seed}", dirs_exist_ok=True)
            print("\n".join(f"    WRONG: {each}" for each in wrong), flush=True)
        if given.only:
            break
    hit = ", ".join(f"{kind} {count}" for kind, count in sorted(tally.hit.items()))
    print(f"{tally.hit.total()} faults hit ({hit}), {tally.missed.total()} did not,")
    print(f"in {number} rounds, {time.monotonic() - began:.0f} s: {len(failed)} rounds ended badly")
    return f"repeat with --only {' or '.join(failed)}" if failed else None


if __name__ == "__main__":
    main()
