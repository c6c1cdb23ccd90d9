"""A batch of pairs in terms of a corpus: bags of stems, weights and vectors, computed once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import polars as pl

from smelt.quality.corpus.model import Corpus, counted, hashes
from smelt.quality.corpus.stems import Bags, StemVocabulary, bags_of, meaning_of
from smelt.quality.english.word_vectors import unit
from smelt.quality.texts import Counts, Floats
from smelt.quality.tokens import Ids, Tokens, Vectors


class View:
    """Questions and answers of one batch, as stems and vectors of ``corpus``.

    ``tokens`` are those of the distinct questions and answers, ``codes`` the indices of each pair's question and answer
    among these, ``texts`` the questions and answers of the pairs.
    """

    def __init__(
        self,
        corpus: Corpus,
        vocabulary: StemVocabulary,
        tokens: tuple[Tokens, Tokens],
        codes: tuple[Counts, Counts],
        texts: tuple[pl.Series, pl.Series],
    ) -> None:
        self.corpus = corpus
        self.vocabulary = vocabulary
        self.codes = codes
        self._tokens = tokens
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
        """TF-IDF weight of each stem: idf, reduced for stems that are common in English."""
        if self.corpus.pairs == 0:
            return self.rarity
        result: Floats = self.corpus.idf(self.vocabulary) * np.minimum(1.0, 2 * self.rarity)
        return result

    @cached_property
    def distinct(self) -> tuple[Bags, Bags]:
        """Stems of each distinct question and of each distinct answer."""
        return bags_of(self._tokens[0], self.vocabulary), bags_of(self._tokens[1], self.vocabulary)

    @cached_property
    def question(self) -> Bags:
        """Distinct stems of the question of each pair."""
        return self.distinct[0].take(self.codes[0])

    @cached_property
    def answer(self) -> Bags:
        """Distinct stems of the answer of each pair."""
        return self.distinct[1].take(self.codes[1])

    @cached_property
    def question_meaning(self) -> Vectors:
        """Unit vectors of the questions, centred on the corpus."""
        return self._meaning(0, self.corpus.question_mean)

    @cached_property
    def answer_meaning(self) -> Vectors:
        """Unit vectors of the answers, centred on the corpus."""
        return self._meaning(1, self.corpus.answer_mean)

    def _meaning(self, side: int, mean: Vectors) -> Vectors:
        vectors = centred(meaning_of(self._tokens[side], self.vocabulary, self.rarity), mean)
        return vectors[self.codes[side]]

    @cached_property
    def distinct_pairs(self) -> tuple[Counts, Counts]:
        """Index of the first occurrence of each distinct pair, and for each pair the index of its distinct pair."""
        keys = self.codes[0] * (int(self.codes[1].max(initial=0)) + 1) + self.codes[1]
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        return first, which

    @cached_property
    def pair_hashes(self) -> np.ndarray:  # type: ignore[type-arg]
        """Hash of each pair."""
        return hashes(*self._texts)

    @cached_property
    def own_count(self) -> Floats:
        """How often each pair itself is in the corpus, to exclude it from the counts."""
        return counted(self.pair_hashes, self.corpus.seen, self.corpus.seen_counts)


def centred(vectors: Vectors, mean: Vectors) -> Vectors:
    """Normalise vectors, subtract the corpus' mean, normalise again; zero vectors (no words) stay zero."""
    scaled = unit(vectors)
    filled = np.abs(scaled).sum(axis=1, keepdims=True) > 0
    return unit(np.where(filled, scaled - mean, 0.0).astype(np.float32))
