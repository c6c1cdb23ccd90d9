"""Bags of stems: the stems of each text, their weights, and the text's mean word vector."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.quality.english.dictionary import dictionary_stems
from smelt.quality.english.word_vectors import word_vectors
from smelt.quality.texts import Counts, Flags, Floats
from smelt.quality.tokens import Ids, Tokens, Vectors, Vocabulary, sum_rows

COMMONEST, RANGE = 10.4, 4.5
"""log10 count of "the" in the packaged dictionary, and its distance to a rare word's."""
UNKNOWN_FREQUENCY = 5.5
"""log10 count assumed for words that the dictionary lacks (names, codes, typing errors)."""


class StemVocabulary:
    """The distinct stems of a batch: ``code`` maps a word of the vocabulary to its stem."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        table = pl.DataFrame({"stem": vocabulary.stems}).with_columns(
            code=pl.col("stem").rank("dense").cast(pl.Int64) - 1
        )
        self.code: Counts = table["code"].to_numpy()
        self.stems: pl.Series = table.unique("code").sort("code")["stem"]

    def __len__(self) -> int:
        return len(self.stems)

    @cached_property
    def _places(self) -> Ids:
        return dictionary_stems().places(self.stems)

    @cached_property
    def is_content(self) -> Flags:
        """Whether each stem is of a word or number that is not a function word."""
        function = (self._places >= 0) & dictionary_stems().is_function[np.maximum(self._places, 0)]
        content: Flags = self.stems.str.contains(r"^\.?[\p{L}\p{N}]").to_numpy() & ~function
        return content

    @cached_property
    def rarity(self) -> Floats:
        """How rare a stem is in English, 0 for "the" to 1.1 for an unknown word."""
        known = dictionary_stems().frequency[np.maximum(self._places, 0)]
        frequency = np.where(self._places >= 0, known, UNKNOWN_FREQUENCY)
        return np.clip((COMMONEST - frequency) / RANGE, 0.0, 1.3)

    @cached_property
    def vectors(self) -> Vectors:
        """A unit vector for each word of the vocabulary."""
        return word_vectors().of(self.vocabulary.words)


@dataclass(frozen=True)
class Bags:
    """The distinct stems of each text, as parallel arrays sorted by text."""

    rows: Counts
    stems: Counts
    size: int

    def add(self, values: npt.NDArray[np.generic]) -> Floats:
        """Sum over each text of ``values``, one per entry."""
        return np.bincount(self.rows, weights=values, minlength=self.size).astype(np.float64)

    @property
    def offsets(self) -> Counts:
        """Start index of each text in the arrays, and at the end their length."""
        return np.searchsorted(self.rows, np.arange(self.size + 1))

    def take(self, texts: Counts) -> Bags:
        """The bags of ``texts``, in that order; texts may repeat."""
        offsets = self.offsets
        counts = np.diff(offsets)[texts]
        ends = np.cumsum(counts)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
        return Bags(
            np.repeat(np.arange(len(texts)), counts),
            self.stems[np.repeat(offsets[:-1][texts], counts) + within],
            len(texts),
        )

    def heaviest(self, weights: Floats, limit: int) -> Bags:
        """Keep only the ``limit`` stems with the greatest weight per text; ties are broken by stem."""
        width = len(weights)
        place = np.empty(width, dtype=np.int64)
        place[np.argsort(-weights, kind="stable")] = np.arange(width)
        crowded = (np.diff(self.offsets) > limit)[self.rows]
        order = np.nonzero(crowded)[0]
        order = order[np.argsort(self.rows[order] * width + place[self.stems[order]])]
        rows = self.rows[order]
        first = np.searchsorted(rows, rows)
        kept = ~crowded
        kept[order[np.arange(len(rows)) - first < limit]] = True
        return Bags(self.rows[kept], self.stems[kept], self.size)


def bags_of(tokens: Tokens, vocabulary: StemVocabulary) -> Bags:
    """The distinct stems of each text of ``tokens``."""
    width = len(vocabulary)
    distinct = np.unique(tokens.row * width + vocabulary.code[tokens.ids])
    return Bags(distinct // width, distinct % width, len(tokens.counts))


def meaning_of(tokens: Tokens, vocabulary: StemVocabulary, weights: Floats) -> Vectors:
    """The mean of the vectors of each text's words, weighted by stem; not scaled."""
    weight = weights[vocabulary.code].astype(np.float32)
    return sum_rows(vocabulary.vectors * weight[:, None], tokens.ids, tokens.offsets)
