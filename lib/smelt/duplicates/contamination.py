"""Decontamination: finds examples that share a long n-gram with an evaluation set, or are near duplicates of it.

Shared 13-grams are the criterion of Brown et al. ("Language models are few-shot learners", 2020, appendix C).
Evaluation sets are small, so their index is sent to every task as a few sorted arrays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.engine import bands_of
from smelt.duplicates.jaccard import pair_similarities
from smelt.duplicates.meaning import Statements
from smelt.duplicates.normalise import normalise
from smelt.duplicates.shingles import I64, U64, Shingles, offsets_of, word_ngrams
from smelt.duplicates.texts import ComparedTexts


class SetIndex(NamedTuple):
    """One evaluation set: its n-grams, and its texts as shingle sets with sorted buckets."""

    name: str
    ngrams: U64
    sets: Shingles
    buckets: I64
    text_of_bucket: I64
    statements: Statements


class Index(NamedTuple):
    """All evaluation sets, and a ``digest`` of their content."""

    sets: tuple[SetIndex, ...]
    digest: str

    def found_in(self, questions: pl.Series, answers: pl.Series, config: DuplicatesConfig) -> pl.Series:
        """For every example, the names of the sets that contain it, in order; empty for most."""
        if not self.sets:
            nothing = pl.Series("contaminated_by", [[]], dtype=pl.List(pl.String))
            repeated: pl.Series = nothing.new_from_index(0, len(questions))
            return repeated
        texts = _texts([questions, answers], config)
        rows = np.tile(np.arange(len(questions)), 3)
        hashes, row_of_hash = word_ngrams(texts[-len(questions) :], config.decontamination.ngram)
        near = _compared(texts, config)
        hits = np.zeros((len(questions), len(self.sets)), dtype=np.bool_)
        for column, known in enumerate(self.sets):
            hits[row_of_hash[_is_in(hashes, known.ngrams)], column] = True
            if config.decontamination.near and len(known.sets.sizes):
                hits[rows[near.rows[_near(near, known, config)]], column] = True
        names = np.array([known.name for known in self.sets])
        return pl.Series("contaminated_by", [names[row].tolist() for row in hits], dtype=pl.List(pl.String))


NOTHING = Index((), "")


def build_index(sets: Mapping[str, Sequence[pl.Series]], config: DuplicatesConfig) -> Index:
    """Build the index of evaluation sets; each is given as its columns (Series of equal length)."""
    indexed = []
    digest = hashlib.sha256(config.decontamination.model_dump_json().encode())
    for name, columns in sorted(sets.items()):
        texts = _texts(columns, config)
        whole = texts[-len(columns[0]) :] if columns else texts
        near = _compared(texts, config)
        order = np.argsort(near.bands.ravel(), kind="stable")
        ngrams = np.unique(word_ngrams(whole, config.decontamination.ngram)[0])
        indexed.append(
            SetIndex(
                name,
                ngrams,
                near.sets,
                near.bands.ravel()[order],
                order // max(near.bands.shape[1], 1),
                near.texts.statements(config.near),
            )
        )
        digest.update(f"{name}\x1f{len(whole)}\x1f".encode() + ngrams.tobytes() + near.sets.hashes.tobytes())
    return Index(tuple(indexed), digest.hexdigest()[:16] if indexed else "")


class _Compared(NamedTuple):
    """The texts that are long enough to be compared individually, with their positions."""

    rows: I64
    sets: Shingles
    bands: npt.NDArray[np.int64]
    texts: ComparedTexts


def _texts(columns: Sequence[pl.Series], config: DuplicatesConfig) -> pl.Series:
    """All columns concatenated, followed by the joined rows, so that short sides count only together."""
    sides = [normalise(column, config.placeholder).alias("text") for column in columns]
    joined = pl.DataFrame({str(number): side for number, side in enumerate(sides)}).select(
        pl.concat_str(pl.all(), separator=" ").str.strip_chars(" ").alias("text")
    )
    return pl.concat([*sides, joined["text"]])


def _compared(texts: pl.Series, config: DuplicatesConfig) -> _Compared:
    words = texts.str.count_matches(" ") + 1
    rows = (words >= config.decontamination.min_words).arg_true().to_numpy().astype(np.int64)
    compared = ComparedTexts([texts.gather(rows)])
    sets = compared.shingles(config.near)
    return _Compared(rows, sets, bands_of(sets, config.near), compared)


def _is_in(values: U64, known: U64) -> npt.NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(values), dtype=np.bool_)
    return np.asarray(known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values)


def _near(texts: _Compared, known: SetIndex, config: DuplicatesConfig) -> I64:
    """Positions in ``texts`` of near duplicates of a text of the set that state the same facts."""
    asked = texts.bands.ravel()
    first = np.searchsorted(known.buckets, asked, "left")
    count = np.searchsorted(known.buckets, asked, "right") - first
    of_text = np.repeat(np.arange(len(asked)) // max(texts.bands.shape[1], 1), count)
    offsets = offsets_of(count.astype(np.int64))
    place = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], count)
    pairs = np.unique(
        (of_text.astype(np.uint64) << np.uint64(32)) | known.text_of_bucket[place].astype(np.uint64)
    )
    left = (pairs >> np.uint64(32)).astype(np.int64)
    right = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    together = Shingles(
        np.concatenate([texts.sets.hashes, known.sets.hashes]),
        offsets_of(np.concatenate([texts.sets.sizes, known.sets.sizes])),
    )
    similarity = pair_similarities(together, left, right + len(texts.sets.sizes))
    alike = similarity >= config.near.threshold
    left, right = left[alike], right[alike]
    few, place = np.unique(left, return_inverse=True)
    own = ComparedTexts([texts.texts.parts[0].gather(few)]).statements(config.near)
    agree = own.joined(known.statements).state_the_same(place.ravel().astype(np.int64), right + len(few))
    return np.asarray(np.unique(left[agree]), dtype=np.int64)
