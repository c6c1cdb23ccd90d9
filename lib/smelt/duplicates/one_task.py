"""The whole comparison in one task of a Spark job, the fastest way for up to some hundred thousand examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from smelt.duplicates.config import DuplicatesConfig, SemanticConfig
from smelt.duplicates.engine import settle
from smelt.duplicates.meaning import Statements
from smelt.duplicates.semantic import Meaning
from smelt.duplicates.shingles import I64, Shingles
from smelt.tables.contract import contract

READ = (
    "example_id", "record_id", "text_hash", "bands", "shingles", "facts", "words", "linked", "asked_at", "score",
    "vector", "buckets",
)  # fmt: skip
_OF_TEXTS, _OF_MEANING = ("bands", "shingles", "facts", "words"), ("vector", "buckets")
_SCALARS = ("example_id", "record_id", "text_hash", "linked", "asked_at", "score")


def settling_function(
    config: DuplicatesConfig,
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow`` on one partition: columns READ -> rows of silver.duplicates without run_id."""

    def to_rows(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        received = (batch for batch in batches if batch.num_rows)
        first = list(islice(received, 1))
        if first:
            yield from settle_batches(chain(first, received), config).to_batches(max_chunksize=10_000)

    return to_rows


def settle_batches(batches: Iterable[pa.RecordBatch], config: DuplicatesConfig) -> pa.Table:
    """The rows of silver.duplicates for the clusters within ``batches``, ordered by example_id.

    Of examples with one text only the first one's signature is kept while batches are read.
    """
    wanted = _OF_TEXTS + (_OF_MEANING if config.semantic.enabled else ())
    scalars: list[pa.RecordBatch] = []
    distinct: list[pa.RecordBatch] = []
    texts: dict[str, int] = {}
    numbers: list[int | None] = []
    for batch in batches:
        known = len(texts)
        first: list[int] = []
        for row, text in enumerate(batch["text_hash"].to_pylist()):
            numbers.append(None if text is None else texts.setdefault(text, len(texts)))
            if len(texts) > known + len(first):
                first.append(row)
        # copies: the engine frees a batch only as a whole
        scalars.append(batch.select(list(_SCALARS)).take(pa.array(range(batch.num_rows), pa.int64())))
        distinct.append(batch.select(list(wanted)).take(pa.array(first, pa.int64())))
    table = pa.Table.from_batches(scalars)
    examples = pl.DataFrame({name: pl.Series(name, table[name]) for name in _SCALARS})
    order = {
        "score": -pl.col("score").fill_null(-2.0),
        "oldest": pl.col("asked_at").cast(pl.Int64).fill_null(np.iinfo(np.int64).max),
    }
    ranked = examples.with_row_index("row").sort(
        *(order[name] for name in config.prefer), "record_id", "example_id"
    )
    preference = np.empty(len(examples), dtype=np.int64)
    preference[ranked["row"].to_numpy()] = np.arange(len(examples))

    hashes = examples["text_hash"]
    number = pl.Series(numbers, dtype=pl.Int64)
    rows = examples.select("text_hash", "linked", preference=pl.Series(preference), number=number)
    values, offsets = lists([batch["bands"] for batch in distinct])
    bands = values.reshape(-1, config.near.shape.bands)[offsets[:-1] // config.near.shape.bands]
    hashed, ends = lists([batch["shingles"] for batch in distinct])
    sets = Shingles(hashed.view(np.uint32), ends)
    facts = np.concatenate([batch["facts"].to_numpy() for batch in distinct])
    telling, stops = lists([batch["words"] for batch in distinct])
    statements = Statements(facts, Shingles(telling.view(np.uint32), stops))
    meaning = _meaning(distinct, config.semantic) if config.semantic.enabled else None
    distinct.clear()
    found = settle(rows, sets, bands, statements, config.near, meaning)
    kept_id = examples["example_id"].gather(found["kept_row"])
    result = pl.DataFrame(
        {
            "example_id": examples["example_id"],
            "record_id": examples["record_id"],
            "cluster_id": found["cluster_id"],
            "text_hash": hashes,
            "kind": found["kind"],
            "similarity": found["similarity"],
            "kept_id": kept_id,
            "is_kept": kept_id == examples["example_id"],
            "score": examples["score"],
        }
    )
    members = result.filter(pl.col("cluster_id").is_not_null()).sort("example_id")
    return members.to_arrow().cast(contract("silver.duplicates").arrow_schema(without=["run_id"]))


def _meaning(batches: list[pa.RecordBatch], config: SemanticConfig) -> Meaning:
    """Vectors and buckets of the texts; with semantic duplicates enabled, every one has them."""
    vectors, _ = lists([batch["vector"] for batch in batches])
    buckets, _ = lists([batch["buckets"] for batch in batches])
    count = sum(batch.num_rows for batch in batches)
    return Meaning(
        vectors.astype(np.float32).reshape(count, -1),
        buckets.astype(np.int64).reshape(count, config.tables),
        config.threshold,
    )


def lists(arrays: list[pa.ListArray]) -> tuple[npt.NDArray[Any], I64]:
    """Values and offsets of consecutive list arrays as one, whether they were sliced or not."""
    values = np.concatenate([array.flatten().to_numpy(zero_copy_only=False) for array in arrays])
    sizes = np.concatenate([np.diff(array.offsets.to_numpy()) for array in arrays])
    return values, np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
