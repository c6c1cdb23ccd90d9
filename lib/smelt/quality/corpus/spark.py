"""The corpus and the knowledge base of a warehouse, read from silver.examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from smelt.quality.config import CorpusConfig
from smelt.quality.corpus.fit import fit_usable
from smelt.quality.corpus.model import Corpus

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ARTICLE = "articles"


def usable(examples: DataFrame) -> DataFrame:
    """The examples that a corpus may be learned from: pairs that no rule rejected when they were made."""
    return examples.where("question IS NOT NULL AND answer IS NOT NULL AND size(rejections) = 0")


def learn(examples: DataFrame, config: CorpusConfig) -> tuple[Corpus, int]:
    """A corpus of at most ``sample_pairs`` usable examples, the first by example_id, and the number of all usable ones.

    The id is a hash, so the first ones are a random but reproducible sample. The sample is collected on the driver; its
    size is bounded by the configuration.
    """
    pairs = usable(examples)
    sample = pairs.orderBy("example_id").limit(config.sample_pairs).select("question", "answer").toPandas()
    strings = pa.string()
    table = pa.table({name: pa.array(sample[name].to_list(), strings) for name in ("question", "answer")})
    count = len(sample) if len(sample) < config.sample_pairs else pairs.count()
    return fit_usable(table, config), count


def articles_of(examples: DataFrame, config: CorpusConfig) -> list[str]:
    """Articles of the knowledge base with which answers are compared, the first ``articles`` by example_id."""
    rows = examples.where((F.col("kind") == ARTICLE) & F.col("answer").isNotNull())
    chosen = rows.orderBy("example_id").limit(config.articles).select("answer").collect()
    return [row["answer"] for row in chosen]
