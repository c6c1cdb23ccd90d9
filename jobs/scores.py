"""silver.scores: the scores of every example by measure, with the names of the rules that reject it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from smelt.quality.config import MEASURES, QualityConfig
from smelt.quality.corpus.kept import TABLE as CORPORA
from smelt.quality.corpus.kept import corpus_to_keep
from smelt.quality.corpus.model import COMPARISONS, Corpus
from smelt.quality.corpus.spark import articles_of
from smelt.quality.marks import PROPERTY, ScoredBy, may_change, remarking
from smelt.review.effect import VERDICTS, examples_as_corrected
from smelt.tables.contract import contract
from smelt.tables.increment import sync, versioned
from smelt.tables.ledger import StageResult, balance_of, first_reason
from smelt.tables.rules import with_rules
from smelt.tables.union import union
from smelt.tables.warehouse import Warehouse
from smelt.tables.workers import mapped

STAGE = "scores"
READS = ("silver.examples", VERDICTS)
WRITES = ("silver.scores", CORPORA)

FEW = 10_000
"""Pairs that are not worth worker processes: 1.5 s."""


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
        few=FEW,
    ).withColumn("run_id", F.lit(run_id))


def run(job: Job) -> StageResult:
    """Score new and changed examples; delete scores of removed examples.

    Pairs are compared with a corpus learned from the usable examples, which is kept until these are a tenth more
    (:mod:`smelt.quality.corpus.kept`). An example is scored once; later examples do not change its scores. What people
    corrected is scored as corrected. Changed pass marks and weights are applied to the scores that are there
    (:mod:`smelt.quality.marks`).
    """
    config, warehouse = job.config.quality, job.warehouse
    examples = examples_as_corrected(warehouse)
    whole = examples.where("question IS NOT NULL AND answer IS NOT NULL")
    others = external_inputs(job.config)
    settings = with_rules(STAGE, ":".join([fingerprint(config.deciding()), *others]))
    now = ScoredBy.of(config, settings, (with_rules(STAGE, ""), *others))
    notes: list[str] = []

    @cache
    def known() -> tuple[Corpus, list[str]]:
        corpus = corpus_to_keep(warehouse, examples, config.corpus, job.run_id)
        articles = articles_of(examples, config.corpus)
        own = f"{corpus.pairs:,} pairs" if corpus.pairs else COMPARISONS[corpus.comparison]
        notes.append(f"compared with {own} and {len(articles):,} articles")
        return corpus, articles

    def score(rows: DataFrame) -> DataFrame:
        return build(rows, config, known()[0], job.run_id, known()[1])

    remarked = _apply_marks(warehouse, whole, config, now, score, job.run_id)
    changes = sync(
        warehouse,
        "silver.scores",
        whole.withColumn("content_hash", versioned(F.col("content_hash"), settings)),
        score,
        run_id=job.run_id,
        key="example_id",
    )
    _note_settings(warehouse, now)
    if not (changes.pending or remarked):
        return StageResult(note=changes.note if changes else "nothing new")
    written = warehouse.read("silver.scores").where(F.col("run_id") == job.run_id)
    judged = written.select("example_id", first_reason().alias("reason"))
    entries = balance_of(judged.join(whole.select("example_id", "source"), "example_id"), F.col("reason"))
    applied = [f"marks applied to {remarked:,} scores"] if remarked else []
    return StageResult(entries, "; ".join([*applied, *notes]))


def _note_settings(warehouse: Warehouse, now: ScoredBy) -> None:
    """Note at the table what its scores were made by, for the next change of marks."""
    table = "silver.scores"
    if warehouse.exists(table) and warehouse.properties(table).get(PROPERTY) != now.to_json():
        warehouse.set_property(table, PROPERTY, now.to_json())


def _apply_marks(
    warehouse: Warehouse,
    whole: DataFrame,
    config: QualityConfig,
    now: ScoredBy,
    score: Callable[[DataFrame], DataFrame],
    run_id: str,
) -> int:
    """Bring scores that were made by other pass marks or weights, and else by the same settings, up to ``now``.

    Pairs whose verdict may change are scored anew; of the others only the composite is computed again. Returns the
    number of scores that were brought up to date.
    """
    was = ScoredBy.from_json(warehouse.properties("silver.scores").get(PROPERTY))
    if was is None or not was.differs_in_marks(now):
        return 0
    if {*config.pass_marks, *config.weights} - set(MEASURES):
        return 0  # a plugin's measure stands in no column of its own
    held = warehouse.read("silver.scores").where("plugin_scores IS NULL")
    hashes = whole.select(
        "example_id",
        versioned(F.col("content_hash"), was.settings).alias("content_hash"),
        versioned(F.col("content_hash"), now.settings).alias("_now"),
    )
    same = held.join(hashes, ["example_id", "content_hash"])
    kept = same.where(~may_change(was, now)).withColumn("content_hash", F.col("_now")).drop("_now", "run_id")
    columns = contract("silver.scores").column_names
    marked = (
        kept.select(*(name for name in columns if name != "run_id"))
        .mapInArrow(remarking(config), contract("silver.scores").ddl(without=["run_id"]))
        .withColumn("run_id", F.lit(run_id))
        .select(*columns)
    )
    near = same.where(may_change(was, now)).select("example_id", "_now")
    counts = {
        row["is_near"]: row["count"]
        for row in same.groupBy(may_change(was, now).alias("is_near")).count().collect()
    }
    if not counts:
        return 0
    parts = [marked]
    if counts.get(True):
        again = whole.drop("content_hash").join(near.withColumnRenamed("_now", "content_hash"), "example_id")
        parts.append(score(again).select(*columns))
    warehouse.merge("silver.scores", union(parts))
    return sum(counts.values())


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
