"""Runs a training: checks, training with checkpoints, and the record."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smelt.tuning.base.libraries import library, quiet
from smelt.tuning.base.load import load_base, lora_config, uses_bfloat16
from smelt.tuning.base.memory import forget_peak, hardware, peak_memory
from smelt.tuning.base.model_folder import Base
from smelt.tuning.checks import CheckReport, check, encoded_file, packing_keeps_apart
from smelt.tuning.config import TuningConfig
from smelt.tuning.encoding.chat import Chat
from smelt.tuning.encoding.dataset import open_encoded
from smelt.tuning.encoding.rows import Pair
from smelt.tuning.errors import ChecksFailed, TuningError
from smelt.tuning.source.release import Release
from smelt.tuning.training.checkpoints import Binding, last_whole, on_disk, write_binding
from smelt.tuning.training.processes import is_first, on_first
from smelt.tuning.training.record import RECORD, read_json, versions, write_json

Say = Callable[[str], None]

_DECIDING = ("approach", "data", "lora", "train", "instruction")
"""Settings that determine the weights."""

_NOT_DECIDING = {"train": {"save_every", "log_every", "keep_checkpoints", "eval_batch_size"}}


@dataclass(frozen=True)
class TrainedRun:
    """A finished run; ``weights`` is the folder of the adapter, or of the whole model."""

    folder: Path
    record: dict[str, Any]

    @property
    def weights(self) -> Path:
        """Folder of the trained adapter or model."""
        return self.folder / "weights"


def binding_of(
    release: Release, base: Base, chat: Chat, config: TuningConfig, extra: Sequence[Pair] = ()
) -> Binding:
    """The binding of a run; planted ``extra`` rows count as settings."""
    values = config.model_dump(mode="json", include=set(_DECIDING), exclude=_NOT_DECIDING)
    planted = [[pair.example_id, list(pair.prompt), pair.answer] for pair in extra]
    whole = json.dumps([values, planted], sort_keys=True)
    return Binding(
        release=release.name,
        fingerprint=release.fingerprint,
        base=base.digest,
        template=chat.template_hash,
        configuration=hashlib.sha256(whole.encode()).hexdigest()[:16],
    )


def run_name(binding: Binding, config: TuningConfig) -> str:
    """Name of a run, the same for the same inputs, so that a repeated command resumes it."""
    whole = hashlib.sha256(json.dumps(binding.__dict__, sort_keys=True).encode()).hexdigest()[:8]
    return f"{binding.release}-{config.approach}-{whole}"


def train(
    release: Release,
    base: Base,
    chat: Chat,
    config: TuningConfig,
    *,
    name: str | None = None,
    extra: Sequence[Pair] = (),
    say: Say = lambda line: None,
) -> TrainedRun:
    """Check, then train to the end, resuming from the last complete checkpoint of the same run.

    Writes ``out``/runs/NAME: ``weights``, ``run.json``, checkpoints. A finished run is returned as it is.

    Raises:
        ChecksFailed: the checks found problems.
        CheckpointMismatch: NAME is a run of another release, base or configuration.
        TuningError: the loss became NaN or infinite, or the disk is full.
    """
    if config.approach == "prompt":
        raise TuningError(
            "the approach prompt trains nothing: smelt evaluate and smelt predict use it directly"
        )
    library("trl")
    quiet()
    binding = on_first(lambda: binding_of(release, base, chat, config, extra))
    folder = Path(config.out) / "runs" / (name or run_name(binding, config))
    on_first(lambda: write_binding(folder, binding))
    if (folder / RECORD).is_file():
        say(f"{folder.name} is finished already")
        return TrainedRun(folder, read_json(folder / RECORD))
    report = on_first(lambda: _checked(release, base, chat, config, folder, extra))
    say(_in_words(report))
    return _train(release, base, chat, config, folder, binding, report, say)


def _checked(
    release: Release, base: Base, chat: Chat, config: TuningConfig, folder: Path, extra: Sequence[Pair]
) -> CheckReport:
    with on_disk(f"the encoded rows in {folder}"):
        report = check(release, base, chat, config, folder=folder / "encoded", extra=extra)
    report.raise_for_problems()
    return report


def _train(
    release: Release, base: Base, chat: Chat, config: TuningConfig, folder: Path, binding: Binding,
    report: CheckReport, say: Say,
) -> TrainedRun:  # fmt: skip
    from smelt.tuning.training.trainer import Diverged, Progress, ReleaseTrainer, finite_weights

    torch, transformers = library("torch"), library("transformers")
    forget_peak()
    transformers.set_seed(config.train.seed)
    model = load_base(base, config, for_training=True)
    train_rows = open_encoded(encoded_file(folder / "encoded", "train"))
    held = encoded_file(folder / "encoded", "validation")
    eval_rows = open_encoded(held) if "validation" in report.splits else None
    if config.train.packing:
        train_rows = _packed(model, train_rows, config)
    trainer = ReleaseTrainer(
        model=model,
        args=arguments(config, folder, rows=len(train_rows), evaluates=eval_rows is not None),
        train_dataset=train_rows,
        eval_dataset=eval_rows,
        processing_class=base.tokenizer,
        peft_config=lora_config(config) if config.weights == "lora" else None,
        callbacks=[],
        binding=binding,
    )
    trainer.remove_callback(transformers.PrinterCallback)
    trainer.add_callback(Progress(say, time.monotonic))
    before = trainer.evaluate() if eval_rows is not None else {}
    resumed = on_first(lambda: last_whole(folder, binding))
    if resumed:
        say(f"goes on from {resumed.name}")
    begun, used = time.monotonic(), time.process_time()
    if not (resumed and trainer.finished_in(resumed)):
        trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    seconds, used = time.monotonic() - begun, time.process_time() - used
    if not finite_weights(trainer.model):
        raise Diverged("a weight is no number any more; lower tuning.train.learning_rate")
    after = trainer.evaluated_last() if eval_rows is not None else {}
    with on_disk(f"the weights in {folder}"):
        trainer.save_model(str(folder / "weights"))
    history = trainer.state.log_history
    tokens = (
        sum(len(ids) for ids in train_rows["input_ids"])
        if len(train_rows) < 50_000
        else report.splits["train"].tokens
    )
    done_here = trainer.state.global_step - (int(resumed.name.rpartition("-")[2]) if resumed else 0)
    record: dict[str, Any] = {
        "run": folder.name,
        "approach": config.approach,
        "weights": config.weights,
        "data": release.about(),
        "base": {"name": base.name, "digest": binding.base, "template_hash": binding.template},
        "binding": binding.__dict__,
        "configuration": config.model_dump(mode="json"),
        "versions": versions(),
        "hardware": hardware(),
        "checks": report.as_dict(),
        "steps": trainer.state.global_step,
        "epochs": trainer.state.epoch,
        "resumed_from": resumed.name if resumed else None,
        "seconds": round(seconds, 2),
        "processor_seconds": round(used, 2),
        "tokens_per_second": round(
            tokens
            * (trainer.state.epoch or 0)
            * done_here
            / max(trainer.state.global_step, 1)
            / max(seconds, 1e-9),
            1,
        ),
        "memory": {
            "device": report.memory.device if report.memory else None,
            "estimated": report.memory.total if report.memory else None,
            "measured_peak": peak_memory(),
        },
        "losses": [
            {
                key: entry[key]
                for key in ("step", "loss", "eval_loss", "grad_norm", "learning_rate")
                if key in entry
            }
            for entry in history
            if "loss" in entry or "eval_loss" in entry
        ],
        "validation": {"before": before, "after": after},
        "flops_per_token": (4 if config.weights == "lora" else 6) * report.parameters,
    }
    del trainer, model
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if is_first():
        write_json(folder / RECORD, record)
    return TrainedRun(folder, read_json(folder / RECORD) if is_first() else record)


def arguments(config: TuningConfig, folder: Path, *, rows: int, evaluates: bool) -> Any:
    """TRL's settings, with its preparation and truncation of rows and its reporting switched off."""
    torch, trl = library("torch"), library("trl")
    chosen = config.train
    return trl.SFTConfig(
        output_dir=str(folder),
        num_train_epochs=chosen.epochs,
        max_steps=chosen.max_steps or -1,
        learning_rate=config.learning_rate,
        per_device_train_batch_size=chosen.batch_size,
        per_device_eval_batch_size=chosen.eval_batch_size,
        gradient_accumulation_steps=chosen.accumulate,
        weight_decay=chosen.weight_decay,
        warmup_steps=chosen.warmup_share,
        lr_scheduler_type=chosen.scheduler,
        max_grad_norm=chosen.max_grad_norm,
        seed=chosen.seed,
        data_seed=chosen.seed,
        bf16=uses_bfloat16(config),
        use_cpu=not torch.cuda.is_available(),
        activation_checkpointing=chosen.gradient_checkpointing,
        max_length=None,
        padding_free=chosen.packing,
        completion_only_loss=True,
        dataset_kwargs={"skip_prepare_dataset": True},
        logging_steps=chosen.log_every,
        logging_first_step=True,
        logging_nan_inf_filter=False,
        save_steps=chosen.save_every,
        save_total_limit=chosen.keep_checkpoints,
        eval_strategy="steps" if evaluates else "no",
        eval_steps=chosen.evaluate_every if evaluates else None,
        dataloader_pin_memory=torch.cuda.is_available(),
        ddp_find_unused_parameters=False,
        report_to="none",
        disable_tqdm=True,
    )


def _packed(model: Any, rows: Any, config: TuningConfig) -> Any:
    """``rows`` packed into sequences, after a check that the model does not attend across rows."""
    first = [list(rows[at]["input_ids"]) for at in range(min(3, len(rows)))]
    if not packing_keeps_apart(model, first):
        raise ChecksFailed(
            "tuning.train.packing cannot be used",
            ["with this model and attention a packed row sees the row before it"],
        )
    return library("trl").pack_dataset(rows, config.data.max_length, "bfd")


def _in_words(report: CheckReport) -> str:
    rows = ", ".join(f"{name} {split.kept:,} of {split.rows:,} rows" for name, split in report.splits.items())
    share = report.trained_parameters / max(report.parameters, 1)
    return (
        f"checked in {report.seconds:.1f} s: {rows}; {report.trained_parameters:,} weights are trained, {share:.2%} of"
        f" the base's {report.parameters:,}"
    )
