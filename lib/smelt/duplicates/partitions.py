"""Functions for ``mapInArrow`` over whole partitions: candidates, verification, stars, choice of the kept texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from smelt.duplicates.candidates import Buckets, all_pairs, runs, stars
from smelt.duplicates.config import NearConfig
from smelt.duplicates.jaccard import pair_similarities
from smelt.duplicates.meaning import Statements
from smelt.duplicates.one_task import lists
from smelt.duplicates.representatives import choose_kept
from smelt.duplicates.shingles import I64, Shingles

ArrowFunction = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]

PAIRS_DDL = "a bigint, b bigint, bucket bigint"
EDGES_DDL = "a string, b string, similarity double"
KEPT_DDL = "text_hash string, kept_text string, similarity double"
_BATCH = 10_000


def pairs_function(hot: int) -> ArrowFunction:
    """(bucket bigint, key bigint) -> ``PAIRS_DDL``; all rows of a bucket must be in one partition.

    A bucket of two to ``hot`` distinct keys gives all its pairs (``a < b``, bucket null), a larger one its members (b
    null). Repeated pairs within a partition are given once.
    """

    def to_pairs(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        columns = [(_numbers(batch["bucket"]), _numbers(batch["key"])) for batch in batches if batch.num_rows]
        if not columns:
            return
        bucket, key = (np.concatenate(column) for column in zip(*columns, strict=True))
        keys, node = np.unique(key, return_inverse=True)
        order = np.lexsort((node, bucket))
        bucket, node = bucket[order], node[order].astype(np.int64)
        first = np.ones(len(bucket), dtype=np.bool_)
        first[1:] = (bucket[1:] != bucket[:-1]) | (node[1:] != node[:-1])
        bucket, node = bucket[first], node[first]
        starts, lengths = runs(bucket)
        small, large = (lengths > 1) & (lengths <= hot), lengths > hot
        left, right = all_pairs(Buckets(node, np.append(starts, len(node))), small)
        yield from _batches({"a": keys[left], "b": keys[right], "bucket": _nulls(len(left))})
        members = np.repeat(large, lengths)
        yield from _batches(
            {"a": keys[node[members]], "b": _nulls(int(members.sum())), "bucket": bucket[members]}
        )

    return to_pairs


def verify_function(threshold: float) -> ArrowFunction:
    """(a, b string, a_shingles, b_shingles array<int>) -> ``EDGES_DDL``, for pairs that reach ``threshold``."""

    def to_edges(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            sets = _shingles([batch["a_shingles"], batch["b_shingles"]])
            rows = np.arange(batch.num_rows, dtype=np.int64)
            similarity = pair_similarities(sets, rows, rows + batch.num_rows)
            found = pa.RecordBatch.from_arrays(
                [batch["a"], batch["b"], pa.array(similarity)], names=["a", "b", "similarity"]
            )
            yield found.filter(pa.array(similarity >= threshold))

    return to_edges


def stars_function(near: NearConfig) -> ArrowFunction:
    """(bucket bigint, text_hash string, shingles array<int>) of hot buckets -> ``EDGES_DDL``.

    All rows of a bucket must be in one partition, ordered by bucket and text_hash, so that every run has the same
    leaders.
    """

    def to_edges(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        received = [batch for batch in batches if batch.num_rows]
        if not received:
            return
        sets = _shingles([batch["shingles"] for batch in received])
        names = pa.chunked_array([batch["text_hash"] for batch in received]).combine_chunks()
        bucket = np.concatenate([_numbers(batch["bucket"]) for batch in received])
        for start, length in zip(*runs(bucket), strict=True):
            rows = np.arange(start, start + length, dtype=np.int64)
            found = stars(sets.take(rows), threshold=near.threshold, leaders=near.hot_leaders)
            yield from _batches(
                {
                    "a": names.take(pa.array(rows[found.left])),
                    "b": names.take(pa.array(rows[found.right])),
                    "similarity": found.similarity,
                }
            )

    return to_edges


def kept_function(threshold: float) -> ArrowFunction:
    """(cluster_id, text_hash string, shingles array<int>, facts bigint, words array<int>) -> ``KEPT_DDL``.

    All rows of a cluster must be in one partition, ordered by cluster and preference.
    """

    def to_kept(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        received = [batch for batch in batches if batch.num_rows]
        if not received:
            return
        sets = _shingles([batch["shingles"] for batch in received])
        names = pa.chunked_array([batch["text_hash"] for batch in received]).combine_chunks()
        cluster = pa.chunked_array([batch["cluster_id"] for batch in received]).combine_chunks()
        number = _numbers(cluster.dictionary_encode().indices)
        facts = np.concatenate([_numbers(batch["facts"]) for batch in received])
        words = _shingles([batch["words"] for batch in received])
        kept = choose_kept(number, sets, Statements(facts, words), threshold)
        yield from _batches(
            {
                "text_hash": names,
                "kept_text": names.take(pa.array(kept.position)),
                "similarity": kept.similarity,
            }
        )

    return to_kept


def _shingles(arrays: list[pa.ListArray]) -> Shingles:
    """Sets of consecutive list arrays of signed numbers, as they come from Spark."""
    values, offsets = lists(arrays)
    return Shingles(values.view(np.uint32), offsets)


def _numbers(array: pa.Array) -> I64:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.int64)


def _nulls(count: int) -> pa.Array:
    return pa.nulls(count, pa.int64())


def _batches(columns: dict[str, npt.NDArray[np.generic] | pa.Array]) -> Iterator[pa.RecordBatch]:
    yield from pa.table({name: pa.array(values) if isinstance(values, np.ndarray) else values
                         for name, values in columns.items()}).to_batches(max_chunksize=_BATCH)  # fmt: skip
