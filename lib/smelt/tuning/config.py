"""Section ``tuning`` of the configuration: training, evaluation and promotion."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

Approach = Literal["lora", "full", "instruction", "prompt"]

FEW_SHOT_INTRODUCTION = "You are a business assistant. Answer questions based on these examples"


class DataConfig(BaseModel, frozen=True, extra="forbid"):
    """Selection of the training rows, and the treatment of rows that are too long."""

    max_length: int = Field(default=2048, ge=8, description="tokens of one row, template included")
    too_long: Literal["leave_out", "cut"] = "leave_out"
    max_left_out: float = Field(default=0.05, ge=0, le=1, description="share of rows; more is refused")
    date: str | None = Field(
        default=None, description="date that templates are told; by default the release's"
    )
    append_eos: bool = Field(default=False, description="for templates that write no end of turn")
    sanitize_control_tokens: bool = True
    with_forgotten: bool = False
    withdrawn_sources: tuple[str, ...] = ()
    with_withdrawn: bool = False


class LoraConfig(BaseModel, frozen=True, extra="forbid"):
    """Low-rank adapters (Hu et al. 2021); rsLoRA scales by alpha / sqrt(r), DoRA splits off the magnitude."""

    r: int = Field(default=16, ge=1)
    alpha: int = Field(default=32, ge=1)
    dropout: float = Field(default=0.05, ge=0, lt=1)
    target_modules: Literal["all-linear"] | tuple[str, ...] = "all-linear"
    modules_to_save: tuple[str, ...] = ()
    rslora: bool = False
    dora: bool = False
    four_bit: bool = Field(default=False, description="QLoRA: base in 4 bit; needs a GPU and bitsandbytes")


class TrainConfig(BaseModel, frozen=True, extra="forbid"):
    """Steps, batches and rates. ``learning_rate`` null means 2e-4 for adapters and 2e-5 for full training."""

    epochs: float = Field(default=3.0, gt=0)
    max_steps: int | None = Field(default=None, ge=1)
    learning_rate: float | None = Field(default=None, gt=0)
    batch_size: int = Field(default=8, ge=1)
    eval_batch_size: int = Field(default=8, ge=1)
    accumulate: int = Field(default=1, ge=1)
    weight_decay: float = Field(default=0.0, ge=0)
    warmup_share: float = Field(default=0.03, ge=0, lt=1)
    scheduler: Literal["linear", "cosine", "constant", "constant_with_warmup"] = "cosine"
    max_grad_norm: float = Field(default=1.0, gt=0)
    seed: int = 17
    packing: bool = False
    gradient_checkpointing: bool = False
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    save_every: int = Field(default=200, ge=1, description="steps between checkpoints")
    evaluate_every: int = Field(default=200, ge=1)
    log_every: int = Field(default=10, ge=1)
    keep_checkpoints: int = Field(default=2, ge=1)


class InstructionConfig(BaseModel, frozen=True, extra="forbid"):
    """The approach ``instruction``: whether it trains an adapter or all weights."""

    over: Literal["lora", "full"] = "lora"


class ServerConfig(BaseModel, frozen=True, extra="forbid"):
    """An OpenAI-compatible server; its API key is read from the environment variable ``key_env`` only."""

    url: str | None = None
    model: str | None = None
    key_env: str = "OPENAI_API_KEY"
    timeout_seconds: float = Field(default=60.0, gt=0)

    @model_validator(mode="after")
    def names_a_model(self) -> Self:
        """Refuse a url without a model name."""
        if self.url and not self.model:
            raise ValueError("url needs a model")
        return self


class PromptConfig(BaseModel, frozen=True, extra="forbid"):
    """The approach ``prompt``: few-shot examples of the train split instead of training."""

    examples: int = Field(default=5, ge=1, description="k: a category, or in all where they are retrieved")
    choose: Literal["category", "similar"] = "category"
    introduction: str = Field(default=FEW_SHOT_INTRODUCTION, min_length=1)
    context_tokens: int = Field(default=1536, ge=32, description="most tokens of the whole prompt")
    server: ServerConfig = ServerConfig()


class GenerationConfig(BaseModel, frozen=True, extra="forbid"):
    """Generation of answers; it is greedy, so that the same model gives the same answers."""

    max_new_tokens: int = Field(default=256, ge=1)
    batch_size: int = Field(default=8, ge=1)


class EvaluationConfig(BaseModel, frozen=True, extra="forbid"):
    """Measures and rows of an evaluation."""

    rows: int = Field(default=200, ge=2, description="test rows that answers are generated for, at most")
    loss_rows: int = Field(default=5000, ge=2, description="test rows for loss and perplexity, at most")
    resamples: int = Field(default=1000, ge=100)
    category_answers: int = Field(
        default=30, ge=0, description="at most so many different answers are categories"
    )
    compare: tuple[Literal["base", "few_shot", "previous"], ...] = ("base", "few_shot", "previous")
    canaries: int = Field(default=0, ge=0, le=64, description="planted in train rows, looked for in answers")
    canary_repeats: int = Field(default=4, ge=1)


class CrossValidationConfig(BaseModel, frozen=True, extra="forbid"):
    """Stratified group k-fold cross-validation; ``proxy`` is the model trained k times."""

    folds: int = Field(default=5, ge=2, le=50)
    proxy: Literal["none", "tiny", "classifier"] = "none"
    max_steps: int | None = Field(default=None, ge=1)
    generate_rows: int = Field(default=20, ge=0)


class PromotionConfig(BaseModel, frozen=True, extra="forbid"):
    """Conditions for the promotion of a candidate to champion."""

    measure: str = "token_f1"
    category_drop: float = Field(default=0.05, ge=0, description="most that a category may lose")
    min_category_rows: int = Field(default=10, ge=1)
    needs_approval: bool = False


class TrackingConfig(BaseModel, frozen=True, extra="forbid"):
    """MLflow's server or SQLite file, and the name of the registered model."""

    tracking_uri: str | None = Field(
        default=None, description="sqlite:///PATH or a server; by default in ``out``"
    )
    experiment: str = "smelt-tuning"
    model_name: str = Field(default="smelt-adapter", pattern=r"^[A-Za-z0-9._-]{1,100}$")
    enabled: bool = True


class TuningConfig(BaseModel, frozen=True, extra="forbid"):
    """Settings of the training job."""

    base: str | None = Field(default=None, description="folder or hub name of the base model")
    revision: str | None = Field(
        default=None, description="of a hub name: a commit, so that it stays the same"
    )
    chat_template: str | None = Field(default=None, description="file, for a base that has none")
    approach: Approach = "lora"
    out: str = "tuning"
    data: DataConfig = DataConfig()
    lora: LoraConfig = LoraConfig()
    train: TrainConfig = TrainConfig()
    instruction: InstructionConfig = InstructionConfig()
    prompt: PromptConfig = PromptConfig()
    generation: GenerationConfig = GenerationConfig()
    evaluation: EvaluationConfig = EvaluationConfig()
    crossvalidation: CrossValidationConfig = CrossValidationConfig()
    promotion: PromotionConfig = PromotionConfig()
    tracking: TrackingConfig = TrackingConfig()

    @property
    def weights(self) -> Literal["lora", "full"]:
        """Whether an adapter or the whole model is trained."""
        chosen = self.instruction.over if self.approach == "instruction" else self.approach
        return "full" if chosen == "full" else "lora"

    @property
    def learning_rate(self) -> float:
        """The configured learning rate, or the default (Hu et al. 2021 for adapters)."""
        return self.train.learning_rate or (2e-5 if self.weights == "full" else 2e-4)
