"""silver.augmentations: rephrased questions for accepted pairs, made by named rules and checked like examples."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.augment.arrow import DDL, READ, making
from smelt.augment.categories import LEARNED, Categories, checking, learn
from smelt.augment.config import AugmentConfig
from smelt.augment.model.config import ModelConfig
from smelt.augment.nearness import ASKED, near_corpus
from smelt.config import SmeltConfig
from smelt.duplicates.contamination import Index
from smelt.duplicates.signatures import evaluation_index
from smelt.identity import fingerprint, stable_id
from smelt.jobs import load_stage
from smelt.jobs.scores import build as scored
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.quality.corpus.kept import corpus_of
from smelt.quality.corpus.spark import articles_of
from smelt.tables.contract import contract
from smelt.tables.ledger import Entry, StageResult
from smelt.tables.workers import mapped

STAGE = "augmentations"
READS = ("gold.curated_examples", "silver.examples", "silver.scores")
WRITES = ("silver.augmentations",)
RULES_VERSION = 2
"""To be incremented when the rules of rephrasing or the checks change, so that children are remade."""


def external_inputs(config: SmeltConfig) -> None:
    """None: the stage is run on request, and always runs."""


def build(parents: DataFrame, job: Job) -> DataFrame:
    """Children of ``parents`` (columns READ), with the rejections that depend on their text only."""
    return parents.select(*READ).mapInArrow(making(job.config.augment, job.config.pii), DDL)


class Judge(NamedTuple):
    """The classifier against which children are checked; made once per run."""

    categories: Categories | None
    """None: the classifier is not accurate enough, so categories are not checked."""
    note: str
    """Added to the stage's note in ops.runs."""


def judging(job: Job) -> Judge:
    """Learn the classifier of categories from the accepted pairs; it is used only if accurate enough on held-out
    ones."""
    config = job.config.augment
    draw = F.sha2(F.concat_ws("|", F.lit(config.seed), "example_id"), 256)
    rows = (
        job.warehouse.read("gold.curated_examples")
        .where("category IS NOT NULL")
        .orderBy(draw)
        .limit(LEARNED)
        .select("question", "category")
        .collect()
    )
    found = learn([row["question"] for row in rows], [row["category"] for row in rows], seed=config.seed)
    if found is None:
        return Judge(None, "; categories are not checked: too few questions have one")
    told = f"a classifier that is right about {found.accuracy:.1%} of {found.held:,} held-out questions"
    if found.accuracy < config.least_category_accuracy:
        return Judge(None, f"; categories are not checked: there is only {told}")
    return Judge(found, f"; categories checked by {told}")


def judged(children: DataFrame, job: Job, judge: Judge) -> DataFrame:
    """``children`` (columns DDL of smelt.augment.arrow) with ``composite``, ``relevance`` and all ``rejections``.

    Besides the checks of their text, children are rejected for: a pair already in silver.examples, a question of
    another accepted pair or child, a category other than the parent's, a quality rule, contamination with an evaluation
    set, and an answer much less relevant than to the parent's question.
    """
    warehouse, config = job.warehouse, job.config
    examples, curated = warehouse.read("silver.examples"), warehouse.read("gold.curated_examples")
    whole = children.where(F.size("rejections") == 0)
    asked = whole.select(
        "example_id", "record_id", "question", "answer", F.lit(None).cast("string").alias("language"), "category",
        F.lit(None).cast("map<string,string>").alias("outcome"), F.col("parent_hash").alias("content_hash"),
    )  # fmt: skip
    corpus, articles = (
        corpus_of(warehouse, examples, config.quality.corpus),
        articles_of(examples, config.quality.corpus),
    )
    scores = scored(asked, config.quality, corpus, job.run_id, articles).select(
        "example_id", "composite", "relevance", F.col("rejections").alias("of_scores")
    )
    before = warehouse.read("silver.scores").select(
        F.col("example_id").alias("parent_id"), F.col("relevance").alias("of_parent")
    )
    held = examples.select("text_hash").distinct().withColumn("is_held", F.lit(True))
    index = evaluation_index(warehouse, config.duplicates)
    given_away = whole.select("example_id", "question", "answer").mapInArrow(
        _contaminated(index, config), "example_id string, of_sets array<string>"
    )
    near = near_corpus(
        whole,
        _questions(curated, warehouse.read("silver.augmentations"), job.run_id),
        most_similar=config.augment.most_similar,
        placeholder=config.duplicates.placeholder,
    ).withColumn("is_near", F.lit(True))
    nothing = F.array().cast("array<string>")
    drop = config.augment.relevance_drop
    reasons = F.array_compact(
        F.array(
            F.when(F.col("is_held"), "duplicate_of_corpus"),
            F.when(F.col("is_near"), "near_corpus"),
            F.when(F.col("has_other_category"), "category_changed"),
            F.when(F.col("relevance") < F.col("of_parent") - drop, "less_relevant"),
        )
    )
    return (
        children.join(scores, "example_id", "left")
        .join(before, "parent_id", "left")
        .join(held, "text_hash", "left")
        .join(given_away, "example_id", "left")
        .join(near, "example_id", "left")
        .join(_of_other_categories(whole, curated, judge), "example_id", "left")
        .withColumn(
            "rejections",
            F.array_distinct(
                F.concat(
                    "rejections", reasons, F.coalesce("of_scores", nothing), F.coalesce("of_sets", nothing)
                )
            ),
        )
        .drop("of_scores", "of_parent", "is_held", "is_near", "has_other_category", "of_sets")
    )


def _questions(curated: DataFrame, augmentations: DataFrame, run_id: str) -> DataFrame:
    """Questions with which children are compared (columns ASKED): accepted pairs, and accepted children of earlier
    runs."""
    own = curated.select("example_id", F.col("example_id").alias("parent_id"), "question")
    made = augmentations.where((F.size("rejections") == 0) & (F.col("run_id") != run_id))
    return own.unionByName(made.select(*ASKED))


def _of_other_categories(children: DataFrame, curated: DataFrame, judge: Judge) -> DataFrame:
    """(example_id, has_other_category) of the children classified into another category than their parent's."""
    known = children.where("category IS NOT NULL")
    if judge.categories is None:
        return known.where("false").select("example_id", F.lit(True).alias("has_other_category"))
    parents = curated.select(
        F.col("example_id").alias("parent_id"), F.col("question").alias("parent_question")
    )
    asked = known.join(parents, "parent_id").select("example_id", "category", "parent_question", "question")
    found = mapped(asked, checking(judge.categories), "example_id string")
    return found.withColumn("has_other_category", F.lit(True))


def run(job: Job) -> StageResult:
    """Make children of accepted pairs that have no current ones; delete children of other pairs."""
    warehouse, config = job.warehouse, job.config.augment
    parents = warehouse.read("gold.curated_examples")
    if config.categories:
        parents = parents.where(F.col("category").isin(*config.categories))
    settings = _settings(config, job)
    have = warehouse.read("silver.augmentations").where(F.col("origin").startswith("rules:"))
    wanted = parents.select(
        F.col("example_id").alias("parent_id"), F.col("content_hash").alias("parent_hash")
    )
    current = have.where(F.col("settings") == settings).join(
        wanted, ["parent_id", "parent_hash"], "left_semi"
    )
    gone = have.join(current.select("example_id"), "example_id", "left_anti").select("example_id")
    if warehouse.exists("silver.augmentations") and not gone.isEmpty():
        with warehouse.scratch(gone, "gone_children") as keys:
            warehouse.delete_keys("silver.augmentations", keys)
    judge = judging(job)
    done = current.select(F.col("parent_id").alias("example_id")).distinct()
    new = parents.join(done, "example_id", "left_anti")
    with warehouse.scratch(build(new, job), "children") as children:
        rows = (
            judged(children, job, judge)
            .withColumn("settings", F.lit(settings))
            .withColumn("run_id", F.lit(job.run_id))
        )
        warehouse.append(
            "silver.augmentations",
            rows.select(*contract("silver.augmentations").column_names),
            run_id=job.run_id,
        )
    made = warehouse.read("silver.augmentations").where(F.col("run_id") == job.run_id)
    entries = balance_of_children(made)
    result = StageResult(entries)
    note = f"{result.total('in'):,} children made, {result.total('out'):,} accepted{judge.note}"
    return result._replace(note=note if entries else "nothing new")


def balance_of_children(rows: DataFrame) -> tuple[Entry, ...]:
    """Ledger entries for rows of silver.augmentations; a rejected child counts under its first reason."""
    counted = rows.groupBy("source", F.get("rejections", F.lit(0)).alias("reason")).count().collect()
    entries = [
        Entry(row["source"], "rejected" if row["reason"] else "out", row["reason"], row["count"])
        for row in counted
    ]
    totals: Counter[str] = Counter()
    for row in counted:
        totals[row["source"]] += row["count"]
    return (*entries, *(Entry(source, "in", None, count) for source, count in totals.items()))


def _settings(config: AugmentConfig, job: Job) -> str:
    return stable_id(
        RULES_VERSION,
        fingerprint(
            config.model_copy(update={"model": ModelConfig()}),
            job.config.quality.deciding(),
            job.config.pii.deciding(),
        ),
    )


def _contaminated(index: Index, config: SmeltConfig):  # type: ignore[no-untyped-def]
    """For ``mapInArrow``: (example_id, question, answer) -> (example_id, ``contaminated:SET``)."""
    settings = config.duplicates

    def find(batches):  # type: ignore[no-untyped-def]
        for batch in batches:
            frame = pl.DataFrame(pa.Table.from_batches([batch]))
            found = index.found_in(frame["question"], frame["answer"], settings).to_list()
            names = [[f"contaminated:{name}" for name in each] for each in found]
            yield pa.RecordBatch.from_arrays(
                [batch.column(0), pa.array(names, pa.list_(pa.string()))], names=["example_id", "of_sets"]
            )

    return find


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
