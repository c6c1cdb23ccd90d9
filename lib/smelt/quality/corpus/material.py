"""The texts that a corpus is learned from, cut into tokens once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from smelt.quality.corpus.stems import StemVocabulary
from smelt.quality.english.dictionary import dictionary
from smelt.quality.texts import Flags
from smelt.quality.tokens import Tokens, tokenize


@dataclass(frozen=True)
class Material:
    """Questions and answers as texts and as tokens over one vocabulary."""

    question: pl.Series
    answer: pl.Series
    stems: StemVocabulary
    question_tokens: Tokens
    answer_tokens: Tokens

    @classmethod
    def of(cls, question: pl.Series, answer: pl.Series) -> Material:
        """Tokenize both columns."""
        vocabulary, (asked, said) = tokenize(question, answer)
        return cls(
            question,
            answer,
            StemVocabulary(vocabulary, vocabulary.positions_in(dictionary().words)),
            asked,
            said,
        )

    def __len__(self) -> int:
        return len(self.question)

    def take(self, chosen: Flags) -> Material:
        """The pairs for which ``chosen`` holds, over the same vocabulary."""
        rows = np.nonzero(chosen)[0]
        return Material(
            self.question.gather(rows),
            self.answer.gather(rows),
            self.stems,
            self.question_tokens.take(rows),
            self.answer_tokens.take(rows),
        )
