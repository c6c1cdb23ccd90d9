"""Scoring as a function over Arrow batches, for mapInArrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

import polars as pl
import pyarrow as pa

from smelt.quality.cache import Memory
from smelt.quality.catalogue import Plugin, plugins_of, registry_of
from smelt.quality.config import MEASURES, QualityConfig
from smelt.quality.corpus.knowledge import Knowledge, read_articles
from smelt.quality.corpus.model import Corpus
from smelt.quality.rules import Registry
from smelt.quality.score import CHUNK, score_pairs

READ = ("example_id", "record_id", "question", "answer", "language", "category", "outcome", "content_hash")
"""Columns of silver.examples that scoring reads."""
DDL = (
    "example_id string, record_id string, "
    + "".join(f"{measure} double, " for measure in MEASURES)
    + "plugin_scores map<string,double>, composite double, rejections array<string>, content_hash string"
)
"""Columns that it returns: those of silver.scores but for run_id."""

Batches = Iterable[pa.RecordBatch]


def scoring(
    config: QualityConfig, corpus: bytes, articles: Sequence[str] = ()
) -> Callable[[Batches], Batches]:
    """A function from batches of :data:`READ` to batches of :data:`DDL`.

    ``corpus`` is :meth:`Corpus.to_bytes`; it and the plugins travel with the function, and each worker unpacks
    them once.
    """
    settings = config.model_dump_json()
    plugins = plugins_of(config)
    kept = tuple(articles)

    def score(batches: Batches) -> Batches:
        unpacked = _unpacked(settings, plugins, corpus, kept)
        for table in _gathered(batches):
            yield from _scored(table, *unpacked)

    return score


def _gathered(batches: Batches) -> Iterator[pa.Table]:
    """Batches joined up to ``CHUNK`` rows: what is done once a chunk is then done less often."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        if waiting and sum(part.num_rows for part in [*waiting, batch]) > CHUNK:
            yield pa.Table.from_batches(waiting)
            waiting = []
        if batch.num_rows:
            waiting.append(batch)
    if waiting:
        yield pa.Table.from_batches(waiting)


@lru_cache(maxsize=2)
def _unpacked(
    settings: str, plugins: tuple[Plugin, ...], corpus: bytes, articles: tuple[str, ...]
) -> tuple[QualityConfig, Corpus, Knowledge | None, Memory, Registry]:
    model = Corpus.from_bytes(corpus)
    knowledge = read_articles(pl.Series("article", articles, dtype=pl.String), model)
    config = QualityConfig.model_validate_json(settings)
    return config, model, knowledge, Memory(), registry_of(config, plugins)


def _scored(
    table: pa.Table,
    config: QualityConfig,
    corpus: Corpus,
    knowledge: Knowledge | None,
    memory: Memory,
    registry: Registry,
) -> Batches:
    scores = score_pairs(table, config, corpus, knowledge, memory, registry)
    known = {*MEASURES, "composite", "rejections"}
    added = [name for name in scores.column_names if name not in known]
    pairs = [[(name, value) for name, value in row.items()] for row in scores.select(added).to_pylist()]
    columns = {
        "example_id": table["example_id"],
        "record_id": table["record_id"],
        **{measure: scores[measure] for measure in MEASURES},
        "plugin_scores": pa.array(
            pairs if added else [None] * table.num_rows, pa.map_(pa.string(), pa.float64())
        ),
        "composite": scores["composite"],
        "rejections": scores["rejections"],
        "content_hash": table["content_hash"],
    }
    yield from pa.table(columns).combine_chunks().to_batches()
