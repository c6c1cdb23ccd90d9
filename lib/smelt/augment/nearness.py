"""Finds children whose question is already in the corpus: candidates by LSH, decided by word-sequence similarity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import functions as F

from smelt.augment.acceptance import facts_of, similarity
from smelt.duplicates.config import NearConfig
from smelt.duplicates.engine import bands_of
from smelt.duplicates.normalise import normalise
from smelt.duplicates.texts import ComparedTexts
from smelt.identity import stable_id
from smelt.tables.workers import mapped

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

NEAR = NearConfig(threshold=0.7, short_text_words=60)
"""LSH over character n-grams: a question with one of twenty words changed stays well above the threshold."""
MOST_OF_BUCKET = 32
"""Most questions of a bucket to compare a child with; the facts are part of the bucket key, so they hardly differ."""
ASKED = ("example_id", "parent_id", "question")
BUCKETS_DDL = "example_id string, parent_id string, is_new boolean, bucket bigint"

Batches = Iterable[pa.RecordBatch]


def near_corpus(
    children: DataFrame, corpus: DataFrame, *, most_similar: float, placeholder: str
) -> DataFrame:
    """(example_id) of the ``children`` whose question is nearly one of ``corpus`` or of an earlier child.

    Both have the columns ASKED; for a corpus pair that is not a child, ``parent_id`` is its own example_id. A child is
    not compared with its parent and siblings. Of two near-equal children the one with the lower example_id stays.
    ``placeholder`` is the setting ``duplicates.placeholder``.
    """
    both = children.select(*ASKED, F.lit(True).alias("is_new")).unionByName(
        corpus.select(*ASKED, F.lit(False).alias("is_new"))
    )
    buckets = mapped(both, bucketing(placeholder), BUCKETS_DDL)
    new = buckets.where("is_new").select(
        "bucket", F.col("example_id").alias("child"), F.col("parent_id").alias("of_child")
    )
    other = F.struct(
        F.col("example_id").alias("id"), F.col("parent_id").alias("parent"), F.col("is_new").alias("is_new")
    )
    known = (
        buckets.join(new.select("bucket").distinct(), "bucket", "left_semi")
        .groupBy("bucket")
        .agg(F.slice(F.array_sort(F.collect_set(other)), 1, MOST_OF_BUCKET).alias("others"))
    )
    pairs = (
        new.join(known, "bucket")
        .select("child", "of_child", F.explode("others").alias("other"))
        .where("other.parent <> of_child AND (NOT other.is_new OR other.id < child)")
        .select("child", F.col("other.id").alias("other"))
        .distinct()
    )
    asked = both.select("example_id", "question")
    return (
        pairs.join(asked.select(F.col("example_id").alias("child"), "question"), "child")
        .join(asked.select(F.col("example_id").alias("other"), F.col("question").alias("as_other")), "other")
        .select("child", "question", "as_other")
        .mapInArrow(_comparing(most_similar), "example_id string")
        .distinct()
    )


def bucketing(placeholder: str) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Return a function from (example_id, parent_id, question, is_new) to BUCKETS_DDL, one row per bucket.

    Questions without a word get no row."""

    def to_buckets(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            questions = pl.Series("question", batch["question"], dtype=pl.String)
            sets = ComparedTexts([normalise(questions, placeholder)]).shingles(NEAR)
            bands = bands_of(sets, NEAR)
            facts = np.array([_facts_key(text) for text in questions.to_list()], np.int64)
            rows = np.flatnonzero(sets.sizes > 0)
            of_row = pa.array(np.repeat(rows, bands.shape[1]))
            found = (bands ^ facts[:, None])[rows].ravel()
            yield pa.RecordBatch.from_arrays(
                [
                    *(batch[name].take(of_row) for name in ("example_id", "parent_id", "is_new")),
                    pa.array(found, pa.int64()),
                ],
                names=["example_id", "parent_id", "is_new", "bucket"],
            )

    return to_buckets


def _facts_key(text: str) -> int:
    """60 bits that are equal for questions with the same facts."""
    return int(stable_id(*sorted(facts_of(text).items()))[:15], 16)


def _comparing(most_similar: float) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    def to_ids(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            columns = (batch[name].to_pylist() for name in ("child", "question", "as_other"))
            found = [
                child
                for child, one, other in zip(*columns, strict=True)
                if similarity(one, other) >= most_similar and facts_of(one) == facts_of(other)
            ]
            yield pa.RecordBatch.from_arrays([pa.array(found, pa.string())], names=["example_id"])

    return to_ids
