"""The texts from which a corpus is learned, tokenised once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from smelt.quality.corpus.stems import Bags, StemVocabulary, bags_of
from smelt.quality.texts import Counts, Flags, Texts
from smelt.quality.tokens import Tokens, tokenize


@dataclass(frozen=True)
class Material:
    """Questions and answers, and tokens and stems of the distinct ones over a common vocabulary.

    ``codes`` are the indices of each pair's question and answer among the distinct ones.
    """

    question: pl.Series
    answer: pl.Series
    stems: StemVocabulary
    tokens: tuple[Tokens, Tokens]
    bags: tuple[Bags, Bags]
    codes: tuple[Counts, Counts]

    @classmethod
    def of(cls, question: Texts, answer: Texts) -> Material:
        """Tokenize both columns."""
        vocabulary, (asked, said) = tokenize(question.distinct, answer.distinct)
        stems = StemVocabulary(vocabulary)
        bags = bags_of(asked, stems), bags_of(said, stems)
        return cls(question.series, answer.series, stems, (asked, said), bags, (question.code, answer.code))

    def __len__(self) -> int:
        return len(self.question)

    def take(self, chosen: Flags) -> Material:
        """The pairs for which ``chosen`` holds, over the same vocabulary."""
        rows = np.nonzero(chosen)[0]
        return replace(
            self,
            question=self.question.gather(rows),
            answer=self.answer.gather(rows),
            codes=(self.codes[0][rows], self.codes[1][rows]),
        )
