"""The ``dataset_quality`` section of the configuration: measures of a release, and its gates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, Field, model_validator

from smelt.dataset_quality.family_config import (
    BiasConfig,
    CompletenessConfig,
    CompositeWeights,
    ConsistencyConfig,
    CoverageConfig,
    VolumeConfig,
)
from smelt.dataset_quality.measure_names import (
    ALL,
    READ_FROM_TEXT,
    WHOLE,
    Segments,
    nearest,
    problem_with,
)
from smelt.quality.config import MEASURES

Action = Literal["fail", "warn"]


class SampleConfig(BaseModel, frozen=True, extra="forbid"):
    """The sample for measures that compare examples with each other: the first by a hash of example_id."""

    size: int = Field(default=3_000, ge=10, le=20_000)
    pairs: int = Field(default=20_000, ge=100)
    distinct_tokens: int = Field(
        default=20_000, ge=100, description="distinct-n falls with length: same length always"
    )
    resamples: int = Field(default=500, ge=100)


class HistoryConfig(BaseModel, frozen=True, extra="forbid"):
    """When a value is an anomaly among earlier releases, and when a change is noteworthy."""

    window: int = Field(default=20, ge=5, description="releases looked back")
    min_releases: int = Field(default=5, ge=3)
    robust_z: float = Field(default=3.5, gt=0, description="Iglewicz and Hoaglin 1993")
    alpha: float = Field(default=0.01, gt=0, lt=1)
    min_effect: float = Field(default=0.2, gt=0, description="Cohen's small effect")


class Gate(BaseModel, frozen=True, extra="forbid"):
    """A requirement on a measure, absolute or relative to the previous release.

    ``measure`` is ``family.measure``, or ``family.measure[dimension=segment]``; the segment ``*`` means every one.
    """

    measure: str = Field(pattern=r"^[a-z_0-9]+\.[a-z_0-9]+(\[[^=\]]+=[^\]]+\])?$")
    at_least: float | None = None
    at_most: float | None = None
    max_drop: float | None = Field(default=None, ge=0, description="absolute, against the release before")
    max_rise: float | None = Field(default=None, ge=0)
    max_change: float | None = Field(default=None, ge=0, description="relative, either way; .2 is 20 %")
    action: Action = "warn"
    min_n: int = Field(default=1, ge=0, description="with fewer observations the gate does not judge")

    @model_validator(mode="after")
    def asks_something(self) -> Gate:
        """Reject a gate without a requirement, which would always pass."""
        if not any(
            v is not None
            for v in (self.at_least, self.at_most, self.max_drop, self.max_rise, self.max_change)
        ):
            raise ValueError("give at_least, at_most, max_drop, max_rise or max_change")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least must not be above at_most")
        return self


DEFAULT_GATES = (
    Gate(measure="composite.composite", at_least=0.6, action="fail"),
    Gate(measure="composite.composite", max_drop=0.03),
    Gate(measure="completeness.completeness", at_least=0.9),
    Gate(measure="accuracy.accuracy", at_least=0.6),
    Gate(measure="relevance.relevance", at_least=0.5),
    Gate(measure="consistency.contradiction_share", at_most=0.05, min_n=20),
    Gate(measure="consistency.label_noise", at_most=0.10, min_n=100),
    Gate(measure="coverage.category_coverage", at_least=0.8),
    Gate(measure="bias.selection_rate_ratio[demographic=*]", at_least=0.8),
    Gate(measure="bias.top_answer_share", at_most=0.25, min_n=100),
    Gate(measure="intrinsic.size", max_drop=0, action="warn"),
)


class DatasetQualityConfig(BaseModel, frozen=True, extra="forbid"):
    """Section ``dataset_quality`` of the configuration."""

    scores: dict[str, str] = Field(
        default={"accuracy": "answer_accuracy", "relevance": "relevance"},
        description="what the composite calls a score -> its column in silver.scores",
    )
    composite: CompositeWeights = CompositeWeights()
    completeness: CompletenessConfig = CompletenessConfig()
    consistency: ConsistencyConfig = ConsistencyConfig()
    coverage: CoverageConfig = CoverageConfig()
    bias: BiasConfig = BiasConfig()
    volume: VolumeConfig = VolumeConfig()
    sample: SampleConfig = SampleConfig()
    history: HistoryConfig = HistoryConfig()
    dimensions: dict[str, str] = Field(
        default={
            "source": "source",
            "kind": "kind",
            "category": "category",
            "priority": "priority",
            "language": "language",
            "month": "date_format(asked_at, 'yyyy-MM')",
            "region": "outcome['region']",
        },
        description="name -> SQL expression over an example; every measure of bias and volume reads these",
    )
    good_outcome: str = Field(
        default="coalesce(try_cast(outcome['csat'] as double) >= 4, outcome['reopened'] = 'false', "
        "lower(outcome['status']) in ('solved', 'resolved', 'closed'))",
        description="SQL expression: whether the source says it went well; NULL where it says nothing",
    )
    gates: tuple[Gate, ...] = DEFAULT_GATES

    @model_validator(mode="after")
    def names_what_is_measured(self) -> DatasetQualityConfig:
        """Reject unknown dimensions of bias, unknown columns in ``scores``, and gates of measures that do not exist."""
        known = {*self.dimensions, *READ_FROM_TEXT}
        wrong = [name for name in (*self.bias.demographic, *self.bias.selection) if name not in known]
        problems = []
        if wrong:
            problems.append(f"bias names dimensions that are not declared: {', '.join(sorted(set(wrong)))}")
        columns = (*MEASURES, "composite")
        problems += [
            f"scores.{name}: silver.scores has no {column}; the nearest is {nearest(column, columns)}"
            for name, column in self.scores.items()
            if column not in columns
        ]
        named = self.measurable()
        problems += [
            f"gates: {problem}" for gate in self.gates if (problem := problem_with(gate.measure, named))
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def measurable(self) -> dict[str, dict[str, Segments]]:
        """``family.measure`` -> dimension in which it is measured (including ``all``) -> segments."""
        found: dict[str, dict[str, Segments]] = {
            f"{family}.{measure}": {ALL: None} for family, measures in WHOLE.items() for measure in measures
        }

        def add(
            names: Iterable[str], dimensions: Iterable[str], segments: Iterable[str] | None = None
        ) -> None:
            for name in names:
                known = None if segments is None else frozenset(segments)
                found.setdefault(name, {}).update(dict.fromkeys(dimensions, known))

        cuts = (*self.dimensions, *READ_FROM_TEXT)
        histograms = [*MEASURES, "composite", "question_tokens", "answer_tokens"]
        add((f"{name}.{name}" for name in self.scores), [ALL])
        add((f"selection.{name}" for name in WHOLE["selection"]), cuts)
        add(("completeness.missing_share", "completeness.empty_share"), ["field"], self.completeness.fields)
        add(["consistency.format_consistency"], ["style"], self.consistency.formats)
        add(["consistency.terminology_consistency"], ["style"], self.consistency.terminology)
        add(["bias.acceptance_rate"], self.bias.demographic)
        add(["bias.selection_rate_ratio"], ["demographic"], self.bias.demographic)
        add(["bias.temporal_shift"], ["dimension"], ["month"])
        add(["bias.selection_shift"], ["dimension"], self.bias.selection)
        add(["volume.examples"], ["task"])
        add((f"distribution.{name}{raw}" for name in histograms for raw in ("", "_raw")), ["bin"])
        add(["drift.population_stability"], ["distribution"], [*cuts, *histograms])
        add(["rejections.examples", "rejections.only_reason", "rejections.first_reason"], ["reason"])
        add(["duplicates.members", "duplicates.not_kept"], ["kind"])
        add(["duplicates.clusters"], ["size"])
        add(["privacy.findings"], ["entity", "detector"])
        return found
