"""The statistics learned from a corpus, small enough to be sent to every worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from io import BytesIO

import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.quality.corpus.stems import StemVocabulary
from smelt.quality.english.word_vectors import DIMENSIONS
from smelt.quality.lookup import Lookup
from smelt.quality.texts import Counts, Floats
from smelt.quality.tokens import Ids, Places, Vectors

Keys = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
CONTRAST = 64
"""Sampled texts per side with which pairs are compared: enough for a mean and a standard deviation."""

COMPARISONS: Mapping[str, str] = {
    "english": "the packaged model of English alone",
    "few_pairs": "English and the other pairs, too few to learn usual answers and endings from",
    "corpus": "English and the corpus: rare words, usual answers, linked words and endings",
}
"""What pairs may be compared with (:attr:`Corpus.comparison`), in words."""


@dataclass(frozen=True)
class Corpus:
    """Counts and vectors over ``pairs`` question/answer pairs; ``pairs == 0`` is the packaged model of English.

    ``frequency`` is the number of texts (questions and answers apart) that hold each of ``stems``.
    ``links`` are keys ``question stem * len(stems) + answer stem`` of stems that occur together in
    ``link_counts`` pairs; ``in_questions`` and ``in_answers`` count each stem on its own side.
    ``question_mean`` and ``answer_mean`` centre vectors of meaning, ``ridge_map`` maps a question's
    vector to its expected answer's (ridge regression), ``leverage`` is the inverse Gram matrix.
    ``sample_questions`` and ``sample_answers`` weigh stems (rows) in texts (columns) of a sample.
    ``seen`` are sorted hashes of the pairs themselves, so that a pair never supports itself.
    ``cut_short`` are hashes of answers that another answer continues. ``full_stops`` is the share of
    answers that end in a full stop or the like, ``signed`` of those that end in a farewell;
    ``end_rates`` is how often each stem of answers stands before a stop. ``question_keys`` to
    ``question_answers``: questions that occur several times, how often, and the sum of
    the vectors of their answers. ``weights`` are those of the features of relevance, and an offset.
    """

    pairs: int
    stems: pl.Series
    frequency: Floats
    links: Keys
    link_counts: Floats
    in_questions: Floats
    in_answers: Floats
    question_mean: Vectors
    answer_mean: Vectors
    ridge_map: Vectors
    leverage: Vectors
    sample_questions: Vectors
    sample_answers: Vectors
    seen: Hashes
    seen_counts: Floats
    cut_short: Hashes
    full_stops: float
    signed: float
    end_rates: Floats
    question_keys: Hashes
    question_counts: Floats
    question_answers: Vectors
    weights: Floats

    @property
    def comparison(self) -> str:
        """What pairs are compared with: ``english``, ``few_pairs`` or ``corpus``; see :data:`COMPARISONS`."""
        if self.pairs == 0:
            return "english"
        return "corpus" if len(self.end_rates) else "few_pairs"

    @cached_property
    def links_found(self) -> Lookup:
        """:attr:`link_counts` by :attr:`links`."""
        return Lookup(self.links, self.link_counts)

    @cached_property
    def _places(self) -> Places:
        return Places(self.stems)

    def positions(self, vocabulary: StemVocabulary) -> Ids:
        """Position in :attr:`stems` of each stem of a batch; -1 if the corpus lacks it."""
        return self._places.of(vocabulary.stems)

    def rarity(self, vocabulary: StemVocabulary) -> Floats:
        """Weight in [0, 1.3] of each stem of a batch: the mean of its rarity in the corpus and in English."""
        if self.pairs == 0:
            return vocabulary.rarity * vocabulary.is_content
        texts = 2 * self.pairs
        share = self.idf(vocabulary) / np.log((texts + 1) / 0.5)
        result: Floats = (0.5 * share + 0.5 * vocabulary.rarity) * vocabulary.is_content
        return result

    def idf(self, vocabulary: StemVocabulary) -> Floats:
        """Inverse document frequency, log((n + 1) / (df + 0.5)), of each stem of a batch."""
        found = self.positions(vocabulary)
        frequency = (
            np.where(found >= 0, self.frequency[np.maximum(found, 0)], 0.0)
            if len(self.stems)
            else np.zeros(len(vocabulary))
        )
        result: Floats = np.log((2 * self.pairs + 1) / (frequency + 0.5))
        return result

    def to_bytes(self) -> bytes:
        """Serialise the model, for closures that are sent to workers."""
        arrays = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "stems"}
        buffer = BytesIO()
        np.savez(buffer, stems=np.array("\n".join(self.stems)), **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Corpus:
        """Deserialise the result of :meth:`to_bytes`."""
        with np.load(BytesIO(raw)) as arrays:
            values = {name: arrays[name] for name in arrays.files}
        stems = str(values.pop("stems"))
        values["stems"] = pl.Series("stem", stems.split("\n") if stems else [], dtype=pl.String)
        return cls(
            **(
                values
                | {
                    "pairs": int(values["pairs"]),
                    "full_stops": float(values["full_stops"]),
                    "signed": float(values["signed"]),
                }
            )
        )


@cache
def english() -> Corpus:
    """The model without a corpus: frequency and meaning of English words only."""
    nothing, none = np.zeros(0), np.zeros(0, dtype=np.uint64)
    origin = np.zeros(DIMENSIONS, dtype=np.float32)
    square, empty = np.zeros((0, 0), dtype=np.float32), np.zeros((0, DIMENSIONS), dtype=np.float32)
    return Corpus(
        0, pl.Series("stem", [], dtype=pl.String), nothing, np.zeros(0, dtype=np.int64), nothing, nothing, nothing,
        origin, origin, square, square, square, square, none, nothing, none, 0.9, 0.0, nothing, none,
        nothing, empty, nothing,
    )  # fmt: skip


def hashes(*columns: pl.Series) -> Hashes:
    """A 64-bit hash of each row of ``columns``, equal for equal texts within one version of Polars."""
    frame = pl.DataFrame({f"c{number}": column for number, column in enumerate(columns)})
    return frame.hash_rows(seed=7).to_numpy()


def counted(wanted: npt.NDArray[np.generic], keys: npt.NDArray[np.generic], counts: Floats) -> Floats:
    """The count of each wanted key among sorted ``keys``; 0 where absent."""
    if not len(keys):
        return np.zeros(len(wanted))
    found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[found] == wanted, counts[found], 0.0)


__all__ = ["COMPARISONS", "CONTRAST", "Corpus", "Counts", "counted", "english", "hashes"]
