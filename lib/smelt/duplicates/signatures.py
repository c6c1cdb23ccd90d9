"""Updates silver.signatures to match the accepted examples: new, changed, gone or outdated ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl
from pyspark.sql import functions as F

from smelt.duplicates.boilerplate import I64
from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.contamination import Index, build_index
from smelt.duplicates.graph import Checkpoint, local_checkpoint
from smelt.duplicates.semantic import embedding_function
from smelt.duplicates.signing import (
    LINES_DDL,
    SIGNED,
    lines_function,
    signing_function,
    stripping_function,
)
from smelt.embeddings import model_digest
from smelt.errors import ConfigError
from smelt.identity import stable_id
from smelt.tables.contract import contract
from smelt.tables.increment import versioned
from smelt.tables.rules import with_rules
from smelt.tables.workers import mapped

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.tables.warehouse import Warehouse

SIDES = ("question", "answer")

FEW = 30_000
"""Examples that are not worth worker processes: about a second."""


class Changes(NamedTuple):
    """The differences found between the accepted examples and silver.signatures."""

    gone: DataFrame
    """example_id of signatures whose example no longer exists or is no longer accepted."""
    new: int = 0
    changed: int = 0
    removed: int = 0
    outdated: int = 0
    """Number of signatures made with other settings; included in ``changed``."""
    restamped: int = 0
    """Number of signatures remade because lines became boilerplate or ceased to be."""
    is_first: bool = False

    @property
    def are_new(self) -> bool:
        """Whether examples were only added: none changed or removed, and no signature remade for boilerplate."""
        return not (self.changed or self.removed or self.restamped)

    @property
    def note(self) -> str:
        """The counts as a note for ops.runs."""
        if self.is_first:
            return "everything signed for the first time"
        said = f"+{self.new:,} changed {self.changed:,} -{self.removed:,}"
        if self.restamped:
            said += f", boilerplate changed in {self.restamped:,}"
        return f"{said}; settings changed, rebuilt" if self.outdated else said


def settings_of(config: DuplicatesConfig, index: Index) -> str:
    """Digest of what signatures depend on besides the examples: settings, rules version, content of evaluation sets."""
    return with_rules("duplicates", f"{config.parameters}{index.digest}")


def evaluation_index(warehouse: Warehouse, config: DuplicatesConfig) -> Index:
    """Read the configured evaluation sets from their files or tables. Raises ConfigError."""
    sets: dict[str, list[pl.Series]] = {}
    for wanted in config.decontamination.sets:
        if wanted.table:
            df = warehouse.read(wanted.table)
        else:
            path = str(wanted.path)
            reader = warehouse.spark.read
            df = reader.parquet(path) if path.endswith(".parquet") else reader.json(path)
        missing = [column for column in wanted.columns if column not in df.columns]
        if missing:
            place = wanted.table or wanted.path
            raise ConfigError(
                f"evaluation set {wanted.name} cannot be used",
                [
                    f"{place} has no column {column}: set duplicates.decontamination.sets.columns"
                    for column in missing
                ],
            )
        columns = [F.col(column).cast("string") for column in wanted.columns]
        rows = df.select(*columns).collect()
        sets[wanted.name] = [
            pl.Series([row[number] for row in rows], dtype=pl.String) for number in range(len(columns))
        ]
    return build_index(sets, config)


def accepted(examples: DataFrame, parameters: str) -> DataFrame:
    """Examples not rejected so far, with the content_hash that their signature must have."""
    return examples.where(F.size("rejections") == 0).withColumn(
        "content_hash", versioned(F.col("content_hash"), parameters)
    )


def update_signatures(
    warehouse: Warehouse,
    examples: DataFrame,
    config: DuplicatesConfig,
    index: Index,
    run_id: str,
    checkpoint: Checkpoint = local_checkpoint,
) -> Changes:
    """Update silver.signatures to match ``examples`` (:func:`accepted`), without deleting the ``gone`` rows.

    These are deleted last, when silver.duplicates no longer needs them (see jobs/duplicates.py).
    """
    signatures = warehouse.read("silver.signatures")
    records = examples.agg(F.countDistinct("record_id").alias("records"))
    if not warehouse.version("silver.signatures"):  # version 0 (or no table): never written to
        boilerplate = frequent_lines(examples, signatures, config, records)
        signed = sign_examples(examples, config, boilerplate, index, run_id)
        warehouse.append("silver.signatures", signed, run_id=run_id)
        return Changes(signatures.select("example_id"), is_first=True)
    compared = checkpoint(compare(examples, signatures, settings_of(config, index)))
    changes = Changes(compared.where("state = 'gone'").select("example_id"), *_counts(compared))
    kept = signatures.join(F.broadcast(compared), "example_id", "left_anti")
    todo = examples.join(F.broadcast(compared.where("state != 'gone'")), "example_id")
    boilerplate = frequent_lines(todo, kept, config, records)
    restamped = 0
    if config.boilerplate.enabled:
        other = checkpoint(signed_otherwise(kept, boilerplate))
        restamped = other.count()
    if changes.new:
        signed = sign_examples(todo.where("state = 'new'"), config, boilerplate, index, run_id)
        warehouse.append("silver.signatures", signed, run_id=run_id)
    if changes.changed or restamped:
        again = todo.where("state = 'changed'").drop("state", "is_outdated")
        if restamped:
            again = again.unionByName(examples.join(F.broadcast(other), "example_id", "left_semi"))
        warehouse.merge("silver.signatures", sign_examples(again, config, boilerplate, index, run_id))
    return changes._replace(restamped=restamped)


def compare(examples: DataFrame, signatures: DataFrame, parameters: str) -> DataFrame:
    """(example_id, state, is_outdated) of all differences; ``state`` is new, changed or gone."""
    wanted = examples.select("example_id", F.col("content_hash").alias("wanted"))
    held = signatures.select("example_id", F.col("content_hash").alias("held"), "parameters")
    state = F.when(F.col("held").isNull(), "new").when(F.col("wanted").isNull(), "gone").otherwise("changed")
    is_outdated = (state == "changed") & (F.col("parameters") != parameters)
    return (
        wanted.join(held, "example_id", "full")
        .where("NOT (held <=> wanted)")
        .select("example_id", state.alias("state"), is_outdated.alias("is_outdated"))
    )


def _counts(compared: DataFrame) -> tuple[int, int, int, int]:
    state = F.col("state")
    new, changed, gone, outdated = compared.agg(
        F.count_if(state == "new"),
        F.count_if(state == "changed"),
        F.count_if(state == "gone"),
        F.count_if("is_outdated"),
    ).collect()[0]
    return new, changed, gone, outdated


def sign_examples(
    examples: DataFrame, config: DuplicatesConfig, boilerplate: I64, index: Index, run_id: str
) -> DataFrame:
    """Rows of silver.signatures for ``examples``."""
    signed = mapped(
        examples.select("example_id", "record_id", "content_hash", "source", *SIDES),
        signing_function(config, boilerplate, index),
        contract("silver.signatures").ddl(*SIGNED),
        few=FEW,
    )
    return signed.withColumn("parameters", F.lit(settings_of(config, index))).withColumn(
        "run_id", F.lit(run_id)
    )


def frequent_lines(
    pending: DataFrame, signatures: DataFrame, config: DuplicatesConfig, records: DataFrame
) -> I64:
    """Hashes of the lines that are boilerplate among the pending examples and the unchanged signatures.

    Both have example_id and record_id; a record counts once per line. ``records`` is one row with the number of all
    records. The result is small, since a line must be in ``min_share`` of them.
    """
    rule = config.boilerplate
    if not rule.enabled:
        return np.empty(0, dtype=np.int64)
    several = F.greatest(*(F.coalesce(F.instr(side, "\n"), F.lit(0)) for side in SIDES)) > 0
    fresh = pending.where(several).select("example_id", "record_id", *SIDES).mapInArrow(
        lines_function(config), LINES_DDL
    )  # fmt: skip
    kept = signatures.where(F.size("lines") > 0).select("example_id", "record_id", "lines")
    needed = F.greatest(F.lit(float(rule.min_conversations)), F.lit(rule.min_share) * F.col("records"))
    counted = (
        fresh.unionByName(kept)
        .select("record_id", F.explode("lines").alias("line"))
        .distinct()
        .groupBy("line")
        .count()
        .crossJoin(F.broadcast(records))
        .where(F.col("count") >= needed)
    )
    return np.sort(np.array([row["line"] for row in counted.select("line").collect()], dtype=np.int64))


def signed_otherwise(signatures: DataFrame, boilerplate: I64) -> DataFrame:
    """(example_id) of signatures for which a different set of lines would be set aside now."""
    lines = F.array(*(F.lit(int(line)) for line in boilerplate)).cast("array<bigint>")
    differs = F.sort_array(F.array_intersect("lines", lines)) != F.sort_array("set_aside")
    return signatures.where((F.size("lines") > 0) & differs).select("example_id")


def without_boilerplate(examples: DataFrame, signatures: DataFrame, config: DuplicatesConfig) -> DataFrame:
    """Remove from question and answer the lines that were set aside for comparison."""
    aside = signatures.where(F.size("set_aside") > 0).select("example_id", "set_aside")
    stripped = (
        examples.select("example_id", *SIDES)
        .join(aside, "example_id")
        .select("example_id", *SIDES, "set_aside")
        .mapInArrow(stripping_function(config), "example_id string, question string, answer string")
    )
    shorter = stripped.select("example_id", *(F.col(side).alias(f"short_{side}") for side in SIDES))
    sides = {side: F.coalesce(f"short_{side}", side) for side in SIDES}
    return (
        examples.join(shorter, "example_id", "left")
        .withColumns(sides)
        .drop(*(f"short_{side}" for side in SIDES))
    )


def with_embeddings(
    warehouse: Warehouse, signatures: DataFrame, examples: DataFrame, config: DuplicatesConfig, run_id: str
) -> DataFrame:
    """``signatures`` with vector and buckets; texts not in silver.embeddings yet are embedded first.

    ``signatures`` and ``examples`` are those of this run, both with example_id.
    """
    rule = config.semantic
    model_hash = stable_id(model_digest(str(rule.model)), rule.tables, rule.planes, rule.seed)
    known = warehouse.read("silver.embeddings").where(F.col("model_hash") == model_hash)
    missing = (
        signatures.where("text_hash IS NOT NULL")
        .groupBy("text_hash")
        .agg(F.min("example_id").alias("example_id"))
        .join(known.select("text_hash"), "text_hash", "left_anti")
    )
    compared = without_boilerplate(examples, signatures, config) if config.boilerplate.enabled else examples
    vectors = (
        compared.select("example_id", *SIDES)
        .join(missing, "example_id")
        .select("text_hash", *SIDES)
        .mapInArrow(
            embedding_function(config), contract("silver.embeddings").ddl("text_hash", "vector", "buckets")
        )
        .select("*", F.lit(model_hash).alias("model_hash"), F.lit(run_id).alias("run_id"))
    )
    warehouse.append("silver.embeddings", vectors, run_id=run_id)
    embedded = warehouse.read("silver.embeddings").where(F.col("model_hash") == model_hash)
    return signatures.join(embedded.select("text_hash", "vector", "buckets"), "text_hash")
