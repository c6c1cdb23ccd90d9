"""Semantic duplicates: cosine of sentence embeddings, with candidates by random hyperplanes.

Two vectors at angle ``a`` are on the same side of a random hyperplane with probability ``1 - a / pi`` (Charikar,
"Similarity estimation techniques from rounding algorithms", STOC 2002), and on the same side of all ``planes`` of a
table with that to the power of ``planes``. For cosine 0.95 (a = 0.318), 16 planes and 24 tables:

    (1 - 0.318 / 3.1416) ** 16 = 0.181;   1 - (1 - 0.181) ** 24 = 0.992
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from smelt.duplicates.candidates import Edges, all_pairs, buckets_of
from smelt.duplicates.config import DuplicatesConfig, SemanticConfig
from smelt.duplicates.shingles import I64, mixed
from smelt.duplicates.texts import compared_texts
from smelt.embeddings import F32, embed
from smelt.isolate import isolated

_BLOCK = 2_048


class Meaning(NamedTuple):
    """Unit vectors of texts, their buckets (one column per table), and the cosine from which two texts are
    duplicates."""

    vectors: F32
    buckets: I64
    threshold: float

    def take(self, rows: I64) -> Meaning:
        """The texts ``rows``, in that order."""
        return Meaning(self.vectors[rows], self.buckets[rows], self.threshold)

    def cosines(self, left: I64, right: I64) -> npt.NDArray[np.float64]:
        """Cosine of the vectors ``left[i]`` and ``right[i]``, at most 1."""
        result = np.empty(len(left))
        for start in range(0, len(left), _BLOCK):
            part = slice(start, start + _BLOCK)
            result[part] = np.einsum("ij,ij->i", self.vectors[left[part]], self.vectors[right[part]])
        return np.minimum(result, 1.0)

    def edges(self, hot: int) -> Edges:
        """Pairs that share a bucket and reach the threshold; buckets larger than ``hot`` are compared blockwise."""
        buckets = buckets_of(self.buckets)
        sizes = np.diff(buckets.offsets)
        left, right = all_pairs(buckets, sizes <= hot)
        found = [self._similar_pairs(left, right)]
        for bucket in np.flatnonzero(sizes > hot):
            rows = buckets.rows[buckets.offsets[bucket] : buckets.offsets[bucket + 1]]
            found += list(self._within(rows))
        return Edges(*(np.concatenate(column) for column in zip(*found, strict=True)))

    def _similar_pairs(self, left: I64, right: I64) -> Edges:
        cosine = self.cosines(left, right)
        keep = cosine >= self.threshold
        return Edges(left[keep], right[keep], cosine[keep])

    def _within(self, rows: I64) -> Iterator[Edges]:
        for start in range(0, len(rows), _BLOCK):
            block = self.vectors[rows[start : start + _BLOCK]] @ self.vectors[rows].T
            one, other = np.nonzero(block >= self.threshold)
            later = other > one + start
            one, other = one[later], other[later]
            yield Edges(rows[start + one], rows[other], np.minimum(block[one, other].astype(np.float64), 1.0))


def hyperplane_buckets(vectors: F32, config: SemanticConfig) -> I64:
    """``(texts, tables)`` array of buckets, which include the table's number."""
    planes = _hyperplanes(vectors.shape[1], config.tables * config.planes, config.seed)
    bits = (vectors @ planes > 0).reshape(len(vectors), config.tables, config.planes)
    values = bits @ (1 << np.arange(config.planes, dtype=np.int64))
    tables = np.arange(config.tables, dtype=np.int64) << np.int64(config.planes)
    return np.asarray(mixed((values | tables).astype(np.uint64)).view(np.int64))


def embedding_function(
    config: DuplicatesConfig,
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """(text_hash, question, answer) to (text_hash, vector, buckets), for ``mapInArrow``."""

    def made(batch: pa.RecordBatch, vectors: F32) -> pa.RecordBatch:
        buckets = hyperplane_buckets(vectors, config.semantic)
        return pa.RecordBatch.from_arrays(
            [batch["text_hash"], _list_array(vectors), _list_array(buckets)],
            names=["text_hash", "vector", "buckets"],
        )

    def work(batch: pa.RecordBatch) -> pa.RecordBatch:
        question, answer = (pl.Series(side, batch[side], dtype=pl.String) for side in ("question", "answer"))
        texts = compared_texts(question, answer, config)
        joined = pl.DataFrame({str(n): part for n, part in enumerate(texts.parts)}).select(
            pl.concat_str(pl.all(), separator=" ").str.strip_chars()
        )
        return made(batch, embed(joined.to_series().to_list(), str(config.semantic.model)))

    def like_no_other(row: pa.RecordBatch, reason: str) -> pa.RecordBatch:
        """A zero vector, whose cosine with every other vector is 0."""
        return made(row, np.zeros_like(embed([""], str(config.semantic.model))))

    def to_vectors(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from isolated(batch, work, like_no_other, stage="duplicates")

    return to_vectors


@cache
def _hyperplanes(dimensions: int, count: int, seed: int) -> F32:
    return np.random.Generator(np.random.PCG64(seed)).standard_normal((dimensions, count), dtype=np.float32)


def _list_array(values: npt.NDArray[Any]) -> pa.ListArray:
    ends = np.arange(len(values) + 1, dtype=np.int32) * values.shape[1]
    return pa.ListArray.from_arrays(pa.array(ends), pa.array(values.ravel()))
