"""silver.scores: the scores of every example by measure, with the names of the rules that reject it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.identity import fingerprint
from smelt.jobs import load_stage
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.quality.arrow import READ, scoring
from smelt.quality.catalogue import plugins_of
from smelt.quality.config import QualityConfig
from smelt.quality.corpus.model import COMPARISONS, Corpus
from smelt.quality.corpus.spark import articles_of, corpus_of
from smelt.review.effect import VERDICTS, examples_as_corrected
from smelt.tables.contract import contract
from smelt.tables.increment import sync, versioned
from smelt.tables.ledger import StageResult, balance_of, first_reason
from smelt.tables.rules import with_rules
from smelt.tables.workers import mapped

STAGE = "scores"
READS = ("silver.examples", VERDICTS)
WRITES = ("silver.scores",)


def external_inputs(config: SmeltConfig) -> tuple[str, ...]:
    """Digests of the quality plugins' content."""
    return tuple(plugin.digest for plugin in plugins_of(config.quality))


def build(
    examples: DataFrame, config: QualityConfig, corpus: Corpus, run_id: str, articles: Sequence[str] = ()
) -> DataFrame:
    """One row per example with a question and an answer; ``examples`` has the columns READ."""
    return mapped(
        examples.select(*READ),
        scoring(config, corpus.to_bytes(), articles),
        contract("silver.scores").ddl(without=["run_id"]),
    ).withColumn("run_id", F.lit(run_id))


def run(job: Job) -> StageResult:
    """Score new and changed examples; delete scores of removed examples.

    Pairs are compared with a corpus learned from all currently usable examples. An example is scored once; later
    examples do not change its scores. What people corrected is scored as corrected.
    """
    config, warehouse = job.config.quality, job.warehouse
    examples = examples_as_corrected(warehouse)
    whole = examples.where("question IS NOT NULL AND answer IS NOT NULL")
    settings = with_rules(STAGE, ":".join([fingerprint(config.deciding()), *external_inputs(job.config)]))

    @cache
    def known() -> tuple[Corpus, list[str]]:
        return corpus_of(examples, config.corpus), articles_of(examples, config.corpus)

    changes = sync(
        warehouse,
        "silver.scores",
        whole.withColumn("content_hash", versioned(F.col("content_hash"), settings)),
        lambda rows: build(rows, config, known()[0], job.run_id, known()[1]),
        run_id=job.run_id,
        key="example_id",
    )
    if not changes.pending:
        return StageResult(note=changes.note if changes else "nothing new")
    written = warehouse.read("silver.scores").where(F.col("run_id") == job.run_id)
    judged = written.select("example_id", first_reason().alias("reason"))
    entries = balance_of(judged.join(whole.select("example_id", "source"), "example_id"), F.col("reason"))
    corpus, articles = known()
    own = f"{corpus.pairs:,} pairs" if corpus.pairs else COMPARISONS[corpus.comparison]
    return StageResult(entries, f"compared with {own} and {len(articles):,} articles")


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
