"""Settings of the families of measures."""

from __future__ import annotations

import math
import re

from pydantic import BaseModel, Field, field_validator, model_validator


class CompositeWeights(BaseModel, frozen=True, extra="forbid"):
    """Weights of the parts of the composite; they must sum to 1."""

    accuracy: float = Field(default=0.25, ge=0, le=1)
    completeness: float = Field(default=0.20, ge=0, le=1)
    consistency: float = Field(default=0.20, ge=0, le=1)
    relevance: float = Field(default=0.15, ge=0, le=1)
    diversity: float = Field(default=0.10, ge=0, le=1)
    bias_score: float = Field(default=0.10, ge=0, le=1)

    @model_validator(mode="after")
    def adds_up(self) -> CompositeWeights:
        """Require that the weights sum to 1."""
        total = math.fsum(self.model_dump().values())
        if not math.isclose(total, 1.0, abs_tol=1e-9):
            raise ValueError(f"composite weights must add up to 1, not {total:g}")
        return self


class CompletenessConfig(BaseModel, frozen=True, extra="forbid"):
    """completeness = max(0, 1 - (missing + empty + incomplete)), each share times its weight."""

    fields: tuple[str, ...] = ("question", "answer", "category", "asked_at")
    missing: float = Field(default=0.4, ge=0, le=1, description="weight of values that are NULL")
    empty: float = Field(default=0.3, ge=0, le=1, description="weight of text that is blank or a placeholder")
    incomplete: float = Field(default=0.3, ge=0, le=1, description="weight of rows that lack any field")
    placeholders: tuple[str, ...] = ("n/a", "na", "none", "null", "-", "--", "?", "unknown", "tbd")

    @field_validator("fields")
    @classmethod
    def names_fields(cls, fields: tuple[str, ...]) -> tuple[str, ...]:
        """Require at least one field."""
        if not fields:
            raise ValueError("name at least one field")
        return fields


class ConsistencyConfig(BaseModel, frozen=True, extra="forbid"):
    """When two answers contradict each other, which terms are equivalent, and which neighbours vote on a label."""

    contradiction_similarity: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="answers to one question that share fewer words than this contradict",
    )
    max_answers: int = Field(default=8, ge=2, le=50, description="answers compared a question")
    neighbours: int = Field(default=5, ge=1, le=50)
    neighbour_similarity: float = Field(default=0.3, ge=0, le=1, description="nearer than this has a vote")
    label_majority: float = Field(
        default=0.8, ge=0.5, le=1, description="share of the vote that calls a label noise"
    )
    formats: dict[str, dict[str, str]] = Field(
        default={
            "dates": {
                "iso": r"\b\d{4}-\d{2}-\d{2}\b",
                "slashes": r"\b\d{1,2}/\d{1,2}/\d{2,4}\b",
                "written": r"(?i)\b\d{1,2}(st|nd|rd|th)? (of )?"
                r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b",
            },
            "clock": {
                "12 hours": r"(?i)\b\d{1,2}(:\d{2})? ?[ap]\.?m\b",
                "24 hours": r"\b([01]\d|2[0-3]):[0-5]\d($|[^ \w]| $| [^aApP])",
            },
            "temperature": {"celsius": r"\d ?(°C|degrees C)", "fahrenheit": r"\d ?(°F|degrees F)"},
            "distance": {"metric": r"(?i)\d ?(km|kilomet(re|er)s?)\b", "imperial": r"(?i)\d ?(mi|miles?)\b"},
        },
        description="kind -> style -> regular expression (Java); one style a kind is consistent",
    )
    terminology: dict[str, tuple[str, ...]] = Field(
        default={
            "email": ("e-mail",),
            "sign in": ("log in", "log on", "login to"),
            "website": ("web site", "web-site"),
            "Wi-Fi": ("wifi", "wi fi"),
            "username": ("user name", "user-name"),
        },
        description="preferred term -> variants that should not stand beside it",
    )

    @field_validator("formats")
    @classmethod
    def compiles(cls, formats: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        """Require valid regular expressions."""
        wrong = []
        for kind, styles in formats.items():
            for style, pattern in styles.items():
                try:
                    re.compile(pattern)
                except re.error as error:
                    wrong.append(f"{kind}.{style}: {error}")
        if wrong:
            raise ValueError("not a regular expression: " + "; ".join(wrong))
        return formats


class CoverageConfig(BaseModel, frozen=True, extra="forbid"):
    """What a release should cover. An empty list means the values in the raw intake."""

    categories: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    intent: str = Field(default="outcome['intent']", description="SQL expression of an example's intent")
    min_examples: int = Field(default=5, ge=1, description="fewer do not cover a category or an intent")
    topic_similarity: float = Field(
        default=0.15, ge=0, le=1, description="cosine from which an article is covered"
    )
    max_articles: int = Field(default=2_000, ge=1)


class BiasConfig(BaseModel, frozen=True, extra="forbid"):
    """Which groups are compared, and which ratio is too low."""

    demographic: tuple[str, ...] = ("language", "region", "gendered_terms")
    selection: tuple[str, ...] = ("source", "kind", "category", "priority", "language", "question_length")
    min_group: int = Field(default=30, ge=1, description="smaller groups are shown, not judged")
    four_fifths: float = Field(default=0.8, gt=0, le=1, description="29 CFR 1607.4 D")
    masculine: tuple[str, ...] = (
        "he",
        "him",
        "his",
        "himself",
        "mr",
        "sir",
        "man",
        "husband",
        "father",
        "son",
    )
    feminine: tuple[str, ...] = (
        "she",
        "her",
        "hers",
        "herself",
        "mrs",
        "ms",
        "miss",
        "madam",
        "ma'am",
        "woman",
        "wife",
        "mother",
        "daughter",
    )
    positive: tuple[str, ...] = (
        "good", "great", "glad", "happy", "pleased", "thanks", "thank", "perfect", "excellent", "resolved",
        "fixed", "solved", "easy", "love", "welcome", "works", "successfully",
    )  # fmt: skip
    negative: tuple[str, ...] = (
        "bad", "sorry", "unfortunately", "problem", "issue", "error", "fail", "failed", "failure", "wrong",
        "broken", "unable", "cannot", "difficult", "hate", "angry", "complaint", "denied", "fraud",
    )  # fmt: skip
    min_category: int = Field(default=20, ge=2, description="smaller categories have no dominant answer")


class VolumeConfig(BaseModel, frozen=True, extra="forbid"):
    """Numbers of released examples that a task needs; below ``minimum`` the report says what to collect."""

    task: str = Field(
        default="coalesce(category, '(none)')", description="SQL expression that names an example's task"
    )
    minimum: int = Field(default=1_000, ge=1)
    recommended: int = Field(default=5_000, ge=1)
    production: int = Field(default=10_000, ge=1)
    enough: int = Field(default=50_000, ge=1)

    @model_validator(mode="after")
    def grows(self) -> VolumeConfig:
        """Require that the targets ascend."""
        if not self.minimum <= self.recommended <= self.production <= self.enough:
            raise ValueError("minimum <= recommended <= production <= enough must hold")
        return self
