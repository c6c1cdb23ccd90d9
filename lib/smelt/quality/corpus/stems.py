"""Bags of stems: which stems each text has, what each weighs, and the vector of the text's meaning."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.quality.english.dictionary import dictionary
from smelt.quality.english.meanings import DIMENSIONS, Vectors, meanings
from smelt.quality.texts import Counts, Flags, Floats
from smelt.quality.tokens import Ids, Tokens, Vocabulary

FUNCTION_WORDS = 120
"""The commonest words of English weigh nothing."""
COMMONEST, RANGE = 10.4, 4.5
"""log10 counts of "the" and of the spread down to a rare word in the packaged dictionary."""
UNKNOWN_FREQUENCY = 5.5
"""log10 count given to a word that the dictionary lacks: rare, because it is a name, a code or a typo."""


class StemVocabulary:
    """The distinct stems of a batch: ``code`` maps a word of the vocabulary to its stem."""

    def __init__(self, vocabulary: Vocabulary, known: Ids) -> None:
        self.vocabulary = vocabulary
        self._known = known
        table = pl.DataFrame({"stem": vocabulary.stems}).with_columns(
            code=pl.col("stem").rank("dense").cast(pl.Int64) - 1
        )
        self.code: Counts = table["code"].to_numpy()
        self.stems: pl.Series = table.unique("code").sort("code")["stem"]

    def __len__(self) -> int:
        return len(self.stems)

    def _highest(self, values: Floats) -> Floats:
        """Greatest value of the words of each stem."""
        out = np.zeros(len(self))
        np.maximum.at(out, self.code, values)
        return out

    @cached_property
    def is_content(self) -> Flags:
        """Stems of words or numbers that are not function words."""
        vocabulary = self.vocabulary
        content = (vocabulary.is_word | vocabulary.is_number) & ~(
            (self._known >= 0) & (self._known < FUNCTION_WORDS)
        )
        return self._highest(content.astype(np.float64)) > 0

    @cached_property
    def rarity(self) -> Floats:
        """How rare a stem is in English, 0 for "the" to 1.1 for an unknown word."""
        frequency = np.where(
            self._known >= 0, dictionary().frequency[np.maximum(self._known, 0)], UNKNOWN_FREQUENCY
        )
        return self._highest(np.clip((COMMONEST - frequency) / RANGE, 0.0, 1.3))

    @cached_property
    def vectors(self) -> Vectors:
        """A unit vector for each word of the vocabulary."""
        return meanings().of(self.vocabulary.words)


@dataclass(frozen=True)
class Bags:
    """The distinct stems of each text, as parallel arrays sorted by text."""

    rows: Counts
    stems: Counts
    size: int

    def add(self, values: npt.NDArray[np.generic]) -> Floats:
        """Sum of a value an entry over each text."""
        return np.bincount(self.rows, weights=values, minlength=self.size).astype(np.float64)

    @property
    def offsets(self) -> Counts:
        """Start of each text in the arrays, and their length at the end."""
        return np.searchsorted(self.rows, np.arange(self.size + 1))

    def heaviest(self, weights: Floats, limit: int) -> Bags:
        """Only the ``limit`` heaviest stems of each text; equal weights go by stem."""
        order = np.lexsort((self.stems, -weights[self.stems], self.rows))
        rows = self.rows[order]
        rank = np.arange(len(rows)) - self.offsets[rows]
        kept = np.sort(order[rank < limit])
        return Bags(self.rows[kept], self.stems[kept], self.size)


def bags_of(tokens: Tokens, vocabulary: StemVocabulary) -> Bags:
    """The distinct stems of each text of ``tokens``."""
    width = len(vocabulary)
    distinct = np.unique(tokens.row * width + vocabulary.code[tokens.ids])
    return Bags(distinct // width, distinct % width, len(tokens.counts))


def meaning_of(tokens: Tokens, vocabulary: StemVocabulary, weights: Floats) -> Vectors:
    """The mean of the vectors of each text's words, weighted by stem; not scaled."""
    weight = weights[vocabulary.code[tokens.ids]].astype(np.float32)
    out = np.zeros((len(tokens.counts), DIMENSIONS), dtype=np.float32)
    filled = np.nonzero(tokens.counts > 0)[0]
    if len(filled):
        weighted = vocabulary.vectors[tokens.ids] * weight[:, None]
        out[filled] = np.add.reduceat(weighted, tokens.offsets[filled], axis=0)
    return out
