"""``python -m tests.chaos [--faults 200] [--seed 1] [--records 60]``: harm at random, and what is left of the data.

A warehouse takes in a first part of generated records, and then a second one while it is harmed: processes killed
(driver, Java, workers, all), stopped, started beside each other; disks full or read-only; commits obstructed; input
that changes while it is read. Then a run is left alone, and the warehouse compared with one that nobody disturbed.
Every round has a seed of its own, printed with its faults: ``--only SEED`` repeats one.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.checks import files_holding, fingerprints, problems, state
from tests.chaos.faults import ALONE, DISK, Fault, can_mount, crowd, input_changes
from tests.chaos.world import CUSTOMER, MARK, RELEASE, World

KINDS = ("killed", "killed", "crowd", "input", "disk", "crowd")
FAULTS_A_ROUND = 4


def harmed(world: World, dice: random.Random, kind: str, most: int) -> tuple[int, list[str]]:
    """Faults of one kind, a run that is left alone, and all that is wrong afterwards."""
    world.fresh()
    wrong: list[str] = []
    done = 0
    is_forgotten = False
    if kind == "crowd":
        for _ in range(max(1, min(2, most))):
            line, bad = crowd(world, dice)
            print(f"    {line}", flush=True)
            wrong += bad
            done += 1
            is_forgotten |= "forget" in line
    else:
        choice: dict[str, Fault] = {"killed": ALONE, "disk": DISK, "input": {"input": input_changes}}[kind]
        for _ in range(min(FAULTS_A_ROUND, most)):
            print(f"    {choice[dice.choice(sorted(choice))](world, dice)}", flush=True)
            done += 1
    world.restore()
    if is_forgotten:
        forget = world.start("forget", "--customer", CUSTOMER, "--vacuum")
        if forget.end():
            wrong.append(f"forget failed: {forget.said()[-600:]}")
    last = world.start("run", "--release", RELEASE)
    if last.end():
        return done, [*wrong, f"the run that was left alone failed: {last.said()[-800:]}"]
    wrong += problems(world.root)
    wrong += differences(world, kind, is_forgotten=is_forgotten)
    return done, wrong


def differences(world: World, kind: str, *, is_forgotten: bool) -> list[str]:
    """Where the warehouse is another than the undisturbed one, as far as the faults leave it the same."""
    wanted, found = state(world.undisturbed), state(world.root)
    wrong = []
    bronze = [name for name in wanted if name.startswith("bronze/") and name != "bronze/quarantine"]
    for name in bronze if kind in ("input", "crowd") else wanted:
        lost = set(wanted[name]) - set(found[name])
        more = set(found[name]) - set(wanted[name])
        if is_forgotten and name == "bronze/tickets" and len(lost) == 1 and not more:
            continue
        if lost or more:
            wrong.append(f"{name}: {len(lost)} rows lost, {len(more)} that should not be")
    if (
        kind in ("killed", "disk")
        and fingerprints(world.root)[RELEASE] != fingerprints(world.undisturbed)[RELEASE]
    ):
        wrong.append("the fingerprint is another one")
    if is_forgotten:
        # Releases are immutable: what they hold of the customer is named, and goes with `smelt release --drop`.
        holding = [
            file for file in files_holding(world.root, MARK) if not file.startswith("gold/training_splits/")
        ]
        wrong += [f"holds the forgotten customer: {file}" for file in holding]
    return wrong


def main() -> None:
    """Print a line a fault, then how many there were; fails with the seeds of the rounds that ended badly."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--records", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no round after so long")
    parser.add_argument("--only", help="repeat the round of this seed, as printed: 1-3-crowd")
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        world = World(folder, given.records)
        print(f"an undisturbed run of the second part took {world.usual:.1f} s", flush=True)
        mounts = can_mount(folder / "disk")
        if not mounts:
            print("left out: full and read-only disks, as this process may not mount any", flush=True)
        done, number, failed = 0, 0, []
        while done < given.faults and time.monotonic() - began < given.seconds:
            kind = KINDS[number % len(KINDS)]
            seed = f"{given.seed}-{number}-{kind}"
            number += 1
            if given.only:
                seed, kind = given.only, given.only.rpartition("-")[2]
            elif kind == "disk" and not mounts:
                continue
            print(f"  round {seed}", flush=True)
            count, wrong = harmed(world, random.Random(seed), kind, given.faults - done)
            done += count
            if wrong:
                failed.append(seed)
                print("\n".join(f"    WRONG: {each}" for each in wrong), flush=True)
            if given.only:
                break
        print(
            f"{done} faults in {number} rounds, {time.monotonic() - began:.0f} s: {len(failed)} rounds ended badly"
        )
        if failed:
            sys.exit(f"repeat with --only {' or '.join(failed)}")


if __name__ == "__main__":
    main()
