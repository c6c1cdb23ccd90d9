"""Finds external train rows that leak test rows of other sources: a shared long n-gram, or a near duplicate."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
from pyspark.sql import functions as F

from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.contamination import Index, build_index
from smelt.tables.workers import mapped

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LIKE_TEST = "like_test_split"
"""Reason for leaving an external row out of train."""
OWN_TEST = "own test split"


def like_test_split(
    curated: DataFrame, assigned: DataFrame, sources: Collection[str], config: DuplicatesConfig
) -> DataFrame:
    """(example_id) of the train rows of the external ``sources`` that are similar to a test row of another source.

    ``curated`` has example_id, source, question and answer, ``assigned`` example_id and split. Near duplicates of whole
    pairs are in one split anyway; this finds a public answer that quotes a test row, by the rules of
    ``duplicates.decontamination``.
    """
    is_external = F.col("source").isin(*sorted(sources))
    of_test = curated.where(~is_external).join(
        assigned.where("split = 'test'").select("example_id"), "example_id", "left_semi"
    )
    rows = of_test.select("question", "answer").collect()
    sides = [pl.Series([row[side] for row in rows], dtype=pl.String) for side in ("question", "answer")]
    index = build_index({OWN_TEST: sides}, config)
    in_train = assigned.where("split = 'train'").select("example_id")
    asked = curated.where(is_external).join(in_train, "example_id", "left_semi")
    return mapped(
        asked.select("example_id", "question", "answer"), _finding(index, config), "example_id string"
    )


def _finding(
    index: Index, config: DuplicatesConfig
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def find(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            question, answer = (
                pl.Series(side, batch[side], dtype=pl.String) for side in ("question", "answer")
            )
            alike = index.found_in(question, answer, config).list.len() > 0
            ids = batch["example_id"].filter(pa.array(alike.to_list(), pa.bool_()))
            yield pa.RecordBatch.from_arrays([ids.cast(pa.string())], names=["example_id"])

    return find
