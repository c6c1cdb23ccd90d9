"""silver.corpora: the corpus of a warehouse, kept from run to run.

Learning 20,000 pairs takes longer than scoring a night's hundred. A kept corpus is used as long as its settings and the
version of the scoring rules are the same, and the number of usable pairs has neither fallen nor grown by more than
GROWTH since. A person's erasure empties the table (:mod:`smelt.privacy.erasure.places`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smelt.identity import fingerprint
from smelt.quality.config import CorpusConfig
from smelt.quality.corpus.model import Corpus
from smelt.quality.corpus.spark import learn, usable
from smelt.tables.rules import with_rules

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.tables.warehouse import Warehouse

TABLE = "silver.corpora"
SCORES = "scores"
GROWTH = 0.1
"""Share by which the usable pairs may grow before the corpus is learned anew."""


def corpus_of(warehouse: Warehouse, examples: DataFrame, config: CorpusConfig) -> Corpus:
    """The kept corpus, or, where none is valid, one learned from ``examples``; nothing is written."""
    return kept(warehouse, examples, config) or learn(examples, config)[0]


def corpus_to_keep(warehouse: Warehouse, examples: DataFrame, config: CorpusConfig, run_id: str) -> Corpus:
    """:func:`corpus_of`; a corpus that had to be learned is kept for the next run.

    The packaged model of English, which too few pairs give, is not kept.
    """
    found = kept(warehouse, examples, config)
    if found is None:
        found, pairs = learn(examples, config)
        if found.pairs:
            row = (SCORES, _settings(config), pairs, found.to_bytes(), run_id)
            warehouse.clear(TABLE)
            warehouse.append_rows(TABLE, [row])
    return found


def kept(warehouse: Warehouse, examples: DataFrame, config: CorpusConfig) -> Corpus | None:
    """The kept corpus; None if there is none, or it is not valid for ``examples`` any more."""
    columns = ("corpus", "settings", "pairs", "model")
    rows = [row for row in warehouse.collect(TABLE, *columns) if row["corpus"] == SCORES]
    if len(rows) != 1 or rows[0]["settings"] != _settings(config):
        return None
    if not rows[0]["pairs"] <= usable(examples).count() <= rows[0]["pairs"] * (1 + GROWTH):
        return None
    return Corpus.from_bytes(bytes(rows[0]["model"]))


def _settings(config: CorpusConfig) -> str:
    return with_rules(SCORES, fingerprint(config))
