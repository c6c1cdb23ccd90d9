"""Time of a training run including loading, saving, pauses between steps and evaluation."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from smelt.costs.config import CostsConfig
from smelt.costs.hardware import FLOPS, Method, accelerator, training

BYTES_A_WEIGHT = 2.0
"""Bytes of a weight in bfloat16."""


class WholeRun(NamedTuple):
    """Seconds of a run by activity."""

    steps: float
    between: float
    evaluating: float
    moving: float
    """Seconds for loading and saving weights."""
    usd_per_hour: float

    @property
    def hours(self) -> float:
        """Hours of all activities together."""
        return (self.steps + self.between + self.evaluating + self.moving) / 3_600

    @property
    def usd(self) -> float:
        """Cost of these hours in US dollars."""
        return self.hours * self.usd_per_hour


def whole_run(method: Method, parameters: float, tokens: float, config: CostsConfig) -> WholeRun:
    """Estimate a run on one accelerator over ``tokens`` (all epochs) with the settings of section ``costs``.

    Answers are generated token by token for ``evaluated_at_once`` questions together: each token step reads all weights
    once and takes ``decode_ms`` of Python and kernel launches in addition (as transformers does it, without a compiled
    graph). Saving an adapter is taken as free; saving all weights takes as long as loading them.
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
