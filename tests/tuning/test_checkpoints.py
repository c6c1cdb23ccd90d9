"""A stopped run goes on as if it had not been stopped, and only with the same release, base and settings."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from smelt.tuning.errors import CheckpointMismatch, TuningError
from smelt.tuning.training.trainer import ReleaseTrainer
from tests.tuning.releases import rows_of, write_release
from tests.tuning.runs import kill_at, losses, trained


def test_a_killed_run_goes_on_with_the_same_losses_to_the_last_digit(
    prepared, settings, monkeypatch, tmp_path
):
    whole = trained(prepared, settings(out=str(tmp_path / "whole")))
    config = settings(out=str(tmp_path / "killed"))
    with monkeypatch.context() as patched:
        kill_at(patched, 6)
        with pytest.raises(KeyboardInterrupt):
            trained(prepared, config)
    run = trained(prepared, config)
    assert run.record["resumed_from"] == "checkpoint-4"
    assert losses(run) == losses(whole)
    one, two = _weights(whole, run)
    assert all(torch.equal(one[name], two[name]) for name in one)


def _weights(*runs):
    from safetensors.torch import load_file

    return [load_file(str(run.weights / "adapter_model.safetensors")) for run in runs]


def test_a_checkpoint_that_was_cut_short_is_not_resumed(prepared, settings, monkeypatch):
    config = settings(train={"save_every": 2})
    with monkeypatch.context() as patched:
        kill_at(patched, 5)
        with pytest.raises(KeyboardInterrupt):
            trained(prepared, config, name="mine")
    file = Path(config.out) / "runs" / "mine" / "checkpoint-4" / "optimizer.pt"
    file.write_bytes(file.read_bytes()[:100])
    assert trained(prepared, config, name="mine").record["resumed_from"] == "checkpoint-2"


@pytest.mark.parametrize(
    ("change", "words"),
    [({"train": {"learning_rate": 0.02}}, "other settings"), ({"lora": {"r": 4}}, "other settings")],
)
def test_a_run_of_other_settings_is_refused_not_resumed(prepared, settings, change, words):
    trained(prepared, settings(train={"max_steps": 1}), name="mine")
    with pytest.raises(CheckpointMismatch, match=words):
        trained(prepared, settings(**({"train": {"max_steps": 1}} | change)), name="mine")


def test_a_run_of_another_release_or_base_is_refused(prepared, settings, tiny, tmp_path):
    config = settings(train={"max_steps": 1})
    trained(prepared, config, name="mine")
    other = write_release(tmp_path / "other", rows_of(40, 12, 12))
    with pytest.raises(CheckpointMismatch, match="another release"):
        trained(prepared, config, name="mine", where=other)
    base = tmp_path / "base"
    shutil.copytree(tiny, base)
    described = json.loads((base / "config.json").read_text())
    (base / "config.json").write_text(json.dumps(described | {"rms_norm_eps": 1e-3}))
    with pytest.raises(CheckpointMismatch, match="another base model"):
        trained(prepared, config.model_copy(update={"base": str(base)}), name="mine")


@contextmanager
def no_file_beyond(size):
    """No file may grow beyond ``size`` bytes: every write behind it fails, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("share", "what"), [(0.001, "the encoded rows"), (0.5, "checkpoint-4"), (1.5, "checkpoint-4")]
)
def test_a_full_disk_is_one_clear_error_and_the_run_goes_on_afterwards(
    prepared, settings, monkeypatch, tmp_path, share, what
):
    """Half of the weights' size: safetensors fails. One and a half: the optimizer's state, written by torch, does."""
    values = {"save_every": 2, "max_steps": 6}
    config = settings(approach="full", train=values)
    with monkeypatch.context() as patched:
        kill_at(patched, 3)
        with pytest.raises(KeyboardInterrupt):
            trained(prepared, config, name="full")
    weights = Path(config.out) / "runs" / "full" / "checkpoint-2" / "model.safetensors"
    with (
        no_file_beyond(int(weights.stat().st_size * share)),
        pytest.raises(TuningError, match="disk full") as told,
    ):
        trained(prepared, config, name="full")
    assert what in str(told.value)
    run = trained(prepared, config, name="full")
    assert run.record["resumed_from"] == "checkpoint-2"
    whole = trained(prepared, settings(approach="full", train=values, out=str(tmp_path / "whole")))
    assert losses(run) == losses(whole)


def test_a_full_disk_when_the_weights_are_written_at_the_end(prepared, settings, monkeypatch):
    config = settings(train={"save_every": 2, "max_steps": 2})
    with monkeypatch.context() as patched:
        patched.setattr(ReleaseTrainer, "save_model", _with_no_room(ReleaseTrainer.save_model))
        with pytest.raises(TuningError, match=r"the weights in .* disk full"):
            trained(prepared, config, name="full")
    run = trained(prepared, config, name="full")
    assert run.record["resumed_from"] == "checkpoint-2"
    whole = trained(prepared, config, name="whole")
    assert losses(run) == losses(whole)  # and no step more
    one, two = _weights(whole, run)
    assert all(torch.equal(one[name], two[name]) for name in one)


def _with_no_room(save):
    def saved(self, folder=None, *args, **kwargs):
        if folder is None or not str(folder).endswith("weights"):
            return save(self, folder, *args, **kwargs)
        with no_file_beyond(1_000):
            return save(self, folder, *args, **kwargs)

    return saved


def test_a_process_that_was_killed_goes_on(prepared, settings, root, tiny, tmp_path):
    """kill -9 for real, as soon as a checkpoint is sealed."""
    train_values = {
        "max_steps": 40,
        "save_every": 4,
        "scheduler": "constant",
        "warmup_share": 0.0,
        "log_every": 1,
    }
    train_values |= {"batch_size": 8, "learning_rate": 0.01, "evaluate_every": 40}
    config = settings(train=train_values, out=str(tmp_path / "killed"))
    values = {
        "warehouse": {"root": str(root)},
        "tuning": config.model_dump(mode="json", exclude_defaults=True),
    }
    (tmp_path / "smelt.yaml").write_text(json.dumps(values))
    command = [sys.executable, "-m", "tests.tuning.dying", config.out, "runs/*/checkpoint-*/smelt.json"]
    done = subprocess.run(
        [*command, "train", "r1", "--conf", str(tmp_path / "smelt.yaml")], cwd=Path(__file__).parents[2],
        env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2_000:]
    run = trained(prepared, config)
    assert run.record["resumed_from"]
    assert losses(run) == losses(trained(prepared, settings(train=train_values, out=str(tmp_path / "whole"))))
