"""TRL's trainer with a token-weighted loss in evaluation too, a stop at NaN, and sealed checkpoints.

This module imports TRL and torch; check with :func:`smelt.tuning.base.libraries.library` first that they are installed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback, TrainerState
from trl import SFTTrainer

from smelt.tuning.errors import TuningError
from smelt.tuning.training.checkpoints import Binding, on_disk, seal


class Diverged(TuningError):
    """Raised if the loss or a weight is NaN or infinite; the last checkpoint stays valid."""


class ReleaseTrainer(SFTTrainer):  # type: ignore[misc]
    """Trains on encoded rows; ``binding`` is written into every checkpoint."""

    control: Any

    def __init__(self, *args: Any, binding: Binding, **kwargs: Any) -> None:
        self.binding = binding
        self._evaluated: tuple[int, dict[str, float]] | None = None
        super().__init__(*args, **kwargs)

    def training_step(self, *args: Any, **kwargs: Any) -> Any:
        """One step; raises Diverged if the loss is NaN or infinite, which TRL would log as 0.0."""
        loss = super().training_step(*args, **kwargs)
        if not torch.isfinite(loss):
            raise Diverged(
                f"the loss is no number in step {self.state.global_step + 1}; lower tuning.train.learning_rate, or look"
                " for damaged weights of the base"
            )
        return loss

    def evaluate(
        self, eval_dataset: Any = None, ignore_keys: Any = None, metric_key_prefix: str = "eval"
    ) -> dict[str, float]:
        """Loss per token over all tokens, independent of the batch size; ``eval_tokens`` is their number."""
        loader = self.get_eval_dataloader(eval_dataset if eval_dataset is not None else self.eval_dataset)
        model = self.accelerator.unwrap_model(self.model)
        was_training = model.training
        model.eval()
        lost = torch.zeros((), dtype=torch.float64)
        tokens = 0
        for inputs in loader:
            inputs = self._prepare_inputs(inputs)
            with torch.no_grad(), self.compute_loss_context_manager():
                found = model(**inputs, use_cache=False, fused_lm_head=True)
            by_row = -found.log_probs.double().sum(dim=-1).reshape(-1)
            counted = found.label_mask.sum(dim=-1).reshape(-1)
            if self.accelerator.num_processes > 1:  # rows that only fill up a batch must not be counted twice
                by_row = self.accelerator.gather_for_metrics(by_row)
                counted = self.accelerator.gather_for_metrics(counted)
            lost += by_row.sum().cpu()
            tokens += int(counted.sum())
        if not tokens:
            raise TuningError("the evaluation rows have no token to be judged by")
        loss = float(lost) / tokens
        metrics = {
            f"{metric_key_prefix}_loss": loss,
            f"{metric_key_prefix}_perplexity": math.exp(min(loss, 700.0)),
            f"{metric_key_prefix}_tokens": float(tokens),
        }
        self.log(dict(metrics))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        model.train(was_training)
        self._evaluated = (self.state.global_step, metrics)
        return metrics

    def evaluated_last(self) -> dict[str, float]:
        """The result of :meth:`evaluate` after the last step, without repeating it."""
        if self._evaluated is not None and self._evaluated[0] == self.state.global_step:
            return self._evaluated[1]
        return self.evaluate()

    def finished_in(self, checkpoint: Path) -> bool:
        """If ``checkpoint`` is that of the run's last step, load its weights and history; returns whether it is.

        If the trainer resumed from it, it would make a further step whenever the last step does not end an epoch.
        """
        state = TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))
        if state.global_step < state.max_steps:
            return False
        self._load_from_checkpoint(str(checkpoint))
        self.state = state
        return True

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
        with on_disk(f"checkpoint {folder}"):
            super()._save_checkpoint(model, trial)
            if self.args.should_save:
                seal(folder, self.binding)


class Progress(TrainerCallback):  # type: ignore[misc]
    """Reports progress: calls ``say`` with a line; ``history`` has every logged value."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._say = say
        self._clock = clock
        self._begun = 0.0
        self._first_step = 0

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Start the clock."""
        self._begun = self._clock()
        self._first_step = state.global_step

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        """Report each logged loss in one line."""
        if not state.is_world_process_zero or not logs:
            return
        done = state.global_step - self._first_step
        elapsed = max(self._clock() - self._begun, 1e-9)
        left = elapsed / done * (state.max_steps - state.global_step) if done else 0.0
        if "eval_loss" in logs and not state.max_steps:
            self._say(f"before training: evaluation loss {logs['eval_loss']:.4f}")
        elif "eval_loss" in logs:
            self._say(
                f"step {state.global_step:,}/{state.max_steps:,}  evaluation loss {logs['eval_loss']:.4f}"
            )
        elif "loss" in logs:
            speed = logs.get("num_tokens", 0) / elapsed
            self._say(
                f"step {state.global_step:,}/{state.max_steps:,}  loss {float(logs['loss']):.4f}"
                f"  {speed:,.0f} tokens/s  {left:,.0f} s left"
            )


def finite_weights(model: Any) -> bool:
    """Whether all trained weights are finite."""
    return all(bool(torch.isfinite(p).all()) for p in model.parameters() if p.requires_grad)
