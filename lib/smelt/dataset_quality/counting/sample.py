"""The sample of a release, compared with itself and with the knowledge base in one Arrow task."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.dataset_quality.compare import compared
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.counting import long

ARTICLE_CHARACTERS = 600
"""Only so many first characters of an article are compared: they tell its topic, without its tables and steps."""


def sampled(released: DataFrame, articles: DataFrame, config: DatasetQualityConfig) -> DataFrame:
    """Measures that compare examples, counted on the first ``sample.size`` examples by a hash of example_id.

    ``articles``: knowledge-base texts in column ``text`` with ``record_id``; at most ``coverage.max_articles``.
    """
    picked = released.select(
        F.lit(1).alias("is_example"),
        F.xxhash64("example_id").alias("_order"),
        F.col("example_id").alias("_id"),
        F.col("question").alias("first"),
        F.col("answer").alias("second"),
        F.col("category").alias("label"),
    ).orderBy("_order", "_id")
    topics = articles.select(
        F.lit(0).alias("is_example"),
        F.xxhash64("record_id").alias("_order"),
        F.col("record_id").alias("_id"),
        F.substring("text", 1, ARTICLE_CHARACTERS).alias("first"),
        F.lit(None).cast("string").alias("second"),
        F.lit(None).cast("string").alias("label"),
    ).orderBy("_order", "_id")
    both = picked.limit(config.sample.size).unionByName(topics.limit(config.coverage.max_articles))
    one = both.repartition(1).sortWithinPartitions("is_example", "_order", "_id")
    return one.mapInArrow(comparer(config), long.SCHEMA)


def comparer(
    config: DatasetQualityConfig,
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow`` on one partition: gathers the batches, compares, returns one row per count."""

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        gathered = list(batches)
        if not gathered:
            return
        table = pa.Table.from_batches(gathered)
        is_example = table["is_example"].to_pylist()
        first = [text or "" for text in table["first"].to_pylist()]
        second = [text or "" for text in table["second"].to_pylist()]
        labels = table["label"].to_pylist()
        chosen = [i for i, flag in enumerate(is_example) if flag]
        counts = compared(
            [first[i] for i in chosen],
            [second[i] for i in chosen],
            [labels[i] for i in chosen],
            [first[i] for i, flag in enumerate(is_example) if not flag],
            config,
        )
        columns = {
            "family": pa.array([c.family for c in counts], pa.string()),
            "measure": pa.array([c.measure for c in counts], pa.string()),
            "kind": pa.array([c.kind for c in counts], pa.string()),
            "hits": pa.array([float(c.hits) for c in counts], pa.float64()),
            "total": pa.array([int(c.total) for c in counts], pa.int64()),
            "squares": pa.array([c.squares for c in counts], pa.float64()),
            "dimension": pa.array([c.dimension for c in counts], pa.string()),
            "segment": pa.array([c.segment for c in counts], pa.string()),
            "low": pa.array([c.low for c in counts], pa.float64()),
            "high": pa.array([c.high for c in counts], pa.float64()),
        }
        yield pa.RecordBatch.from_pydict(columns)

    return run
