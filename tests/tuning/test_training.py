"""A tiny model is trained for real: its loss falls, and what must stay stays."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import transformers
from peft import PeftModel

from smelt.tuning.base.load import load_base, load_trained
from smelt.tuning.encoding.dataset import open_encoded
from smelt.tuning.errors import ChecksFailed, ReleaseUnusable, TuningError
from smelt.tuning.training.trainer import Diverged
from tests.tuning.releases import rows_of, write_release
from tests.tuning.runs import losses, trained


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
