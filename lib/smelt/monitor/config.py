"""Section ``monitor`` of the configuration: logs, windows, comparisons, alerts, retraining."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from smelt.monitor.logs.columns import FEEDBACK_KINDS
from smelt.monitor.logs.config import LogConfig

Dimension = Literal["category", "language", "source"]
Window = Literal["hour", "day", "week"]


class LabelConfig(BaseModel, frozen=True, extra="forbid"):
    """Which kind of feedback decides whether an answer was right, and from which score on."""

    order: tuple[str, ...] = FEEDBACK_KINDS
    marks: Mapping[str, float] = Field(default_factory=dict)
    """Kind -> least score of a right answer; by default 0.5, and 0.8 for ``edited``."""

    @field_validator("order")
    @classmethod
    def _are_kinds(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [each for each in value if each not in FEEDBACK_KINDS]
        if wrong or len(set(value)) != len(value):
            raise ValueError(f"an order of {', '.join(FEEDBACK_KINDS)}, each once")
        return value

    def mark(self, kind: str) -> float:
        """Least score of a right answer for a kind of feedback."""
        return self.marks.get(kind, 0.8 if kind == "edited" else 0.5)


class DriftConfig(BaseModel, frozen=True, extra="forbid"):
    """How windows are compared. The method does not depend on the sample size."""

    categorical: Literal["js", "psi", "chi_square"] = "js"
    """Effect size for categories: Jensen-Shannon distance, population stability index, or Cohen's w; p by
    chi-square."""
    numeric: Literal["ks", "js", "psi"] = "ks"
    """Effect size for numbers: Kolmogorov-Smirnov's D, or js/psi over deciles of the reference; p by KS."""
    outputs: Literal["release", "baseline"] = "release"
    """Reference for answers: those of the release, or the model's own in the baseline."""
    text: Literal["classifier", "off"] = "classifier"
    """Classifier two-sample test on hashed TF-IDF of questions and answers; needs the extra monitor."""
    alpha: float = Field(default=0.05, gt=0, lt=1)
    """Largest share of unchanged windows with any false alarm, over all tests together."""
    min_effect: Mapping[str, float] = Field(default_factory=dict)
    """Method -> least effect that counts as a change, however significant; the default is MIN_EFFECT."""
    min_rows: int = Field(default=200, ge=20)
    """Least rows of a window and of a reference for a comparison."""
    min_segment_rows: int = Field(default=100, ge=10)
    max_segments: int = Field(default=40, ge=1)
    """Number of segments of a dimension, the largest ones, that are compared; the others are only counted."""
    max_texts: int = Field(default=4_000, ge=100)
    """Most texts of each side in the classifier test, sampled by hash."""
    max_unseen: float = Field(default=0.01, ge=0, lt=1)
    """Share of values unknown to the release above which the measure counts as changed."""
    baseline_windows: int = Field(default=7, ge=1)
    """Number of first complete windows of a version; its rates, times and accuracy are compared with them."""

    @field_validator("min_effect")
    @classmethod
    def _are_methods(cls, value: Mapping[str, float]) -> Mapping[str, float]:
        wrong = sorted(set(value) - set(MIN_EFFECT))
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: a method of {', '.join(MIN_EFFECT)}")
        return value

    def least(self, method: str) -> float:
        """The least effect of a method that counts as a change."""
        return self.min_effect.get(method, MIN_EFFECT[method])


MIN_EFFECT = {
    "js": 0.1, "psi": 0.1, "chi_square": 0.2, "ks": 0.1, "classifier": 0.1, "share": 0.02,
}  # fmt: skip
"""PSI after Siddiqi (2006), Cohen's w between small and medium (1988); the others correspond to them on the same
data."""


class RuleConfig(BaseModel, frozen=True, extra="forbid"):
    """An alert rule; exactly one of ``moved``, ``above`` and ``below`` must be given."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    family: str
    """Family of gold.monitoring; this and ``measure`` may be patterns (``unseen_*``)."""
    measure: str = "*"
    dimension: str = "all"
    """``all``, a dimension, or ``*``."""
    moved: bool = False
    """The rule holds if the comparison has the status ``moved``."""
    direction: Literal["any", "up", "down"] = "any"
    above: float | None = None
    """The rule holds if the lower end of the interval is above this."""
    below: float | None = None
    """The rule holds if the upper end of the interval is below this."""
    for_windows: int = Field(default=1, ge=1)
    """Windows in a row in which the rule must hold before it fires."""
    clear_windows: int = Field(default=2, ge=1)
    """Windows in a row without it after which the episode ends."""
    unknown_windows: int = Field(default=3, ge=1)
    """Windows in a row in which it cannot be computed before an ``unknown`` alert."""
    severity: Literal["warning", "critical"] = "warning"

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        if (self.moved, self.above is not None, self.below is not None).count(True) != 1:
            raise ValueError(f"rule {self.name}: give exactly one of moved, above, below")
        return self


class SilenceConfig(BaseModel, frozen=True, extra="forbid"):
    """No messages about ``rules`` (empty: all) for episodes that begin from ``begin`` until before ``end`` (UTC)."""

    begin: dt.datetime
    end: dt.datetime
    rules: tuple[str, ...] = ()
    reason: str = ""

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.end <= self.begin:
            raise ValueError("a silence ends after it begins")
        return self

    def covers(self, rule: str, moment: dt.datetime) -> bool:
        """Whether an episode of ``rule`` that began at ``moment`` is silenced."""
        begin, end = (each if each.tzinfo else each.replace(tzinfo=dt.UTC) for each in (self.begin, self.end))
        return begin <= moment < end and (not self.rules or rule in self.rules)


class SendConfig(BaseModel, frozen=True, extra="forbid"):
    """A receiver of alerts."""

    to: Literal["slack", "teams", "json", "file"]
    """Format of the webhook message, or ``file``: JSON lines appended to ``path``."""
    url_env: str | None = None
    """Environment variable with the webhook's address, which is a secret."""
    path: str | None = None
    timeout_s: float = Field(default=10, gt=0)

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        if (self.to == "file") != (self.path is not None) or (self.to != "file") != (
            self.url_env is not None
        ):
            raise ValueError("file has a path; slack, teams and json have url_env, a variable's name")
        return self


def _rule(name: str, family: str, **more: Any) -> RuleConfig:
    return RuleConfig(name=name, family=family, **more)


RULES = (
    _rule("quality_down", "quality", measure="accuracy", moved=True, direction="down", severity="critical"),
    _rule("segment_down", "quality", measure="accuracy", dimension="*", moved=True, direction="down"),
    _rule("concept_drift", "concept", moved=True, severity="critical"),
    _rule("new_values", "*", measure="unseen_*", moved=True),
    _rule("label_drift", "label", measure="*_distribution", moved=True),
    _rule("input_drift", "input", measure="[!u]*", moved=True),
    _rule("output_drift", "output", moved=True),
    _rule("fields_missing", "missing", moved=True, direction="up"),
    _rule("operation_worse", "operation", moved=True, direction="up"),
    _rule("errors", "operation", measure="error_rate", above=0.05, severity="critical"),
    _rule("personal_data", "operation", measure="answer_pii_rate", above=0.02, severity="critical"),
    _rule("no_traffic", "volume", measure="requests", below=1, severity="critical"),
    _rule("traffic_changed", "volume", measure="requests", moved=True),
)


class AlertsConfig(BaseModel, frozen=True, extra="forbid"):
    """Rules, silences and receivers."""

    rules: tuple[RuleConfig, ...] = RULES
    silences: tuple[SilenceConfig, ...] = ()
    send: tuple[SendConfig, ...] = ()

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        names = [rule.name for rule in self.rules]
        problems = [
            f"two rules are called {name}" for name in sorted({n for n in names if names.count(n) > 1})
        ]
        problems += [
            f"a silence names {name}, which is no rule"
            for silence in self.silences
            for name in silence.rules
            if name not in names
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self


class RetrainConfig(BaseModel, frozen=True, extra="forbid"):
    """When a retraining plan is written, and whether it is carried out."""

    min_loss: float = Field(default=0.02, ge=0)
    """Loss of accuracy since the baseline, at its lower bound, from which a plan is written."""
    min_drift: float = Field(default=0.2, ge=0)
    """Effect of drift from which a plan is written if there are enough new examples."""
    min_examples: int = Field(default=1_000, ge=1)
    """Least number of accepted examples not in the release for a plan because of drift alone."""
    cool_down_windows: int = Field(default=7, ge=0)
    """Windows after a plan in which no further one is written."""
    start: bool = False
    """Whether ``smelt monitor`` carries out a plan at once."""
    steps: tuple[str, ...] = ("run", "release", "finetune latest", "promote")
    """Commands of smelt, run in order until one fails; ``promote`` checks the new version against the promotion
    rules."""
    train_with: str | None = None
    """Python interpreter with the extra ``train`` for the steps that need it; null: the current one."""
    out: str = "plans"
    """Folder for the plans."""


class ModelConfig(BaseModel, frozen=True, extra="forbid"):
    """A model version in production and the release that it was trained on."""

    release: str
    parameters: float | None = Field(default=None, gt=0)
    """Number of parameters of the base model, e.g. 3.2e9, for the cost estimate of a retraining."""


class PriceConfig(BaseModel, frozen=True, extra="forbid"):
    """US dollars per million tokens."""

    tokens_in: float = Field(default=0, ge=0)
    tokens_out: float = Field(default=0, ge=0)


class MonitorConfig(BaseModel, frozen=True, extra="forbid"):
    """Settings of ``smelt monitor``."""

    logs: tuple[LogConfig, ...] = ()
    models: Mapping[str, ModelConfig] = Field(default_factory=dict)
    """Version as in the logs -> its release. If any are given, entries of other versions are quarantined."""
    prices: Mapping[str, PriceConfig] = Field(default_factory=dict)
    """Version -> price of its tokens, for logs without a cost."""
    window: Window = "day"
    dimensions: tuple[Dimension, ...] = ("category", "language", "source")
    max_clock_ahead_s: float = Field(default=300, ge=0)
    """Entries with a time further in the future (in seconds) are quarantined."""
    complete_after_s: float = Field(default=3_600, ge=0)
    """Seconds after a window's end that must have passed, or be covered by the logs, before it counts as complete."""
    refusals: tuple[str, ...] = (
        r"^(i'?m|i am) sorry,? but i (can(no|')t|am not able|am unable|won'?t)",
        r"^(sorry,? )?i (can(no|')t|am (not able|unable) to|won'?t be able to) (help|assist|answer|share)",
        r"\bas an ai( language)? model\b",
        r"^(unfortunately,? )?i (do not|don'?t) have (access|information|enough)",
    )
    """Patterns (Rust's regex, case-insensitive) of answers that decline to help."""
    labels: LabelConfig = LabelConfig()
    drift: DriftConfig = DriftConfig()
    alerts: AlertsConfig = AlertsConfig()
    retrain: RetrainConfig = RetrainConfig()

    @model_validator(mode="after")
    def _logs_fit(self) -> Self:
        names = [log.name for log in self.logs]
        problems = [
            f"two logs are called {name}" for name in sorted({n for n in names if names.count(n) > 1})
        ]
        about = {log.name for log in self.logs if log.holds == "predictions"}
        problems += [
            f"log {log.name} is feedback of {log.of}, which is no log of predictions"
            for log in self.logs
            if log.of is not None and log.of not in about
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self
