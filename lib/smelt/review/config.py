"""Section ``review`` of the configuration: what is sampled, who answers, and what the answers may do."""

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
    """Items whose right decision is known, planted among the others to measure annotators."""

    path: str | None = None
    """JSON lines: question, answer, expected (accept, correct or reject), and if wanted id and category."""
    share: float = Field(default=0.05, ge=0, le=0.5)
    """Of the tasks of a sample."""
    from_experts: bool = True
    """Pairs that an expert decided are gold items too."""


class ExpertsConfig(BaseModel, frozen=True, extra="forbid"):
    """Who is an expert, and which cases go to one."""

    people: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Annotator as the tool names him -> categories that he knows; an empty list: all."""
    min_ability: float = Field(default=0.8, ge=0, le=1)
    """Share of right answers to gold items below which a person gets no expert task (where it was measured)."""
    min_probability: float = Field(default=0.8, ge=0, le=1)
    """A consensus that is less sure goes to an expert."""
    low_score: float = Field(default=0.6, ge=0, le=1)
    """So does a pair that people accept although its composite is below this."""
    privacy_reasons: tuple[str, ...] = ("personal_data",)
    """A reason of any annotator that makes a pair a case for an expert."""
    topics: tuple[str, ...] = ()
    """Categories of which every reviewed pair goes to an expert."""


class EffectConfig(BaseModel, frozen=True, extra="forbid"):
    """When a consensus may change what is curated."""

    apply: bool = True
    min_answers: int = Field(default=2, ge=1)
    """People who must have answered, experts apart: an expert's word is final alone."""
    min_probability: float = Field(default=0.7, gt=0, le=1)


class ReviewConfig(BaseModel, frozen=True, extra="forbid"):
    """Everything that steers ``smelt review``."""

    rate: float = Field(default=0.10, gt=0, le=1)
    """Share of each stratum in the representative part."""
    seed: str = "smelt"
    stratify_by: tuple[Stratum, ...] = ("category", "source", "score_band", "length_band")
    score_bands: tuple[float, ...] = (0.6, 0.75, 0.9)
    """Bounds of the composite between bands."""
    length_bands: tuple[int, ...] = (250, 800)
    """Bounds, in characters of question and answer together, between bands."""
    min_stratum: int = Field(default=20, ge=2)
    """Smaller strata are put together."""
    uncertain_share: float = Field(default=0.25, ge=0)
    """Size of the uncertain part, as a share of the representative one."""
    margin: float = Field(default=0.05, gt=0, le=0.5)
    """A score so close to its pass mark is uncertain."""
    doubtful_confidence: float = Field(default=0.6, ge=0, le=1)
    """A finding of personal data that was less sure than this is uncertain."""
    measures_apart: float = Field(default=0.6, gt=0, le=1)
    """Measures of one pair that differ by so much disagree."""
    dominant_share: float = Field(default=0.02, gt=0, le=1)
    """An answer that so large a share of the pairs have (and ten at least) dominates."""
    overlap: int = Field(default=2, ge=1, le=20)
    """People who answer one task."""
    overlap_share: float = Field(default=1.0, ge=0, le=1)
    """Share of tasks that several people answer; the others are answered once."""
    annotators: tuple[str, ...] = ()
    """Names for CSV and JSON lines: each gets a file of her own. Tools assign people themselves."""
    guidelines: str = GUIDELINES
    reasons: tuple[str, ...] = (
        *("wrong_answer", "incomplete", "off_topic", "outdated", "bad_language", "personal_data"),
        *("unsafe", "other"),
    )
    """Why a pair may be rejected, as annotators choose it and as it stands in rejections."""
    gold: GoldConfig = GoldConfig()
    experts: ExpertsConfig = ExpertsConfig()
    effect: EffectConfig = EffectConfig()
    bootstrap: int = Field(default=1000, ge=100, le=100_000)
    """Resamples behind an interval of an agreement."""
    min_precision: float = Field(default=0.8, gt=0, le=1)
    """A proposed pass mark rejects pairs of which people reject at least this share."""

    @model_validator(mode="after")
    def can_be_carried_out(self) -> Self:
        """Name every contradiction at once."""
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
