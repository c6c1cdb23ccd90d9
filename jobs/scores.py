"""silver.scores: every example scored, measure by measure, with the names of the rules that it breaks."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.identity import fingerprint
from smelt.jobs import load_stage
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.quality.arrow import DDL, READ, scoring
from smelt.quality.catalogue import plugins_of
from smelt.quality.config import QualityConfig
from smelt.quality.corpus.model import Corpus
from smelt.quality.corpus.spark import articles_of, corpus_of
from smelt.tables.increment import versioned
from smelt.tables.ledger import Entry, Measure, StageResult
from smelt.tables.rules import with_rules

STAGE = "scores"
READS = ("silver.examples",)
WRITES = ("silver.scores",)


def external_inputs(config: SmeltConfig) -> tuple[str, ...]:
    """The content of rules of a customer's own, which the settings do not show."""
    return tuple(plugin.digest for plugin in plugins_of(config.quality))


def build(
    examples: DataFrame, config: QualityConfig, corpus: Corpus, run_id: str, articles: Sequence[str] = ()
) -> DataFrame:
    """One row an example that has a question and an answer; ``examples`` has the columns READ."""
    return (
        examples.select(*READ)
        .mapInArrow(scoring(config, corpus.to_bytes(), articles), DDL)
        .withColumn("run_id", F.lit(run_id))
    )


def run(job: Job) -> StageResult:
    """Score the examples that silver.scores does not hold as they are now; drop scores of examples that are gone.

    The corpus that pairs are compared with is learned from all usable examples of this moment. Examples
    are scored once: later ones do not move the scores of earlier ones.
    """
    config, warehouse = job.config.quality, job.warehouse
    examples = warehouse.read("silver.examples")
    whole = examples.where("question IS NOT NULL AND answer IS NOT NULL")
    scores = warehouse.read("silver.scores").select("example_id", F.col("content_hash").alias("held"))
    settings = with_rules(STAGE, ":".join([fingerprint(config.deciding()), *external_inputs(job.config)]))
    wanted = whole.withColumn("content_hash", versioned(F.col("content_hash"), settings))
    compared = wanted.select("example_id", "content_hash", "source").join(scores, "example_id", "left")
    waiting = compared.where(F.col("held").isNull() | (F.col("held") != F.col("content_hash")))
    counts = waiting.groupBy("source").agg(F.count("*").alias("rows"), F.count("held").alias("old")).collect()
    gone = scores.join(whole.select("example_id"), "example_id", "left_anti").select("example_id")
    is_any_gone = bool(gone.limit(1).count())
    if is_any_gone:
        warehouse.delete_keys("silver.scores", gone)
    if not counts:
        return StageResult(note="" if is_any_gone else "nothing new")
    corpus = corpus_of(examples, config.corpus)
    articles = articles_of(examples, config.corpus)
    rows = wanted.join(waiting.select("example_id"), "example_id", "left_semi")
    built = build(rows, config, corpus, job.run_id, articles)
    if any(row["old"] for row in counts):
        warehouse.merge("silver.scores", built)
    else:
        warehouse.append("silver.scores", built, run_id=job.run_id)
    note = f"compared with {corpus.pairs:,} pairs and {len(articles):,} articles"
    return StageResult(tuple(_entries(job, whole)), note)


def _entries(job: Job, examples: DataFrame) -> list[Entry]:
    """Examples of this run by source: out are the accepted ones, rejected the others by their first reason."""
    written = job.warehouse.read("silver.scores").where(F.col("run_id") == job.run_id)
    reason = F.get("rejections", F.lit(0)).alias("reason")
    judged = written.select("example_id", reason).join(examples.select("example_id", "source"), "example_id")
    entries: list[Entry] = []
    totals: dict[str, int] = {}
    for row in judged.groupBy("source", "reason").count().collect():
        measure: Measure = "rejected" if row["reason"] else "out"
        entries.append(Entry(row["source"], measure, row["reason"], row["count"]))
        totals[row["source"]] = totals.get(row["source"], 0) + row["count"]
    return entries + [Entry(source, "in", None, count) for source, count in totals.items()]


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
