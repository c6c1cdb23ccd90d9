"""The scores of one record's examples, rule by rule, for ``smelt explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
from pyspark.sql import functions as F

from smelt.quality.config import QualityConfig
from smelt.quality.corpus.kept import corpus_of
from smelt.quality.corpus.knowledge import read_articles
from smelt.quality.corpus.spark import articles_of
from smelt.quality.explain import Opinion, explain_pairs

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse


def opinions_of(warehouse: Warehouse, record: str, config: QualityConfig) -> list[dict[str, Any]]:
    """One row per example of ``record``: example_id, and for each measure its score, pass mark, rules and their inputs.

    They are compared with the corpus that the next run would use, which may be newer than the one of the example's own
    run, so scores may differ slightly from those in silver.scores, which decide.
    """
    examples = warehouse.read("silver.examples")
    own = examples.where(
        (F.col("record_id") == record) & F.expr("question IS NOT NULL AND answer IS NOT NULL")
    )
    rows = own.orderBy("position").select("example_id", "question", "answer", "outcome").collect()
    if not rows:
        return []
    corpus = corpus_of(warehouse, examples, config.corpus)
    articles = pl.Series("article", articles_of(examples, config.corpus), dtype=pl.String)
    outcomes = [list((row["outcome"] or {}).items()) for row in rows]
    table = pa.table(
        {
            "question": pa.array([row["question"] for row in rows], pa.string()),
            "answer": pa.array([row["answer"] for row in rows], pa.string()),
            "outcome": pa.array(outcomes, pa.map_(pa.string(), pa.string())),
        }
    )
    found = explain_pairs(table, config, corpus, read_articles(articles, corpus))
    return [
        {"example_id": row["example_id"]} | by_measure(opinions)
        for row, opinions in zip(rows, found, strict=True)
    ]


def by_measure(opinions: list[Opinion]) -> dict[str, str]:
    """Measure -> one line: its score and pass mark, then each rule with its inputs."""
    measures: dict[str, list[Opinion]] = {}
    for opinion in opinions:
        measures.setdefault(opinion.measure, []).append(opinion)
    return {name: _line(rules) for name, rules in measures.items()}


def _line(rules: list[Opinion]) -> str:
    weakest = min(rule.score for rule in rules)
    verdict = "passes" if all(rule.is_passed for rule in rules) else "FAILS"
    parts = [
        f"{rule.rule} {rule.score:.2f} ({', '.join(f'{name}={value}' for name, value in rule.inputs.items())})"
        for rule in rules
    ]
    return f"{weakest:.2f} {verdict} {rules[0].pass_mark:g}: {'; '.join(parts)}".replace(" ()", "")
