"""What a training run takes besides its steps: loading and saving, waiting between steps, answers to be evaluated."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from smelt.costs.config import CostsConfig
from smelt.costs.hardware import FLOPS, Method, accelerator, training

BYTES_A_WEIGHT = 2.0
"""In bfloat16."""


class WholeRun(NamedTuple):
    """Seconds of a run by what they are spent on."""

    steps: float
    between: float
    evaluating: float
    moving: float
    """Loading weights and saving them."""
    usd_per_hour: float

    @property
    def hours(self) -> float:
        """All of them."""
        return (self.steps + self.between + self.evaluating + self.moving) / 3_600

    @property
    def usd(self) -> float:
        """What they cost."""
        return self.hours * self.usd_per_hour


def whole_run(method: Method, parameters: float, tokens: float, config: CostsConfig) -> WholeRun:
    """A run of one accelerator over ``tokens`` (all epochs) as section ``costs`` describes it.

    Answers are generated a token at a time for ``evaluated_at_once`` questions together: each step of that reads all
    weights once, and costs ``decode_ms`` of Python and kernel launches besides (as transformers does it, without a
    compiled graph). An adapter takes no time to save; all weights are written as they are read.
    """
    work, used = config.workload, config.utilisation
    card, _ = accelerator(config)
    taken = training(method, parameters, tokens, work.tokens_per_step, card, used)
    weights = BYTES_A_WEIGHT * parameters
    decoding = weights / (card.bandwidth * 1e9 * used.memory) + used.decode_ms / 1e3
    reading = FLOPS["inference"] * parameters * work.evaluated * work.tokens_in
    passes = ceil(work.evaluated / work.evaluated_at_once) * work.tokens_out
    return WholeRun(
        steps=taken.hours * 3_600,
        between=max(1.0, tokens / work.tokens_per_step) * work.between_steps_s,
        evaluating=passes * decoding + reading / (card.teraflops * 1e12 * used.training),
        moving=weights * (2 if method == "full" else 1) / (work.disk_gb_per_s * 1e9),
        usd_per_hour=card.usd_per_hour,
    )
