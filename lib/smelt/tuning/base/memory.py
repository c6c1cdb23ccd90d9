"""Memory of a run: an estimate, the device's free memory, and the measured peak."""

from __future__ import annotations

import math
import os
import resource
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from smelt.memory import available_memory
from smelt.tuning.base.libraries import library
from smelt.tuning.config import TuningConfig

_FIRST_STEP = 250_000_000
"""Bytes allocated by the first step apart from tensors (modules, malloc's cache): 0.1 to 0.25 GB on Linux."""

_TILE_TOKENS, _TILE_WORDS = 4_096, 32_768
"""TRL 1.16 computes logits in tiles of at most this many tokens and vocabulary entries."""

_TILES_ON_CPU = 7
"""Copies of a tile in memory at once if torch operations are used instead of a fused kernel."""


@dataclass(frozen=True)
class MemoryEstimate:
    """Bytes by purpose.

    ``fixed`` is in use by this process already; ``available`` is ``fixed`` plus free memory, 0 if unknown.
    """

    weights: int
    gradients: int
    optimizer: int
    activations: int
    fixed: int
    available: int
    device: str

    @property
    def total(self) -> int:
        """Sum of all purposes."""
        return self.weights + self.gradients + self.optimizer + self.activations + self.fixed

    @property
    def fits(self) -> bool:
        """Whether the device has enough memory; True if its size is unknown."""
        return self.available <= 0 or self.total <= self.available

    def as_dict(self) -> dict[str, Any]:
        """The values with their total, for JSON."""
        return asdict(self) | {"total": self.total}


def estimate(
    described: Any, parameters: int, trained: int, config: TuningConfig, *, longest: int, bfloat16: bool
) -> MemoryEstimate:
    """An upper estimate for training ``trained`` of ``parameters`` on rows of at most ``longest`` tokens.

    Weights, gradients and Adam's two moments (32 bit) are counted exactly; activations after Korthikanti et al. 2022,
    "Reducing activation recomputation in large transformer models": 34 bytes per token, layer and hidden unit
    at 16 bit, twice that at 32, or 2 with checkpointing; in addition the tiles in which TRL computes the logits.
    """
    text = described.get_text_config()
    batch, width = config.train.batch_size, text.hidden_size
    tokens = batch * min(longest, config.data.max_length)
    size = 2 if bfloat16 else 4
    base_size = 0.5 if config.lora.four_bit else (4 if config.weights == "full" else size)
    layer = (2 if config.train.gradient_checkpointing else 34) * (1 if bfloat16 else 2)
    device, free = device_memory()
    on_gpu = device.startswith("cuda")
    tile = min(tokens, _TILE_TOKENS) * size
    logits = tile * (_TILE_WORDS if on_gpu else _TILES_ON_CPU * min(text.vocab_size, _TILE_WORDS))
    held = 0 if on_gpu else resident()
    return MemoryEstimate(
        weights=math.ceil(parameters * base_size + (trained * 4 if config.weights == "lora" else 0)),
        gradients=trained * 4,
        optimizer=trained * 8,
        activations=tokens * width * text.num_hidden_layers * layer + logits,
        fixed=0 if on_gpu else held + _FIRST_STEP,
        available=free + held if free else 0,
        device=device,
    )


def device_memory() -> tuple[str, int]:
    """The device for training and its free bytes; 0 if unknown."""
    torch = library("torch")
    if torch.cuda.is_available():
        free, _ = torch.cuda.mem_get_info()
        return f"cuda ({torch.cuda.get_device_name()})", int(free)
    return "cpu", available_memory()


def resident() -> int:
    """Resident bytes of this process now; if the system does not tell, its peak so far."""
    return _status("VmRSS") or _peak_resident()


def forget_peak() -> None:
    """Reset :func:`peak_memory`, so that it measures the run and not what the process did before.

    On a CPU this works only on Linux (proc(5), clear_refs); elsewhere the peak of the whole process stays.
    """
    torch = library("torch")
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
        return
    with suppress(OSError), open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")


def peak_memory() -> int:
    """Peak bytes of this process since :func:`forget_peak`, of GPU memory if there is a GPU."""
    torch = library("torch")
    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    return _status("VmHWM") or _peak_resident()


def _status(name: str) -> int:
    """The value of a line in /proc/self/status (proc(5)) in bytes; 0 if it is missing."""
    with suppress(OSError), open("/proc/self/status", encoding="ascii") as file:
        return next((int(line.split()[1]) * 1024 for line in file if line.startswith(f"{name}:")), 0)
    return 0


def _peak_resident() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def hardware() -> dict[str, Any]:
    """Description of the machine for a run's record."""
    torch = library("torch")
    found: dict[str, Any] = {"cpus": os.cpu_count(), "threads": torch.get_num_threads(), "gpus": []}
    if torch.cuda.is_available():
        found["gpus"] = [torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count())]
    return found
