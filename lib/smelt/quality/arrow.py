"""Scoring as a function over Arrow batches, for ``mapInArrow``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

import polars as pl
import pyarrow as pa

from smelt.isolate import failure, isolated, isolated_items
from smelt.quality.cache import Cache
from smelt.quality.catalogue import Plugin, plugins_of, registry_of
from smelt.quality.config import MEASURES, QualityConfig
from smelt.quality.corpus.knowledge import Knowledge, read_articles
from smelt.quality.corpus.model import Corpus
from smelt.quality.rules import Registry
from smelt.quality.score import CHUNK, score_pairs

READ = ("example_id", "record_id", "question", "answer", "language", "category", "outcome", "content_hash")
"""Columns of silver.examples that scoring reads."""

Batches = Iterable[pa.RecordBatch]


def scoring(
    config: QualityConfig, corpus: bytes, articles: Sequence[str] = ()
) -> Callable[[Batches], Batches]:
    """A function from batches of :data:`READ` to batches of silver.scores without run_id.

    A pair that fails gets 0 for every measure and is rejected as ``failed:scores:TYPE``. ``corpus`` is
    :meth:`Corpus.to_bytes`; it and the plugins are sent with the function and unpacked once per worker. ``articles``
    are texts of the knowledge base.
    """
    settings = config.model_dump_json()
    plugins = plugins_of(config)
    kept = tuple(articles)

    def score(batches: Batches) -> Batches:
        unpacked = _unpacked(settings, plugins, corpus, kept)

        def work(table: pa.Table) -> list[pa.RecordBatch]:
            return list(_scored(table, *unpacked))

        for table in _gathered(batches):
            for part in isolated(table, work, _failed, stage="scores"):
                yield from part

    return score


def _failed(row: pa.Table, reason: str) -> list[pa.RecordBatch]:
    """The output for a pair that cannot be scored: 0 for every measure, and rejected."""
    nothing = pa.array([0.0] * row.num_rows, pa.float64())
    columns = {
        "example_id": row["example_id"],
        "record_id": row["record_id"],
        **dict.fromkeys(MEASURES, nothing),
        "plugin_scores": pa.array([None] * row.num_rows, pa.map_(pa.string(), pa.float64())),
        "composite": nothing,
        "rejections": pa.array([[reason]] * row.num_rows, pa.list_(pa.string())),
        "content_hash": row["content_hash"],
    }
    return list(pa.table(columns).combine_chunks().to_batches())


def _gathered(batches: Batches) -> Iterator[pa.Table]:
    """Combine batches up to ``CHUNK`` rows, so that the fixed cost per chunk is paid less often."""
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
) -> tuple[QualityConfig, Corpus, Knowledge | None, Cache, Registry]:
    model = Corpus.from_bytes(corpus)
    config = QualityConfig.model_validate_json(settings)
    return config, model, _knowledge(articles, model), Cache(), registry_of(config, plugins)


def _knowledge(articles: Sequence[str], model: Corpus) -> Knowledge | None:
    """The knowledge base of the articles that can be processed."""

    def read(texts: Sequence[str]) -> Knowledge | None:
        return read_articles(pl.Series("article", texts, dtype=pl.String), model)

    def usable(texts: Sequence[str]) -> list[str]:
        read(texts)
        return list(texts)

    try:
        return read(articles)
    except BaseException as error:
        failure("scores", error)
    parts = isolated_items(articles, usable, lambda text, reason: [], stage="scores")
    return read([text for part in parts for text in part])


def _scored(
    table: pa.Table,
    config: QualityConfig,
    corpus: Corpus,
    knowledge: Knowledge | None,
    cache: Cache,
    registry: Registry,
) -> Batches:
    scores = score_pairs(table, config, corpus, knowledge, cache, registry)
    known = {*MEASURES, "composite", "rejections"}
    added = [name for name in scores.column_names if name not in known]
    own = (
        [list(row.items()) for row in scores.select(added).to_pylist()] if added else [None] * table.num_rows
    )
    columns = {
        "example_id": table["example_id"],
        "record_id": table["record_id"],
        **{measure: scores[measure] for measure in MEASURES},
        "plugin_scores": pa.array(own, pa.map_(pa.string(), pa.float64())),
        "composite": scores["composite"],
        "rejections": scores["rejections"],
        "content_hash": table["content_hash"],
    }
    yield from pa.table(columns).combine_chunks().to_batches()
