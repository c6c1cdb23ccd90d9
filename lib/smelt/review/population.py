"""The population of a sample: curated pairs, all scored pairs, corrections of users, or the rows of a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from smelt.examples.corrections import POSITION
from smelt.quality.config import MEASURES
from smelt.releases.manifest import find_manifest
from smelt.releases.rows import finished_rows
from smelt.review.effect import pair_hash

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.tables.warehouse import Warehouse

CORRECTIONS = "corrections"
SCOPES = ("curated", "scored", CORRECTIONS)
"""Scopes other than the name of a release."""

HASHES = ("text_hash", "base_hash")
COLUMNS = (
    *("example_id", "record_id", "source", "kind", "category", "language", "composite", "rejections"),
    *("question", "answer", "context", *HASHES),
    *(f"score_{name}" for name in MEASURES),
)
"""Columns of :func:`population`; ``rejections`` are those of scoring; ``score_*`` are null for unscored pairs."""


def population(
    warehouse: Warehouse, scope: str, only: DataFrame | None = None, *, hashed: bool = True
) -> DataFrame:
    """One row per pair of the population, with COLUMNS, restricted to the example_id in ``only`` if given.

    Without ``hashed`` the columns text_hash and base_hash are left out, which saves comparing all texts.

    Scopes: ``curated``, gold.curated_examples; ``scored``, all pairs with a score, including rejected ones, so that
    rules can be measured against annotators; ``corrections``, answers of a model in production as users corrected them,
    with the model's own as context (role ``model``); anything else names a release (``latest``: the newest). Raises
    ReleaseError for an unknown release. ``base_hash`` is that of the current row of silver.examples; if a row of a
    release has another text than today's tables, it is that row's own, and answers to it apply to the release only and
    have no effect.
    """

    def read(table: str) -> DataFrame:
        rows = warehouse.read(table)
        return rows if only is None else rows.join(only, "example_id", "left_semi")

    examples = read("silver.examples")
    today = examples.select("example_id", pair_hash("question", "answer").alias("today"))
    scores = warehouse.read("silver.scores").select(
        "example_id",
        "rejections",
        F.col("composite").alias("scored"),
        *(F.col(name).alias(f"score_{name}") for name in MEASURES),
    )
    if scope == "scored":
        rows = _whole(examples.where(f"position <> {POSITION}"))
        rows = rows.join(scores, "example_id").withColumn("composite", F.col("scored"))
    elif scope == CORRECTIONS:
        rows = _whole(examples.where(f"position = {POSITION}")).drop("context")
        rows = rows.join(_models_answers(warehouse), "record_id").join(scores, "example_id", "left")
        rows = rows.withColumn("composite", F.col("scored"))
    elif scope == "curated":
        rows = read("gold.curated_examples").join(scores, "example_id", "left")
    else:
        rows = _released(warehouse, find_manifest(warehouse, scope).release)
        rows = rows.join(scores, "example_id", "left")
    nothing = F.array().cast("array<string>")
    rows = rows.withColumn("rejections", F.coalesce("rejections", nothing))
    if not hashed:
        return rows.select(*(name for name in COLUMNS if name not in HASHES))
    rows = rows.withColumn("text_hash", pair_hash("question", "answer")).join(today, "example_id", "left")
    base = F.col("today")
    if scope not in SCOPES:
        curated = read("gold.curated_examples").select(
            "example_id", pair_hash("question", "answer").alias("curated")
        )
        rows = rows.join(curated, "example_id", "left")
        is_current = F.col("text_hash").isin(F.col("today"), F.col("curated"))
        base = F.when(is_current, F.col("today")).otherwise(F.col("text_hash"))
    return rows.withColumn("base_hash", base).select(*COLUMNS)


def _whole(examples: DataFrame) -> DataFrame:
    return examples.drop("rejections").where("question IS NOT NULL AND answer IS NOT NULL")


def _models_answers(warehouse: Warehouse) -> DataFrame:
    """record_id and ``context``: the answer of the model in production as one turn; empty if it gave none."""
    turn = F.struct(F.lit("model").alias("role"), F.col("answer").alias("text"))
    said = F.when(F.col("answer").isNotNull(), F.array(turn)).otherwise(
        F.array().cast("array<struct<role:string,text:string>>")
    )
    return warehouse.read("silver.predictions").select("record_id", said.alias("context"))


def _released(warehouse: Warehouse, release: str) -> DataFrame:
    """Rows of a release with question, answer and context in the form of curated examples."""
    rows = finished_rows(warehouse).where(F.col("release") == release)
    before = F.expr(
        "transform(filter(slice(prompt, 1, greatest(size(prompt) - 1, 0)), m -> m.role <> 'system'),"
        " m -> named_struct('role', if(m.role = 'user', 'customer', 'agent'), 'text', m.content))"
    )
    return (
        rows.withColumn("context", before)
        .withColumnRenamed("instruction", "question")
        .withColumnRenamed("output", "answer")
    )
