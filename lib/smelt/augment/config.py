"""Section ``augment`` of the configuration: what is made of accepted pairs, and what every child must pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from smelt.augment.model.config import ModelConfig
from smelt.quality.config import LengthBounds

Use = Literal["paraphrase", "formal", "informal", "synonym"]


class AugmentConfig(BaseModel, frozen=True, extra="forbid"):
    """Everything that steers ``smelt augment``."""

    rules: tuple[Use, ...] = ("paraphrase", "formal", "informal", "synonym")
    """Kinds of rules for English; the domain's own synonyms always take part."""
    synonyms: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Word or phrase of the domain (singular, lower case) -> others that may stand in its place, also in the plural."""
    per_parent: int = Field(default=2, ge=1, le=20)
    """Children of one pair that are made, before any is rejected."""
    rules_a_child: int = Field(default=2, ge=1, le=5)
    categories: tuple[str, ...] = ()
    """Only pairs of these categories have children; empty: all."""
    seed: str = "smelt"
    question: LengthBounds = LengthBounds(minimum=10, maximum=200)
    answer: LengthBounds = LengthBounds(minimum=50, maximum=1000)
    most_similar: float = Field(default=0.95, gt=0, le=1)
    """A question as similar as this (in [0, 1], of words in order) to its parent, a sibling or another accepted
    question is no new question."""
    model: ModelConfig = ModelConfig()
    """A language model that writes pairs, for ``smelt augment --model``."""
    answer_overlap: float = Field(default=0.1, ge=0, le=1)
    """An answer of a model that has fewer words in order of the parent's answer says something else."""
    grounded: float = Field(default=0.4, ge=0, le=1)
    """Of a document's section: least share of an answer's words that stand there in their order."""
    relevance_drop: float = Field(default=0.2, ge=0, le=1)
    """So much less relevant than its parent a child may be."""

    least_category_accuracy: float = Field(default=0.7, ge=0, le=1)
    """On held-out questions: a classifier that is right less often has no word on a child's category."""

    @model_validator(mode="after")
    def synonyms_are_words(self) -> Self:
        """Refuse synonyms that are empty, stand for themselves, or hold a number or a sign."""
        problems = []
        for word, others in self.synonyms.items():
            if not others:
                problems.append(f"synonyms.{word}: names no other word")
            for each in (word, *others):
                if not each.replace(" ", "").replace("-", "").isalpha():
                    problems.append(f"synonyms.{word}: {each!r} must be letters, spaces and hyphens")
            if word.casefold() in {other.casefold() for other in others}:
                problems.append(f"synonyms.{word}: stands for itself")
        if problems:
            raise ValueError("; ".join(problems))
        return self
