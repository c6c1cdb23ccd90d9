"""kill -9 of runs of the embedded engine: the next one waits for nobody, and finishes them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from tests.chaos.checks import fingerprints, problems, state

STAGES = ("ingest", "examples", "duplicates")
TRIES = 8


@pytest.fixture(scope="module")
def conf(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("killed")
    config = GenerateConfig(records=60, seed=5, kinds=("tickets", "chats"))
    generate(folder / "landing", config, lambda step: None)
    return write_project(folder / "landing", config.kinds)


def start(conf: Path, root: Path) -> subprocess.Popen:
    settings = (f"warehouse.root={root}", "warehouse.wait_seconds=0", "spark.engine=sail")
    given = [each for setting in settings for each in ("--set", setting)]
    return subprocess.Popen(
        [sys.executable, "-m", "smelt.cli.app", "run", "--release", "r", "--conf", str(conf), *given],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"SMELT_PII_KEY": "c0ffee" * 8},
    )


def end(process: subprocess.Popen) -> None:
    said, _ = process.communicate(timeout=900)
    assert process.returncode == 0, said


def kill_after(process: subprocess.Popen, word: str, seconds: float) -> bool:
    """SIGKILL so long after a line that begins with ``word``: the engine is ready, or a stage is done.

    False where the run had ended by then, as it may where this process had to wait for a busy machine.
    """
    with process:
        for line in process.stdout:
            if line.split()[:1] == [word]:
                break
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        code = process.wait()
    assert code in (0, -signal.SIGKILL)
    return code != 0


def kill_in_turn(conf: Path, root: Path, dice: random.Random) -> bool:
    """One run after another, killed at its start and then after each of the stages; whether all were."""
    return kill_after(start(conf, root), "run", 0.1) and all(
        kill_after(start(conf, root), stage, dice.uniform(0, 0.3)) for stage in STAGES
    )


def test_a_run_that_is_killed_again_and_again_is_finished_by_the_next(conf, tmp_path):
    end(start(conf, tmp_path / "undisturbed"))
    dice = random.Random(3)
    roots = (tmp_path / f"killed-{number}" for number in range(TRIES))
    root = next(root for root in roots if kill_in_turn(conf, root, dice))
    end(start(conf, root))
    assert problems(root) == []
    assert state(root) == state(tmp_path / "undisturbed")
    assert fingerprints(root) == fingerprints(tmp_path / "undisturbed")
