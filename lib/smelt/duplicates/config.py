"""The ``duplicates`` section of the configuration."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from smelt.duplicates.bands import LshShape, lsh_shape

Compared = Literal["question", "answer", "both"]
Preference = Literal["score", "oldest"]


NEGATIONS = (
    "no", "not", "never", "none", "nor", "neither", "nothing", "without", "cannot", "cant", "dont", "doesnt",
    "didnt", "isnt", "arent", "wasnt", "werent", "wont", "wouldnt", "shouldnt", "couldnt", "havent", "hasnt",
    "nicht", "nein", "kein", "keine", "keinen", "keiner", "nie", "niemals", "ohne", "non", "pas", "jamais",
    "sans", "nunca",
    "jamás", "sin", "não", "nunca", "sem", "mai", "senza", "niet", "geen", "nooit", "nee", "zonder", "inte",
    "aldrig", "utan",
    "ikke", "aldri", "uden", "nigdy", "bez", "hadnt", "aint", "mustnt", "neednt", "nobody", "nowhere", "keinem",
    "keines", "nichts", "niemand", "weder", "rien", "aucun", "aucune", "nada", "ningún", "ninguna", "nessun",
    "nessuna", "niente", "nulla", "nenhum", "nenhuma", "niets", "ingen", "inget", "inga", "intet", "nie", "nikdy",
    "není", "ei", "eivät", "älä", "ilman", "не", "нет", "без", "никогда", "değil", "yok", "asla",
)  # fmt: skip


class NearConfig(BaseModel, frozen=True, extra="forbid"):
    """Near duplicates: MinHash proposes, the exact Jaccard similarity of shingle sets decides.

    ``bands`` and ``rows`` follow from ``threshold``, ``permutations`` and ``recall`` (see
    :mod:`smelt.duplicates.bands`) unless both are given.
    """

    enabled: bool = True
    threshold: float = Field(
        default=0.7, gt=0, le=1, description="Jaccard similarity from which two are alike"
    )
    word_ngram: int = Field(default=5, ge=1, le=50)
    character_ngram: int = Field(default=5, ge=1, le=50)
    short_text_words: int = Field(
        default=12, ge=0, description="below, and without spaces: character n-grams"
    )
    whole_text_words: int = Field(
        default=5, ge=0, description="below, in scripts with spaces: only equal ones are alike"
    )
    permutations: int = Field(default=130, ge=8, le=1024)
    recall: float = Field(
        default=0.99, gt=0, lt=1, description="chance that a pair at the threshold is proposed"
    )
    bands: int | None = Field(default=None, ge=1)
    rows: int | None = Field(default=None, ge=1)
    negations: tuple[str, ...] = Field(
        default=NEGATIONS,
        description="texts of which one has such a word more often, other numbers or sides, are both kept",
    )
    hot_bucket: int = Field(
        default=64, ge=2, description="a larger bucket gets star edges instead of all pairs"
    )
    hot_leaders: int = Field(
        default=1_000, ge=1, description="leaders that are compared in one hot bucket at most"
    )
    seed: int = Field(default=1, ge=0)

    @model_validator(mode="after")
    def shape_is_whole(self) -> Self:
        """Require bands and rows together, within the permutations, and a shape that reaches the recall."""
        if (self.bands is None) != (self.rows is None):
            raise ValueError("give both bands and rows, or neither")
        if self.bands is not None and self.rows is not None and self.bands * self.rows > self.permutations:
            raise ValueError("bands * rows must not exceed permutations")
        lsh_shape(self.threshold, self.permutations, self.recall)
        return self

    @cached_property
    def shape(self) -> LshShape:
        """Bands and rows, given or derived (:func:`smelt.duplicates.bands.lsh_shape`)."""
        if self.bands is not None and self.rows is not None:
            return LshShape(self.bands, self.rows)
        return lsh_shape(self.threshold, self.permutations, self.recall)


class BoilerplateConfig(BaseModel, frozen=True, extra="forbid"):
    """Recurring lines (boilerplate), which are set aside when texts are compared.

    A line is boilerplate if it is in at least ``min_conversations`` conversations and at least ``min_share`` of all of
    them, and has at least ``min_words`` words.
    """

    enabled: bool = True
    min_conversations: int = Field(default=25, ge=2)
    min_share: float = Field(default=0.002, ge=0, le=1)
    min_words: int = Field(default=3, ge=1)
    remove_from_text: bool = False


class SemanticConfig(BaseModel, frozen=True, extra="forbid"):
    """Duplicates in meaning with different words, by sentence embeddings; needs the extra ``semantic``.

    ``model`` is the folder of a sentence-transformers model. Candidates share a bucket of random
    hyperplanes (``tables`` times ``planes`` bits) and have a cosine of at least ``threshold``.
    """

    enabled: bool = False
    model: str | None = None
    threshold: float = Field(default=0.95, gt=0, le=1)
    tables: int = Field(default=24, ge=1, le=256)
    planes: int = Field(default=16, ge=1, le=62)
    seed: int = 1

    @model_validator(mode="after")
    def has_a_model(self) -> Self:
        """Require a model folder, since models are never downloaded."""
        if self.enabled and not self.model:
            raise ValueError("semantic.model must be the folder of a sentence-transformers model")
        return self


class EvaluationSet(BaseModel, frozen=True, extra="forbid"):
    """Texts that must not be trained on: a JSON lines or Parquet file, or a table of the warehouse."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")
    path: str | None = None
    table: str | None = None
    columns: tuple[str, ...] = ("question", "answer")

    @model_validator(mode="after")
    def has_one_place(self) -> Self:
        """Require either a file or a table."""
        if (self.path is None) == (self.table is None):
            raise ValueError("give either path or table")
        return self


class DecontaminationConfig(BaseModel, frozen=True, extra="forbid"):
    """Evaluation sets that examples are checked against, and how."""

    sets: tuple[EvaluationSet, ...] = ()
    ngram: int = Field(default=13, ge=2, le=100, description="words in a row that may not be shared")
    min_words: int = Field(default=8, ge=1, description="shorter texts are only compared as whole pairs")
    near: bool = Field(default=True, description="near duplicates of an evaluation text are rejected too")


class DuplicatesConfig(BaseModel, frozen=True, extra="forbid"):
    """What counts as the same example, and which one is kept.

    ``compare: answer`` finds repeated answers, and does not match equal questions with different answers; for an answer
    of fewer than ``short_answer_words`` words ("Yes, we do.") the question must be similar too. ``both`` requires that
    of every pair, ``question`` compares the question only. ``prefer`` orders the members of a cluster; ``record_id``
    breaks ties.
    """

    compare: Compared = "answer"
    short_answer_words: int = Field(default=5, ge=0)
    placeholder: str = Field(
        default=r"[\[<{]{1,2}[A-Z][A-Z_]*(?:[ _:#-]?[0-9A-Fa-f]+)?[\]>}]{1,2}",
        description="Rust regex of a scrubbed value; all are equal when texts are compared",
    )
    prefer: tuple[Preference, ...] = ("score", "oldest")
    one_task_rows: int = Field(
        default=400_000, ge=0, description="up to so many examples are compared in one task"
    )
    near: NearConfig = NearConfig()
    boilerplate: BoilerplateConfig = BoilerplateConfig()
    semantic: SemanticConfig = SemanticConfig()
    decontamination: DecontaminationConfig = DecontaminationConfig()

    @property
    def parameters(self) -> str:
        """Hash of every setting that decides signatures or clusters; a different value means a rebuild.

        The content of evaluation sets has its own :attr:`smelt.duplicates.contamination.Index.digest`.
        """
        text = repr(
            (SIGNATURE_VERSION, self.model_dump(mode="json", exclude={"decontamination", "one_task_rows"}))
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]


SIGNATURE_VERSION = 1
"""To be incremented with every change of normalising, shingling or hashing."""
