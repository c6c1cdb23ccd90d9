"""A batch of pairs seen through a corpus: bags of stems, weights and vectors, computed once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import polars as pl

from smelt.quality.corpus.model import Corpus, counted, hashes
from smelt.quality.corpus.stems import Bags, StemVocabulary, bags_of, meaning_of
from smelt.quality.english.meanings import Vectors, unit
from smelt.quality.texts import Floats
from smelt.quality.tokens import Ids, Tokens


class View:
    """Questions and answers of one batch, as stems and vectors of ``corpus``."""

    def __init__(
        self,
        corpus: Corpus,
        vocabulary: StemVocabulary,
        question: Tokens,
        answer: Tokens,
        texts: tuple[pl.Series, pl.Series],
    ) -> None:
        self.corpus = corpus
        self.vocabulary = vocabulary
        self._tokens = (question, answer)
        self._texts = texts

    @cached_property
    def positions(self) -> Ids:
        """Position in the corpus of each stem of the batch."""
        return self.corpus.positions(self.vocabulary)

    @cached_property
    def rarity(self) -> Floats:
        """Weight of each stem of the batch (:meth:`Corpus.rarity`)."""
        return self.corpus.rarity(self.vocabulary)

    @cached_property
    def weight(self) -> Floats:
        """TF-IDF weight of each stem: idf, faded out for stems that are common in English."""
        if self.corpus.pairs == 0:
            return self.rarity
        result: Floats = self.corpus.idf(self.vocabulary) * np.minimum(1.0, 2 * self.rarity)
        return result

    @cached_property
    def question(self) -> Bags:
        """Distinct stems of the questions."""
        return bags_of(self._tokens[0], self.vocabulary)

    @cached_property
    def answer(self) -> Bags:
        """Distinct stems of the answers."""
        return bags_of(self._tokens[1], self.vocabulary)

    @cached_property
    def question_meaning(self) -> Vectors:
        """Unit vectors of the questions, centred on the corpus."""
        return centred(meaning_of(self._tokens[0], self.vocabulary, self.rarity), self.corpus.question_mean)

    @cached_property
    def answer_meaning(self) -> Vectors:
        """Unit vectors of the answers, centred on the corpus."""
        return centred(meaning_of(self._tokens[1], self.vocabulary, self.rarity), self.corpus.answer_mean)

    @cached_property
    def pair_hashes(self) -> np.ndarray:  # type: ignore[type-arg]
        """Hash of each pair."""
        return hashes(*self._texts)

    @cached_property
    def own_count(self) -> Floats:
        """How often each pair itself is in the corpus: what it must not hear from itself."""
        return counted(self.pair_hashes, self.corpus.seen, self.corpus.seen_counts)


def centred(vectors: Vectors, mean: Vectors) -> Vectors:
    """Unit vectors, less the mean of the corpus, scaled to one again; texts without words stay zero."""
    scaled = unit(vectors)
    filled = np.abs(scaled).sum(axis=1, keepdims=True) > 0
    return unit(np.where(filled, scaled - mean, 0.0).astype(np.float32))
