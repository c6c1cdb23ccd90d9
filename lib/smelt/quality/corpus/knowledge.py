"""The knowledge base: how much of an answer is supported by its nearest article."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from smelt.quality.corpus.model import Corpus
from smelt.quality.corpus.stems import StemVocabulary, bags_of, meaning_of
from smelt.quality.corpus.view import View, centred
from smelt.quality.lookup import Lookup
from smelt.quality.texts import Floats, Texts
from smelt.quality.tokens import Places, Vectors, tokenize


@dataclass(frozen=True)
class Knowledge:
    """Articles as unit vectors of meaning and as sorted keys ``article * len(stems) + stem``."""

    stems: pl.Series
    vectors: Vectors
    keys: np.ndarray  # type: ignore[type-arg]

    @cached_property
    def _places(self) -> Places:
        return Places(self.stems)

    @cached_property
    def _found(self) -> Lookup:
        return Lookup(self.keys, np.ones(len(self.keys)))

    def support(self, view: View) -> tuple[Floats, Floats]:
        """Cosine of each answer with its nearest article, and the weighted share of its stems found there."""
        similarity = view.answer_meaning @ self.vectors.T
        nearest = similarity.argmax(axis=1)
        nearness = np.einsum("ij,ij->i", view.answer_meaning, self.vectors[nearest]).astype(np.float64)
        bags, place = view.answer, self._places.of(view.vocabulary.stems).astype(np.int64)
        wanted = nearest[bags.rows] * len(self.stems) + place[bags.stems]
        found = (self._found.get(wanted, 0.0) > 0) & (place[bags.stems] >= 0)
        weight = view.rarity[bags.stems]
        return nearness, bags.add(weight * found) / np.maximum(bags.add(weight), 1e-9)


def read_articles(texts: pl.Series, corpus: Corpus) -> Knowledge | None:
    """The knowledge base made of the articles ``texts``; None if there are none."""
    articles = Texts(texts).series
    articles = articles.filter(articles.str.len_chars() >= 20).unique(maintain_order=True)
    if not len(articles):
        return None
    vocabulary, (tokens,) = tokenize(articles)
    stems = StemVocabulary(vocabulary)
    bags = bags_of(tokens, stems)
    vectors = centred(meaning_of(tokens, stems, corpus.rarity(stems)), corpus.answer_mean)
    return Knowledge(stems.stems, vectors, np.sort(bags.rows * len(stems) + bags.stems))
