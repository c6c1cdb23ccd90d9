"""A tiny model is trained for real: loss falls, what must stay stays, and a stopped run goes on as if it had not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import transformers
from peft import PeftModel

from smelt.tuning.base.load import load_base, load_trained
from smelt.tuning.encoding.dataset import open_encoded
from smelt.tuning.errors import CheckpointMismatch, ChecksFailed, ReleaseUnusable, TuningError
from smelt.tuning.training.run import train
from smelt.tuning.training.trainer import Diverged, ReleaseTrainer
from tests.tuning.releases import rows_of, write_release


def trained(prepared, config, name=None, where=None):
    ready = prepared(config, where)
    return train(ready.release, ready.base, ready.chat, config, name=name)


def losses(run):
    return [(entry["step"], entry["loss"]) for entry in run.record["losses"] if "loss" in entry]


def kill_at(monkeypatch, step):
    """The process dies in ``step``, as kill -9 would have it: nothing is cleaned up."""
    whole = ReleaseTrainer.training_step

    def dying(self, *args, **kwargs):
        if self.state.global_step >= step:
            raise KeyboardInterrupt
        return whole(self, *args, **kwargs)

    monkeypatch.setattr(ReleaseTrainer, "training_step", dying)


@pytest.mark.parametrize("approach", ["lora", "full", "instruction"])
def test_the_loss_falls_and_the_record_says_how(prepared, settings, approach):
    run = trained(prepared, settings(approach=approach))
    before, after = (run.record["validation"][when]["eval_loss"] for when in ("before", "after"))
    assert after < before - 0.1
    assert run.record["data"]["fingerprint"]
    assert run.record["steps"] == 8
    assert run.record["tokens_per_second"] > 0
    assert run.record["memory"]["measured_peak"] > 0
    assert run.record["versions"]["trl"]
    assert json.loads((run.folder / "run.json").read_text()) == run.record
    again = trained(prepared, settings(approach=approach))
    assert again.record == run.record  # finished: nothing is done twice


def test_lora_changes_no_weight_of_the_base_and_loads_again_with_the_same_logits(prepared, settings, tiny):
    config = settings()
    run = trained(prepared, config)
    ready = prepared(config)
    before = load_base(ready.base, config)
    loaded = load_trained(ready.base, run.weights, config)
    kept = dict(before.named_parameters())
    adapted = {
        name.replace(".base_layer", "").removeprefix("base_model.model."): w
        for name, w in loaded.named_parameters()
    }
    assert all(torch.equal(weight, adapted[name]) for name, weight in kept.items())
    ids = torch.tensor([[5, 9, 11, 30]])
    own = PeftModel.from_pretrained(
        transformers.AutoModelForCausalLM.from_pretrained(tiny), str(run.weights)
    ).eval()
    with torch.no_grad():
        assert torch.equal(own(input_ids=ids).logits, loaded(input_ids=ids).logits)
        assert not torch.allclose(before(input_ids=ids).logits, loaded(input_ids=ids).logits, atol=1e-3)


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


def test_weights_that_are_no_numbers_stop_the_run(prepared, settings, tiny, tmp_path):
    from safetensors.torch import load_file, save_file

    base = tmp_path / "nan"
    shutil.copytree(tiny, base)
    weights = load_file(str(base / "model.safetensors"))
    weights["model.layers.0.mlp.up_proj.weight"][0, 0] = float("nan")
    save_file(weights, str(base / "model.safetensors"), metadata={"format": "pt"})
    with pytest.raises(Diverged, match="no number in step 1"):
        trained(prepared, settings(base=str(base)))


def test_the_loss_of_an_evaluation_does_not_depend_on_the_batch(prepared, settings):
    runs = [
        trained(prepared, settings(train={"max_steps": 1, "eval_batch_size": size}), name=f"by-{size}")
        for size in (1, 5)
    ]
    one, five = (run.record["validation"]["after"]["eval_loss"] for run in runs)
    assert one == pytest.approx(five, rel=1e-6)


def test_the_bare_trainers_loss_depends_on_the_batch(prepared, settings, tiny, tmp_path):
    """The trap that the token-weighted loss is there for."""
    from trl import SFTConfig, SFTTrainer

    rows = [*rows_of(8, 4, 4)]
    rows[8]["completion"] = [{"role": "assistant", "content": "word " * 60}]
    rows[8] |= {"messages": [*rows[8]["prompt"], *rows[8]["completion"]], "output": "word " * 60}
    where = write_release(tmp_path / "w", rows)
    config = settings(train={"max_steps": 1})
    run = trained(prepared, config, where=where)
    held = open_encoded(run.folder / "encoded" / "validation.arrow")
    found = []
    for size in (1, 4):
        arguments = SFTConfig(
            output_dir=str(tmp_path / f"bare-{size}"), per_device_eval_batch_size=size, use_cpu=True, bf16=False,
            max_length=None, report_to="none", disable_tqdm=True, dataset_kwargs={"skip_prepare_dataset": True},
        )  # fmt: skip
        model = transformers.AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32)
        ready = prepared(config)
        bare = SFTTrainer(
            model, arguments, train_dataset=held, eval_dataset=held, processing_class=ready.base.tokenizer
        )
        found.append(bare.evaluate()["eval_loss"])
    assert abs(found[0] - found[1]) > 1e-3


def test_packing_trains_after_its_proof_and_is_refused_where_rows_would_mix(prepared, settings, monkeypatch):
    config = settings(train={"packing": True, "max_steps": 2}, data={"max_length": 160})
    run = trained(prepared, config)
    assert run.record["steps"] == 2
    monkeypatch.setattr("smelt.tuning.training.run.packing_keeps_apart", lambda *args: False)
    with pytest.raises(ChecksFailed, match="packing cannot be used"):
        trained(prepared, config, name="mixing")


def test_a_full_disk_at_a_checkpoint_is_one_clear_error_and_the_run_goes_on_afterwards(
    prepared, settings, monkeypatch
):
    config = settings(train={"save_every": 2, "max_steps": 4})
    whole = torch.save

    def full(value, place, *args, **kwargs):
        if "checkpoint-4" in str(place):
            raise OSError(28, "No space left on device")
        return whole(value, place, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(torch, "save", full)
        with pytest.raises(TuningError, match="disk full"):
            trained(prepared, config)
    assert trained(prepared, config).record["resumed_from"] == "checkpoint-2"


def test_nothing_is_trained_by_the_approach_prompt(prepared, settings):
    with pytest.raises(TuningError, match="trains nothing"):
        trained(prepared, settings(approach="prompt"))


def test_a_changed_release_is_refused_before_the_first_step(prepared, settings, tmp_path):
    from tests.tuning.releases import manifest_of

    rows = rows_of(8, 4, 4)
    where = write_release(tmp_path / "w", rows[1:], manifest_of(rows))
    with pytest.raises(ReleaseUnusable):
        trained(prepared, settings(), where=where)


@pytest.mark.parametrize("change", [{"rslora": True}, {"dora": True}])
def test_other_kinds_of_adapters(prepared, settings, change):
    run = trained(prepared, settings(lora=change, train={"max_steps": 2}))
    assert (run.weights / "adapter_model.safetensors").is_file()


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
    command = [sys.executable, "-m", "smelt.cli.app", "train", "r1", "--conf", str(tmp_path / "smelt.yaml")]
    process = subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, stdout=subprocess.DEVNULL)
    runs = tmp_path / "killed" / "runs"
    while process.poll() is None and not list(runs.glob("*/checkpoint-*/smelt.json")):
        time.sleep(0.02)
    process.kill()
    assert process.wait() != 0  # it had not finished
    run = trained(prepared, config)
    assert run.record["resumed_from"]
    assert losses(run) == losses(trained(prepared, settings(train=train_values, out=str(tmp_path / "whole"))))
