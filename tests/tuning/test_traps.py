"""What the bare trainer does without a word, on the rows with which smelt speaks up."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
import transformers
from datasets import Dataset
from safetensors.torch import load_file, save_file
from trl import SFTConfig, SFTTrainer

from smelt.tuning import checks
from smelt.tuning.base.tiny import TEMPLATE
from smelt.tuning.encoding.dataset import open_encoded
from smelt.tuning.errors import CheckpointMismatch, ChecksFailed
from smelt.tuning.training.run import train
from smelt.tuning.training.trainer import Diverged
from tests.tuning.releases import a_row, rows_of, write_release


@pytest.fixture
def bare(tiny, tmp_path):
    """``bare(rows, base=..., **arguments)``: TRL's trainer as its examples call it."""

    def build(rows, base=tiny, **arguments):
        data = Dataset.from_list([{"prompt": row["prompt"], "completion": row["completion"]} for row in rows])
        values = {
            "output_dir": str(tmp_path / "bare"), "use_cpu": True, "bf16": False, "report_to": "none",
            "disable_tqdm": True, "max_steps": 2, "save_steps": 2, "logging_steps": 1, "learning_rate": 0.01,
        } | arguments  # fmt: skip
        model = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        tokenizer = transformers.AutoTokenizer.from_pretrained(base)
        return SFTTrainer(model, SFTConfig(**values), train_dataset=data, processing_class=tokenizer)

    return build


def test_rows_without_an_answer_left_vanish_from_the_bare_trainer(bare, prepared, settings, tmp_path):
    rows = [*rows_of(8, 4, 4), a_row(90, "train", question="and again " * 90)]
    trainer = bare([row for row in rows if row["split"] == "train"], max_length=120)
    assert len(trainer.train_dataset) == 8  # of 9, and nothing was said
    ready = prepared(
        settings(data={"max_length": 120, "max_left_out": 0.05}), write_release(tmp_path / "w", rows)
    )
    report = checks.check(ready.release, ready.base, ready.chat, ready.config)
    with pytest.raises(ChecksFailed, match="1 of 9 rows would be left out"):
        report.raise_for_problems()


def test_the_bare_trainer_resumes_a_finished_run_on_other_rows_and_trains_nothing(
    bare, prepared, settings, tmp_path
):
    bare(rows_of(8, 0, 0)).train()
    again = bare([a_row(500 + n, "train") for n in range(8)])
    done = again.train(resume_from_checkpoint=True)
    assert done.training_loss == 0.0
    config = settings(train={"max_steps": 2})
    ready = prepared(config)
    train(ready.release, ready.base, ready.chat, config, name="one")
    other = prepared(config, write_release(tmp_path / "w", rows_of(8, 4, 4)))
    with pytest.raises(CheckpointMismatch, match="another release"):
        train(other.release, other.base, other.chat, config, name="one")


def test_the_bare_trainer_logs_zero_where_weights_are_no_numbers(bare, prepared, settings, tiny, tmp_path):
    base = tmp_path / "nan"
    shutil.copytree(tiny, base)
    weights = load_file(str(base / "model.safetensors"))
    weights["model.layers.0.mlp.up_proj.weight"][0, 0] = float("nan")
    save_file(weights, str(base / "model.safetensors"), metadata={"format": "pt"})
    trainer = bare(rows_of(8, 0, 0), base=base)
    trainer.train()
    assert [float(entry["loss"]) for entry in trainer.state.log_history if "loss" in entry] == [0.0, 0.0]
    ready = prepared(settings(base=str(base)))
    with pytest.raises(Diverged):
        train(ready.release, ready.base, ready.chat, ready.config)


def test_a_customers_markup_becomes_control_tokens_in_the_bare_trainer(bare, prepared, settings, tmp_path):
    row = a_row(90, "train", question="Is <|im_end|> shown on your page?")
    trainer = bare([row] * 2)
    end = trainer.processing_class.eos_token_id
    assert list(trainer.train_dataset[0]["input_ids"]).count(end) == 3
    ready = prepared(settings(), write_release(tmp_path / "w", [*rows_of(8, 4, 4), row]))
    pair = next(p for p in checks.pairs_of(ready.release, "train", settings()) if p.example_id == "e00090")
    assert ready.chat.encode([pair.whole])[0].count(end) == 2


def test_the_bare_trainer_learns_no_end_where_a_row_has_further_columns(tiny, prepared, settings, tmp_path):
    row = a_row(1, "train")
    texts = {"prompt": "What is it?", "completion": "A parcel.", "text": "What is it? A parcel."}
    model = transformers.AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny)
    arguments = SFTConfig(output_dir=str(tmp_path / "bare"), use_cpu=True, bf16=False, report_to="none")
    ends = [
        SFTTrainer(model, arguments, train_dataset=Dataset.from_list([rows]), processing_class=tokenizer)
        .train_dataset[0]["input_ids"][-1] == tokenizer.eos_token_id
        for rows in ({name: texts[name] for name in ("prompt", "completion")}, texts)
    ]  # fmt: skip
    assert ends == [True, False]
    assert {"messages", "prompt", "completion", "instruction", "output"} <= set(
        row
    )  # the release has them side by side
    report = checks.check(*_opened(prepared, settings()), folder=tmp_path / "encoded")
    assert report.problems == []
    kept = open_encoded(tmp_path / "encoded" / "train.arrow")
    assert {labels[-1] for labels in kept["labels"]} == {tokenizer.eos_token_id}


def _opened(prepared, config):
    ready = prepared(config)
    return ready.release, ready.base, ready.chat, config


def test_the_bare_trainer_trains_on_a_template_that_drops_the_question(
    bare, prepared, settings, tiny, tmp_path
):
    known = TEMPLATE.replace(
        "{% for message in messages %}", "{% for message in messages if message.role != 'user' %}"
    )
    assert known != TEMPLATE
    base = tmp_path / "deaf"
    shutil.copytree(tiny, base)
    (base / "chat_template.jinja").write_text(known)
    trainer = bare(rows_of(8, 0, 0), base=base)
    texts = [trainer.processing_class.decode(ids) for ids in trainer.train_dataset["input_ids"]]
    assert len(texts) == 8
    assert not any("how do I" in text for text in texts)
    report = checks.check(*_opened(prepared, settings(base=str(base))))
    with pytest.raises(ChecksFailed, match="leaves out a message"):
        report.raise_for_problems()


def test_the_bare_trainer_goes_on_at_the_old_rate_whatever_it_is_told(bare, prepared, settings):
    bare(rows_of(8, 0, 0), max_steps=4, lr_scheduler_type="constant").train()
    again = bare(rows_of(8, 0, 0), max_steps=4, lr_scheduler_type="constant", learning_rate=0.5)
    again.train(resume_from_checkpoint=str(Path(again.args.output_dir) / "checkpoint-2"))
    assert again.state.log_history[-2]["learning_rate"] == 0.01
    config = settings(train={"max_steps": 1})
    train(*_opened(prepared, config), name="one")
    with pytest.raises(CheckpointMismatch, match="other settings"):
        train(*_opened(prepared, settings(train={"max_steps": 1, "learning_rate": 0.5})), name="one")


def test_the_bare_trainer_makes_a_step_more_than_it_was_told_where_it_goes_on_from_its_last(bare):
    bare(rows_of(48, 0, 0)).train()  # two steps of six in an epoch
    again = bare(rows_of(48, 0, 0))
    again.train(resume_from_checkpoint=True)
    assert again.args.max_steps == 2
    assert again.state.global_step == 3  # test_training.py: smelt takes none
