"""Section ``review`` of the configuration: sampling, annotators, and the effect of their answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

Stratum = Literal["category", "source", "kind", "language", "score_band", "length_band"]

GUIDELINES = (
    "Read the question and the answer. Accept the pair if a customer would be helped by it as it stands. "
    "Correct it if a small change makes it so. Reject it otherwise, and say why."
)


class GoldConfig(BaseModel, frozen=True, extra="forbid"):
    """Gold items: tasks with a known right decision, mixed with the others to measure annotators."""

    path: str | None = None
    """JSON lines file: question, answer, expected (accept, correct or reject), and optionally id and category."""
    share: float = Field(default=0.05, ge=0, le=0.5)
    """Share of gold items in the tasks of a sample."""
    from_experts: bool = True
    """Whether pairs decided by an expert are used as gold items too."""


class ExpertsConfig(BaseModel, frozen=True, extra="forbid"):
    """The experts, and the cases that go to them."""

    people: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Annotator's name in the tool -> categories of expertise; an empty list: all."""
    min_ability: float = Field(default=0.8, ge=0, le=1)
    """Least share of right answers to gold items, if measured, for getting expert tasks."""
    min_probability: float = Field(default=0.8, ge=0, le=1)
    """Probability of the consensus below which the case goes to an expert."""
    low_score: float = Field(default=0.6, ge=0, le=1)
    """Composite score below which a pair that annotators accept goes to an expert."""
    privacy_reasons: tuple[str, ...] = ("personal_data",)
    """Reasons that, given by any annotator, send a pair to an expert."""
    topics: tuple[str, ...] = ()
    """Categories whose reviewed pairs all go to an expert."""


class EffectConfig(BaseModel, frozen=True, extra="forbid"):
    """When a consensus changes the curated examples."""

    apply: bool = True
    min_answers: int = Field(default=2, ge=1)
    """Least number of annotators for a consensus; the decision of one expert is enough."""
    min_probability: float = Field(default=0.7, gt=0, le=1)


class ReviewConfig(BaseModel, frozen=True, extra="forbid"):
    """Settings of ``smelt review``."""

    rate: float = Field(default=0.10, gt=0, le=1)
    """Share of each stratum that is drawn for the representative part."""
    seed: str = "smelt"
    stratify_by: tuple[Stratum, ...] = ("category", "source", "score_band", "length_band")
    score_bands: tuple[float, ...] = (0.6, 0.75, 0.9)
    """Boundaries of the bands of the composite score."""
    length_bands: tuple[int, ...] = (250, 800)
    """Boundaries of the length bands, in characters of question and answer together."""
    min_stratum: int = Field(default=20, ge=2)
    """Least rows of a stratum; smaller ones are merged."""
    uncertain_share: float = Field(default=0.25, ge=0)
    """Size of the uncertain part, as a share of the representative one."""
    margin: float = Field(default=0.05, gt=0, le=0.5)
    """Distance of a score from its pass mark within which a pair is uncertain."""
    doubtful_confidence: float = Field(default=0.6, ge=0, le=1)
    """Confidence of a finding of personal data below which a pair is uncertain."""
    measures_apart: float = Field(default=0.6, gt=0, le=1)
    """Difference of two measures of a pair from which they disagree."""
    dominant_share: float = Field(default=0.02, gt=0, le=1)
    """Share of the pairs (and at least ten) from which an identical answer counts as dominant."""
    overlap: int = Field(default=2, ge=1, le=20)
    """Annotators per task."""
    overlap_share: float = Field(default=1.0, ge=0, le=1)
    """Share of tasks answered by ``overlap`` annotators; the others are answered once."""
    annotators: tuple[str, ...] = ()
    """Annotators for CSV and JSON lines, with one file each. Annotation tools assign tasks themselves."""
    guidelines: str = GUIDELINES
    reasons: tuple[str, ...] = (
        *("wrong_answer", "incomplete", "off_topic", "outdated", "bad_language", "personal_data"),
        *("unsafe", "other"),
    )
    """Reasons for rejecting a pair, as annotators choose them and as stored in rejections."""
    gold: GoldConfig = GoldConfig()
    experts: ExpertsConfig = ExpertsConfig()
    effect: EffectConfig = EffectConfig()
    bootstrap: int = Field(default=1000, ge=100, le=100_000)
    """Bootstrap resamples for the intervals of agreement."""
    min_precision: float = Field(default=0.8, gt=0, le=1)
    """Least precision of a proposed pass mark: the share of the pairs it rejects that annotators reject too."""

    @model_validator(mode="after")
    def can_be_carried_out(self) -> Self:
        """Refuse contradictory settings, all named at once."""
        problems = [
            f"{name}: bounds must rise"
            for name, bounds in (("score_bands", self.score_bands), ("length_bands", self.length_bands))
            if list(bounds) != sorted(set(bounds))
        ]
        problems += [
            f"reasons: {reason!r} must be lower case letters, digits and underscores"
            for reason in self.reasons
            if not re.fullmatch(r"[a-z][a-z0-9_]*", reason)
        ]
        if len(set(self.reasons)) < len(self.reasons):
            problems.append("reasons: one stands there twice")
        if self.annotators and len(set(self.annotators)) < self.overlap:
            problems.append(
                f"overlap is {self.overlap}, but {len(set(self.annotators))} different annotators are named"
            )
        unknown = sorted(set(self.experts.privacy_reasons) - set(self.reasons))
        problems += [f"experts.privacy_reasons: {reason} is none of reasons" for reason in unknown]
        if problems:
            raise ValueError("; ".join(problems))
        return self
