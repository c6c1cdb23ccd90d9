"""Records that were erased and come again: named by their keyed hash, so that ingest can refuse them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from smelt.pii.keys import KeyRing, ScrubKey
from smelt.privacy.erasure.hashes import record_key

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

REFUSED = "erased_on_request"
"""The reason under which ingest counts a refused record."""


def erased_records(records: DataFrame, erasures: DataFrame, ring: KeyRing) -> DataFrame:
    """Those ``record_id`` of ``records`` that stand in ops.erasures, each once.

    Raises ConfigError where the ring lacks a key version that certificates were written with: without it
    nobody can tell whether a record was erased.
    """
    from pyspark.sql import functions as F

    versions = [row["key_version"] for row in erasures.select("key_version").distinct().collect()]
    ids = records.select("record_id").where(F.col("record_id").isNotNull()).distinct()
    if not versions:
        return ids.where(F.lit(False))
    keys = [ring.version(version) for version in sorted(versions)]
    hashed = ids.mapInArrow(_hashing(keys), "record_id string, record_key string")
    refused = erasures.select(F.explode("record_keys").alias("record_key")).distinct()
    return hashed.join(refused, "record_key", "left_semi").select("record_id").distinct()


def _hashing(keys: Sequence[ScrubKey]) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def hash_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            ids = batch.column(0).to_pylist()
            for key in keys:
                yield pa.RecordBatch.from_arrays(
                    [
                        pa.array(ids, pa.string()),
                        pa.array([record_key(key, each) for each in ids], pa.string()),
                    ],
                    names=["record_id", "record_key"],
                )

    return hash_batches
