"""The dated table of accelerators, and the time and cost of training and inference on one of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

import yaml

from smelt.costs.config import CostsConfig, HardwareConfig, UtilisationConfig
from smelt.errors import ConfigError

Method = Literal["full", "lora"]

FLOPS: Mapping[str, float] = {"full": 6.0, "lora": 4.0, "inference": 2.0}
"""FLOPs per token and parameter: forward 2; backward 2 for the gradient of the activations and 2 more for that of the
trained weights (Kaplan et al. 2020, section 2.1). LoRA has the last only for its small adapter, inference only
forward."""

BYTES_A_STEP: Mapping[str, float] = {"lora": 4.0, "full": 52.0}
"""Bytes of memory traffic per parameter and step in bfloat16: the weights are read forward and backward (4). Full adds
the gradient (2), its norm and clipping (6), and AdamW as PyTorch's default (foreach) does it, 20 passes of 2 bytes:
decay 2, first moment 3, second moment 2 and 3, root 2, division 2, epsilon 2, update 4."""


class TrainingEffort(NamedTuple):
    """What a training is estimated to take; ``hours`` are those of one accelerator, ``usd`` their price."""

    flops: float
    hours: float
    tokens_per_second: float
    usd: float


@cache
def _shipped() -> tuple[str, Mapping[str, HardwareConfig]]:
    text = (resources.files("smelt.conf") / "hardware.yaml").read_text("utf-8")
    values: dict[str, Any] = yaml.safe_load(text)
    found = {name: HardwareConfig.model_validate(row) for name, row in values["accelerators"].items()}
    return str(values["retrieved"]), found


def accelerator(config: CostsConfig) -> tuple[HardwareConfig, str]:
    """The configured accelerator and the date of its price. Raises ConfigError, with the known names, for another."""
    retrieved, shipped = _shipped()
    name = config.accelerator
    if name in config.hardware:
        return config.hardware[name], "yours"
    if name not in shipped:
        known = ", ".join(sorted({*shipped, *config.hardware}))
        told = f"{name}: known are {known}; or give it in costs.hardware"
        raise ConfigError("costs.accelerator is not known", [told])
    return shipped[name], retrieved


def training(
    method: Method,
    parameters: float,
    tokens: float,
    tokens_per_step: float,
    card: HardwareConfig,
    used: UtilisationConfig,
) -> TrainingEffort:
    """Estimate a training as the sum of the times for arithmetic and for memory traffic.

    The sum is above a roofline model, which takes the longer of both, and close to the time of small steps. ``tokens``
    counts all epochs. Evaluation, loading and saving are not included (:mod:`smelt.costs.whole_run`).
    """
    flops = FLOPS[method] * parameters * tokens
    arithmetic = flops / (card.teraflops * 1e12 * used.training)
    steps = max(1.0, tokens / tokens_per_step)
    memory = steps * BYTES_A_STEP[method] * parameters / (card.bandwidth * 1e9 * used.memory)
    seconds = arithmetic + memory
    return TrainingEffort(flops, seconds / 3_600, tokens / seconds, seconds / 3_600 * card.usd_per_hour)


def inference_hours(parameters: float, tokens: float, card: HardwareConfig, used: UtilisationConfig) -> float:
    """Accelerator hours for ``tokens`` through a self-hosted model."""
    seconds = FLOPS["inference"] * parameters * tokens / (card.teraflops * 1e12 * used.inference)
    return seconds / 3_600
