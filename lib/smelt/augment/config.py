"""Section ``augment`` of the configuration: which children are made of accepted pairs, and their checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from smelt.augment.model.config import ModelConfig
from smelt.quality.config import LengthBounds

Use = Literal["paraphrase", "formal", "informal", "synonym"]


class AugmentConfig(BaseModel, frozen=True, extra="forbid"):
    """Settings of ``smelt augment``."""

    rules: tuple[Use, ...] = ("paraphrase", "formal", "informal", "synonym")
    """Kinds of English rules to use; the configured ``synonyms`` are always used."""
    synonyms: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Word or phrase of the domain (singular, lower case) -> its synonyms; the plural is replaced too."""
    per_parent: int = Field(default=2, ge=1, le=20)
    """Children made of one pair, including those rejected later."""
    rules_a_child: int = Field(default=2, ge=1, le=5)
    categories: tuple[str, ...] = ()
    """Categories whose pairs get children; empty: all."""
    seed: str = "smelt"
    question: LengthBounds = LengthBounds(minimum=10, maximum=200)
    answer: LengthBounds = LengthBounds(minimum=50, maximum=1000)
    most_similar: float = Field(default=0.95, gt=0, le=1)
    """Word-sequence similarity in [0, 1] to the parent, a sibling or another accepted question from which a child's
    question is rejected as not new."""
    model: ModelConfig = ModelConfig()
    """The language model that writes pairs for ``smelt augment --model``."""
    answer_overlap: float = Field(default=0.1, ge=0, le=1)
    """Least word-sequence similarity in [0, 1] of a model's answer to the parent's answer; below it is rejected."""
    grounded: float = Field(default=0.4, ge=0, le=1)
    """Least share of an answer's words that must be in the document's section, in the same order."""
    relevance_drop: float = Field(default=0.2, ge=0, le=1)
    """How much lower a child's relevance score may be than its parent's."""

    least_category_accuracy: float = Field(default=0.7, ge=0, le=1)
    """Least accuracy on held-out questions of the category classifier; below it, categories are not checked."""

    @model_validator(mode="after")
    def synonyms_are_words(self) -> Self:
        """Refuse synonyms that are empty, equal to their word, or contain digits or punctuation."""
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
