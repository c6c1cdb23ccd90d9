"""The ``quality`` section of the configuration: bounds, pass marks and weights of the scores of pairs."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, Field, model_validator

MEASURES: Mapping[str, tuple[float, float]] = {
    # measure: (pass mark, weight in the composite)
    "question_length": (0.5, 0.02),
    "question_clarity": (0.5, 0.11),
    "question_specificity": (0.25, 0.03),
    "question_grammar": (0.05, 0.08),
    "answer_length": (0.5, 0.03),
    "answer_accuracy": (0.3, 0.06),
    "answer_completeness": (0.5, 0.15),
    "answer_grammar": (0.05, 0.11),
    "answer_tone": (0.5, 0.11),
    "language": (0.5, 0.08),
    "relevance": (0.03, 0.15),
    "completeness": (0.5, 0.04),
    "text_quality": (0.5, 0.03),
}
"""smelt's own measures, in the order of the columns of ``silver.scores``."""


class LengthBounds(BaseModel, frozen=True, extra="forbid"):
    """Allowed length of a text in characters, both bounds included."""

    minimum: int = Field(ge=0)
    maximum: int = Field(gt=0)

    @model_validator(mode="after")
    def is_a_range(self) -> LengthBounds:
        """Refuse an empty range."""
        if self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum} is above maximum {self.maximum}")
        return self


class CorpusConfig(BaseModel, frozen=True, extra="forbid"):
    """The corpus with which specificity, relevance and agreement compare a pair."""

    minimum_pairs: int = Field(default=50, ge=2)
    """With fewer pairs, only the packaged model of English is used."""
    sample_pairs: int = Field(default=20_000, ge=1)
    """Pairs from which the corpus is learned: the first by ``example_id``, so that reruns agree."""
    articles: int = Field(default=2_000, ge=0)
    """Articles of the knowledge base with which answers are compared; 0 disables the comparison."""


class EncoderConfig(BaseModel, frozen=True, extra="forbid"):
    """A sentence encoder as an additional feature of relevance; needs the extra ``semantic``."""

    model: str | None = None
    """Folder of a sentence-transformers model; models are never downloaded. Null: only the packaged word vectors."""


class QualityConfig(BaseModel, frozen=True, extra="forbid"):
    """Section ``quality`` of the configuration.

    ``pass_marks`` and ``weights`` name measures (see :data:`MEASURES`, or those that a plugin adds);
    what is left out keeps its default. A pair is accepted if no rule rejects it
    (:meth:`smelt.quality.rules.Rule.rejects`). A pass mark of 0 disables rejection by that measure; the score is still
    computed.
    """

    question: LengthBounds = LengthBounds(minimum=10, maximum=500)
    answer: LengthBounds = LengthBounds(minimum=20, maximum=2000)
    languages: tuple[str, ...] = ("en",)
    """Accepted languages (ISO 639-1); empty: every language is accepted."""
    pass_marks: Mapping[str, float] = Field(default_factory=dict)
    weights: Mapping[str, float] = Field(default_factory=dict)
    disabled: tuple[str, ...] = ()
    """Names of rules that do not run."""
    plugins: tuple[str, ...] = ()
    """Modules (``company.rules``) or files (``conf/rules/prices.py``) that define further rules."""
    corpus: CorpusConfig = CorpusConfig()
    semantic: EncoderConfig = EncoderConfig()

    @model_validator(mode="after")
    def marks_are_shares(self) -> QualityConfig:
        """Refuse marks and weights outside [0, 1], all of them at once."""
        wrong = [
            f"{section}.{name}: {value} is not in [0, 1]"
            for section, values in (("pass_marks", self.pass_marks), ("weights", self.weights))
            for name, value in values.items()
            if not 0 <= value <= 1
        ]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def pass_mark(self, measure: str) -> float:
        """The score below which a rule of ``measure`` rejects a pair."""
        return self.pass_marks.get(measure, MEASURES.get(measure, (0.5, 0.0))[0])

    def weight(self, measure: str) -> float:
        """The weight of ``measure`` in the composite, before weights are normalised to sum to 1."""
        return self.weights.get(measure, MEASURES.get(measure, (0.5, 0.0))[1])

    def deciding(self) -> QualityConfig:
        """A copy with the settings that decide the scores; plugins count by their content, not their path."""
        return self.model_copy(update={"plugins": ()})
