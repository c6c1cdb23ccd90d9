"""Section ``costs`` of the configuration: all figures of the estimate and of the choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

Approach = Literal["full", "lora", "prompt", "instruction"]
APPROACHES: tuple[Approach, ...] = ("full", "lora", "prompt", "instruction")


class ApproachConfig(BaseModel, frozen=True, extra="forbid"):
    """Effort of an approach: hours of work and US dollars.

    ``compute_usd`` is used only if the compute cannot be estimated from tokens and parameters."""

    development_hours: float = Field(ge=0)
    compute_usd: float = Field(ge=0)
    preparation_hours: float = Field(ge=0)
    maintenance_hours: float = Field(ge=0)
    """Hours per month."""


def _approach(development: float, compute: float, preparation: float, maintenance: float) -> ApproachConfig:
    return ApproachConfig(
        development_hours=development,
        compute_usd=compute,
        preparation_hours=preparation,
        maintenance_hours=maintenance,
    )


DEFAULTS: Mapping[Approach, ApproachConfig] = {
    "full": _approach(160, 5000, 80, 20),
    "lora": _approach(80, 1000, 60, 10),
    "prompt": _approach(20, 100, 20, 5),
    "instruction": _approach(120, 3000, 100, 15),
}


class WeightsConfig(BaseModel, frozen=True, extra="forbid"):
    """Weights of the kinds of effort; their sum is 1."""

    development: float = Field(default=0.3, ge=0, le=1)
    compute: float = Field(default=0.4, ge=0, le=1)
    preparation: float = Field(default=0.2, ge=0, le=1)
    maintenance: float = Field(default=0.1, ge=0, le=1)

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        if abs(self.development + self.compute + self.preparation + self.maintenance - 1) > 1e-9:
            raise ValueError("the four weights must sum to 1")
        return self


class HardwareConfig(BaseModel, frozen=True, extra="forbid"):
    """An accelerator: dense bfloat16 teraFLOP/s, memory bandwidth in GB/s, memory in GB, and its price per hour."""

    teraflops: float = Field(gt=0)
    bandwidth: float = Field(gt=0)
    memory_gb: float = Field(gt=0)
    usd_per_hour: float = Field(ge=0)
    source: str


class WorkloadConfig(BaseModel, frozen=True, extra="forbid"):
    """What is trained and served; training tokens default to those of the newest release."""

    parameters: float | None = Field(default=None, gt=0)
    """Number of parameters of the model to tune, e.g. 3.2e9."""
    train_tokens: float | None = Field(default=None, gt=0)
    """Training tokens of one epoch."""
    epochs: float = Field(default=3, gt=0)
    tokens_per_step: float = Field(default=8_192, gt=0)
    """Batch size times sequence length; small steps are bound by memory bandwidth, not by arithmetic."""
    between_steps_s: float = Field(default=0, ge=0)
    """Idle seconds of the accelerator between two steps: reading, logging, freeing memory."""
    evaluated: float = Field(default=200, ge=0)
    """Answers of ``tokens_out`` tokens that the trained model generates in all evaluations together."""
    evaluated_at_once: float = Field(default=20, ge=1)
    disk_gb_per_s: float = Field(default=1, gt=0)
    """Speed of loading and saving weights, in GB/s."""
    requests_per_month: float = Field(default=50_000, gt=0)
    tokens_in: float = Field(default=400, gt=0)
    """Input tokens of a request to the tuned model."""
    tokens_out: float = Field(default=200, gt=0)
    example_tokens: float = Field(default=1_500, ge=0)
    """Further input tokens of a prompted model: instructions and examples."""
    months: float = Field(default=12, gt=0)
    always_on: float = Field(default=1, ge=0)
    """Accelerators that run day and night to serve the tuned model; 0: serving is paid by the second."""
    storage_gb: float = Field(default=50, ge=0)
    labelled: float = Field(default=1_000, ge=0)
    """Examples that people label or check, once."""


class PricesConfig(BaseModel, frozen=True, extra="forbid"):
    """Prices of work and services in US dollars; the defaults are assumptions."""

    hour: float = Field(default=80, ge=0)
    """Price of an hour of a developer."""
    label: float = Field(default=0.5, ge=0)
    """Price of labelling or checking one example."""
    storage_gb_month: float = Field(default=0.023, ge=0)
    large_in: float = Field(default=2.5, ge=0)
    """Price of a million input tokens of the large model that would be prompted."""
    large_out: float = Field(default=10, ge=0)


class UtilisationConfig(BaseModel, frozen=True, extra="forbid"):
    """Shares of peak performance that are reached: measured in your runs (``smelt costs bill``) or assumed."""

    training: float = Field(default=0.43, gt=0, le=1)
    """NVIDIA's own figure for LoRA of Qwen 2.5 7B on an H100: 423 of 989 teraFLOP/s (NVIDIA-NeMo/Automodel 2861c41,
    docs/performance-summary.mdx)."""
    memory: float = Field(default=0.8, gt=0, le=1)
    """Share of the memory bandwidth that is reached."""
    decode_ms: float = Field(default=31, ge=0)
    """Milliseconds per generated token in an evaluation, in addition to reading the weights: PyTorch's own figure for
    Llama 2 7B without a compiled graph, 25.5 tokens/s on an A100, less 13.5 GB at 80 % of 2,039 GB/s
    (pytorch.org/blog/accelerating-generative-ai-2)."""
    inference: float = Field(default=0.1, gt=0, le=1)
    """Share of peak arithmetic when generating: far lower than in training, as answers are made token by token."""


class NeedsConfig(BaseModel, frozen=True, extra="forbid"):
    """Requirements for the choice of an approach."""

    rows: int | None = Field(default=None, ge=0)
    """Number of accepted examples; by default that of the newest release."""
    changes_per_month: float = Field(default=1, ge=0)
    """How often per month the right answers change."""
    budget_usd: float | None = Field(default=None, ge=0)
    """Budget in US dollars until the horizon."""
    latency_ms: float | None = Field(default=None, gt=0)
    quality: float = Field(default=0.8, ge=0, le=1)
    """Required share of right answers."""


class CostsConfig(BaseModel, frozen=True, extra="forbid"):
    """Settings of ``smelt costs``."""

    approaches: Mapping[Approach, ApproachConfig] = Field(default_factory=lambda: dict(DEFAULTS))
    weights: WeightsConfig = WeightsConfig()
    accelerator: str = "H100"
    hardware: Mapping[str, HardwareConfig] = Field(default_factory=dict)
    """Your own accelerators or other prices; they override those of conf/hardware.yaml."""
    workload: WorkloadConfig = WorkloadConfig()
    prices: PricesConfig = PricesConfig()
    utilisation: UtilisationConfig = UtilisationConfig()
    needs: NeedsConfig = NeedsConfig()

    @model_validator(mode="after")
    def _has_all(self) -> Self:
        missing = [name for name in APPROACHES if name not in self.approaches]
        if missing:
            raise ValueError(f"approaches: {', '.join(missing)} is missing")
        return self
