"""A tiny model is trained for real: loss falls, what must stay stays, and a stopped run goes on as if it had not."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
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
    command = [sys.executable, "-m", "tests.tuning.dying", config.out, "runs/*/checkpoint-*/smelt.json"]
    done = subprocess.run(
        [*command, "train", "r1", "--conf", str(tmp_path / "smelt.yaml")], cwd=Path(__file__).parents[2],
        env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2_000:]
    run = trained(prepared, config)
    assert run.record["resumed_from"]
    assert losses(run) == losses(trained(prepared, settings(train=train_values, out=str(tmp_path / "whole"))))


def test_four_bits_need_a_gpu(prepared, settings):
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(ChecksFailed, match="4-bit weights need a GPU"):
        trained(prepared, settings(lora={"four_bit": True}, train={"max_steps": 1}))


def test_checkpointing_of_activations_changes_no_loss(prepared, settings):
    runs = [
        trained(
            prepared,
            settings(train={"max_steps": 3, "gradient_checkpointing": on}, lora={"dropout": 0.0}),
            name=f"checkpointing-{on}",
        )
        for on in (False, True)
    ]
    one, two = ([loss for _, loss in losses(run)] for run in runs)
    assert one == pytest.approx(two, rel=1e-5)


def test_bfloat16_where_it_is_asked_for(prepared, settings):
    config = settings(train={"max_steps": 4, "precision": "bfloat16"})
    run = trained(prepared, config)
    before, after = (run.record["validation"][when]["eval_loss"] for when in ("before", "after"))
    assert after < before
    held = load_trained(prepared(config).base, run.weights, config)
    assert held.get_base_model().dtype == torch.bfloat16


def test_the_loss_of_training_is_weighted_by_token_too(prepared, settings, tmp_path):
    """Four rows at once, or one after the other and one step: the same loss, though the answers differ in length."""
    rows = rows_of(4, 4, 4)
    for number, row in enumerate(rows[:4]):
        answer = "word " * (1 + 20 * number)
        row["completion"] = [{"role": "assistant", "content": answer}]
        row |= {"messages": [*row["prompt"], *row["completion"]], "output": answer}
    where = write_release(tmp_path / "w", rows)
    found = []
    for size in (1, 4):
        config = settings(
            train={"max_steps": 1, "batch_size": size, "accumulate": 4 // size}, lora={"dropout": 0.0}
        )
        found.append(losses(trained(prepared, config, name=f"by-{size}", where=where))[0][1])
    assert found[0] == pytest.approx(found[1], rel=1e-4)


def test_the_estimate_of_memory_stands_beside_what_was_measured(prepared, settings):
    memory = trained(prepared, settings(train={"max_steps": 2})).record["memory"]
    assert memory["device"] == "cpu"
    assert 0.8 < memory["estimated"] / memory["measured_peak"] < 1.5


def test_two_processes_train_one_run_together(prepared, settings, root, tmp_path):
    """As ``accelerate launch`` would start them on two GPUs, here on the CPU: each has its share of the rows."""
    config = settings(
        train={"max_steps": 4, "batch_size": 4, "save_every": 2}, tracking={"enabled": False},
        evaluation={"rows": 4, "resamples": 100, "compare": ["base"]}, generation={"max_new_tokens": 4},
    )  # fmt: skip
    values = {
        "warehouse": {"root": str(root)},
        "tuning": config.model_dump(mode="json", exclude_defaults=True),
    }
    file = tmp_path / "smelt.yaml"
    file.write_text(json.dumps(values))
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2"),
        *("-m", "smelt.jobs.train", "r1", "--conf", str(file)),
    ]
    env = os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr[-2_000:]
    record = json.loads(next(Path(config.out).glob("runs/*/run.json")).read_text())
    assert next(Path(config.out).glob("models/*/smelt.json"))
    assert "find_unused_parameters" not in done.stderr
    assert len(set(re.findall("checked in .*", done.stdout))) == 1  # by one of them, for both
    assert done.stdout.count("step 4/4  loss") == 1
    alone = trained(prepared, settings(train={"max_steps": 1}), name="alone").record
    before = record["validation"]["before"]
    assert before["eval_tokens"] == alone["validation"]["before"]["eval_tokens"]
    assert before["eval_loss"] == pytest.approx(alone["validation"]["before"]["eval_loss"], rel=1e-6)
    assert record["epochs"] == pytest.approx(4 * 8 / 48, rel=0.01)
