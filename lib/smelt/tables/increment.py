"""One comparison for every incremental stage: what its output lacks, holds as it was, or should hold no longer.

State is compared, not a watermark: a run that was killed anywhere is finished by the next one. The
comparison reads keys and hashes only; ``ingested_at`` of the oldest pending row then lets Delta skip the
files that hold nothing of interest, so a night's work costs what is new.
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
    """How the rows that are wanted differ from those that a table holds, counted in keys."""

    pending: Mapping[str, int]
    """By source: those that the table lacks, and those that it holds otherwise."""
    new: int
    changed: int
    gone: int
    """Keys that the table holds and nobody wants."""
    keys: DataFrame
    """The key, and ``state``: new, changed or gone."""
    oldest: Any = None
    """The least ingested_at of the pending rows, where they have one."""

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)

    @property
    def note(self) -> str:
        """In words, for ops.runs."""
        return f"+{self.new:,} -{self.gone:,} changed {self.changed:,}"


def versioned(content_hash: Column, settings: str) -> Column:
    """Hash of an input row and of the settings that make an output row of it: 32 hex digits."""
    return F.substring(F.sha2(F.concat_ws("|", content_hash, F.lit(settings)), 256), 1, 32)


def compare(wanted: DataFrame, held: DataFrame, *, key: str = "record_id") -> Changes:
    """Compare by ``key`` and content_hash.

    ``wanted`` has one row a key, with source and, if it is to be read from its oldest pending row on, ingested_at.
    ``held`` may have several rows a key, all of one content_hash.
    """
    is_dated = "ingested_at" in wanted.columns
    moment = F.col("ingested_at") if is_dated else F.lit(None).cast("timestamp")
    asked = wanted.select(key, "source", moment.alias("_at"), F.col("content_hash").alias("_wanted"))
    there = held.groupBy(key).agg(F.min("content_hash").alias("_held"))
    state = (
        F.when(F.col("_held").isNull(), "new").when(F.col("_wanted").isNull(), "gone").otherwise("changed")
    )
    compared = (
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
    """Bring ``table`` to what is ``wanted``: new rows are appended; changed and gone ones go into one MERGE.

    ``wanted`` has one row a ``key`` with source and the content_hash that the rows of ``table`` made of it carry;
    ``build`` makes those rows, any number a key, of such rows, and is called once or twice, or not at all. Rows of a
    changed key that are not made again are deleted. ``within`` is a condition on the rows of ``table`` that are
    looked at, where others are none of the caller's; each call of a run for one table has a ``part`` of its own.
    """
    rows = warehouse.read(table)
    held = rows.where(within) if within else rows
    changes = compare(wanted, held.select(key, "content_hash"), key=key)
    if changes.oldest is not None:
        wanted = wanted.where(F.col("ingested_at") >= F.lit(changes.oldest))
    if changes.new:
        fresh = wanted.join(changes.keys.where("state = 'new'").select(key), key, "left_semi")
        warehouse.append(table, build(fresh), run_id=run_id, part=part)
    if not (changes.changed or changes.gone):
        return changes
    others = changes.keys.where("state != 'new'")
    old = held.join(others.select(key), key, "left_semi")
    if not changes.changed:
        _merge(warehouse, table, old.limit(0), old)
        return changes
    again = build(wanted.join(others.where("state = 'changed'").select(key), key, "left_semi"))
    if contract(table).key == (key,):
        gone = held.join(others.where("state = 'gone'").select(key), key, "left_semi")
        _merge(warehouse, table, again, gone if changes.gone else None)
        return changes
    with warehouse.scratch(contract(table).conform(again), "changed") as built:
        _merge(warehouse, table, built, old.join(built, list(contract(table).key), "left_anti"))
    return changes


def _merge(warehouse: Warehouse, table: str, rows: DataFrame, gone: DataFrame | None) -> None:
    """MERGE ``rows`` and delete those that are ``gone``, in one commit."""
    if gone is None:
        warehouse.merge(table, rows)
        return
    columns = contract(table).column_names
    kept, dropped = (
        df.select(*columns, F.lit(flag).alias("is_gone")) for df, flag in ((rows, False), (gone, True))
    )
    warehouse.merge(table, kept.unionByName(dropped), delete="s.is_gone")
