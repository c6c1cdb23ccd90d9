"""kill -9 for real in every step of ``smelt finetune``: nothing is left half, and the next call goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from smelt.pii.config import PiiConfig
from smelt.tables.config import WarehouseConfig
from smelt.tuning.config import TuningConfig
from smelt.tuning.finetune import finetune
from smelt.tuning.handover import registry
from smelt.tuning.handover.folder import check_digest
from smelt.tuning.training.record import read_json
from tests.tuning.dying import tracked

ROOT = Path(__file__).parents[2]


class Call:
    """``smelt finetune`` in a process of its own, over one folder of runs."""

    def __init__(self, root: Path, tiny: Path, folder: Path) -> None:
        self.out = folder / "out"
        self.root = root
        values = {
            "base": str(tiny), "out": str(self.out),
            "train": {"max_steps": 12, "learning_rate": 0.01, "save_every": 4, "evaluate_every": 12},
            "generation": {"max_new_tokens": 12, "batch_size": 1}, "evaluation": {"rows": 12, "resamples": 100},
        }  # fmt: skip
        self.config = TuningConfig.model_validate(values)
        self.file = folder / "smelt.yaml"
        self.file.write_text(json.dumps({"warehouse": {"root": str(root)}, "tuning": values}))

    def killed_when(self, what: str) -> None:
        """Begin, and be killed as soon as there is such a file, or a run of that status (:mod:`tests.tuning.dying`)."""
        command = [sys.executable, "-m", "tests.tuning.dying", str(self.out), what]
        done = subprocess.run(
            [*command, "finetune", "r1", "--conf", str(self.file)], cwd=ROOT, check=False, capture_output=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2_000:]

    def to_the_end(self, said: list[str]):
        return finetune("r1", WarehouseConfig(root=str(self.root)), self.config, PiiConfig(), say=said.append)

    @property
    def runs(self) -> Path:
        return self.out / "runs"

    @property
    def tracked(self) -> list[str]:
        """Status of every run that the tracking database knows."""
        return tracked(self.out)


@pytest.fixture
def call(root, tiny, tmp_path):
    return Call(root, tiny, tmp_path)


def test_killed_in_training_evaluation_hand_over_and_registration(call, root, tiny, tmp_path_factory):
    call.killed_when("runs/*/checkpoint-4/smelt.json")
    assert not list(call.runs.glob("*/run.json"))

    call.killed_when("runs/*/run.json")
    assert not list(call.runs.glob("*/evaluation.json"))
    trained = read_json(next(call.runs.glob("*/run.json")))
    assert trained["resumed_from"]

    call.killed_when("models/.*.part")
    assert not [each for each in (call.out / "models").iterdir() if not each.name.startswith(".")]
    report = read_json(next(call.runs.glob("*/evaluation.json")))

    call.killed_when("RUNNING")
    assert call.tracked == ["RUNNING"]
    assert registry.by_alias(call.config, registry.CANDIDATE) is None  # nothing is half registered
    assert check_digest(next((call.out / "models").glob("r1-*")))

    said: list[str] = []
    done = call.to_the_end(said)
    assert any("is finished already" in line for line in said)
    assert "3/5 evaluated already" in said
    assert done.version.number == "1"
    assert check_digest(done.folder)["digest"] == done.version.digest
    assert sorted(call.tracked) == ["FINISHED", "KILLED"]
    assert done.evaluation == report

    whole = Call(root, tiny, tmp_path_factory.mktemp("whole"))
    undisturbed = whole.to_the_end([])
    assert (
        undisturbed.evaluation["systems"]["candidate"]["scores"] == report["systems"]["candidate"]["scores"]
    )
    assert undisturbed.evaluation["systems"]["candidate"]["loss"] == report["systems"]["candidate"]["loss"]
    one, two = (folder / "adapter_model.safetensors" for folder in (done.folder, undisturbed.folder))
    assert one.read_bytes() == two.read_bytes()
