"""One comparison for every incremental stage: which rows its output lacks, holds unchanged, or must no longer hold.

Input and output are compared, no watermark is kept, so the next run finishes one that was killed anywhere. The
comparison reads keys and hashes only; ``ingested_at`` of the oldest pending row then lets Delta skip files with
older rows, so that the cost of a run follows the number of new rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pyspark.sql import functions as F

from smelt.tables.contract import contract

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from smelt.tables.warehouse import Warehouse


class Changes(NamedTuple):
    """How the wanted rows differ from those that a table holds, counted in keys."""

    pending: Mapping[str, int]
    """Source -> number of new and changed keys."""
    new: int
    changed: int
    gone: int
    """Number of keys that the table holds and that are no longer wanted."""
    keys: DataFrame
    """One row per differing key: the key, and ``state``: new, changed or gone."""
    oldest: Any = None
    """The smallest ingested_at of the pending rows; None where they have no such column."""

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)

    @property
    def note(self) -> str:
        """The three counts as a note for ops.runs."""
        return f"+{self.new:,} -{self.gone:,} changed {self.changed:,}"


def versioned(content_hash: Column, settings: str) -> Column:
    """Hash of an input row's content and the settings that turn it into output rows: 32 hex digits of SHA-256."""
    return F.substring(F.sha2(F.concat_ws("|", content_hash, F.lit(settings)), 256), 1, 32)


def compare(
    wanted: DataFrame,
    held: DataFrame,
    *,
    key: str = "record_id",
    checkpoint: Callable[[DataFrame], DataFrame] = lambda rows: rows,
) -> Changes:
    """Compare by ``key`` and content_hash; ``checkpoint`` may compute the differences once, for all who ask for them.

    ``wanted`` has one row per key: key, content_hash, source, and optionally ingested_at (for :attr:`Changes.oldest`).
    ``held`` has key and content_hash; several rows of one key must have the same content_hash.
    """
    is_dated = "ingested_at" in wanted.columns
    moment = F.col("ingested_at") if is_dated else F.lit(None).cast("timestamp")
    asked = wanted.select(key, "source", moment.alias("_at"), F.col("content_hash").alias("_wanted"))
    there = held.groupBy(key).agg(F.min("content_hash").alias("_held"))
    state = (
        F.when(F.col("_held").isNull(), "new").when(F.col("_wanted").isNull(), "gone").otherwise("changed")
    )
    compared = checkpoint(
        asked.join(there, key, "full")
        .where("NOT (_wanted <=> _held)")
        .select(key, "source", "_at", state.alias("state"))
    )
    counted = compared.groupBy("source", "state").agg(
        F.count("*").alias("rows"), F.min("_at").alias("oldest")
    )
    rows = counted.collect()
    pending: dict[str, int] = {}
    for row in rows:
        if row["state"] != "gone":
            pending[row["source"]] = pending.get(row["source"], 0) + row["rows"]
    totals = {
        state: sum(row["rows"] for row in rows if row["state"] == state)
        for state in ("new", "changed", "gone")
    }
    oldest = [row["oldest"] for row in rows if row["oldest"] is not None] if is_dated else []
    return Changes(pending, **totals, keys=compared.select(key, "state"), oldest=min(oldest, default=None))


def sync(
    warehouse: Warehouse,
    table: str,
    wanted: DataFrame,
    build: Callable[[DataFrame], DataFrame],
    *,
    run_id: str,
    key: str = "record_id",
    within: str | None = None,
    part: int = 0,
) -> Changes:
    """Make ``table`` hold what is ``wanted``: new rows are appended, changed and gone ones handled in one MERGE.

    ``wanted`` has one row per ``key`` with source and content_hash. ``build`` turns rows of ``wanted`` into rows of
    ``table``, any number per key, each carrying the key's content_hash; it is called at most twice, for new and for
    changed keys. Rows of a changed key that ``build`` does not make again are deleted. ``within`` is a SQL condition
    that limits the comparison to the caller's rows of ``table``. Calls of one run for the same table need different
    ``part`` numbers. The embedded engine, which keeps nothing between queries, writes the differences down first.
    """
    rows = warehouse.read(table)
    held = rows.where(within) if within else rows
    compared = held.select(key, "content_hash")
    if not warehouse.is_embedded:
        changes = compare(wanted, compared, key=key)
        _apply(warehouse, table, wanted, held, build, changes, run_id=run_id, key=key, part=part)
        return changes
    with warehouse.checkpoints() as checkpoint:
        changes = compare(wanted, compared, key=key, checkpoint=checkpoint)
        _apply(warehouse, table, wanted, held, build, changes, run_id=run_id, key=key, part=part)
        return changes


def _apply(
    warehouse: Warehouse,
    table: str,
    wanted: DataFrame,
    held: DataFrame,
    build: Callable[[DataFrame], DataFrame],
    changes: Changes,
    *,
    run_id: str,
    key: str,
    part: int,
) -> None:
    """Write the ``changes`` between ``wanted`` and ``held`` rows of the table."""
    if changes.oldest is not None:
        wanted = wanted.where(F.col("ingested_at") >= F.lit(changes.oldest))
    if changes.new:
        fresh = wanted.join(changes.keys.where("state = 'new'").select(key), key, "left_semi")
        warehouse.append(table, build(fresh), run_id=run_id, part=part)
    if not (changes.changed or changes.gone):
        return
    others = changes.keys.where("state != 'new'")
    old = held.join(others.select(key), key, "left_semi")
    if not changes.changed:
        _merge(warehouse, table, old.limit(0), old)
        return
    again = build(wanted.join(others.where("state = 'changed'").select(key), key, "left_semi"))
    if contract(table).key == (key,):
        gone = held.join(others.where("state = 'gone'").select(key), key, "left_semi")
        _merge(warehouse, table, again, gone if changes.gone else None)
        return
    with warehouse.scratch(contract(table).conform(again), "changed") as built:
        _merge(warehouse, table, built, old.join(built, list(contract(table).key), "left_anti"))


def _merge(warehouse: Warehouse, table: str, rows: DataFrame, gone: DataFrame | None) -> None:
    """MERGE ``rows`` and delete the rows of ``gone``, in one commit."""
    if gone is None:
        warehouse.merge(table, rows)
        return
    columns = contract(table).column_names
    kept, dropped = (
        df.select(*columns, F.lit(flag).alias("is_gone")) for df, flag in ((rows, False), (gone, True))
    )
    warehouse.merge(table, kept.unionByName(dropped), delete="s.is_gone")
