"""The ledger: how many records each stage read, wrote, rejected and quarantined, by source and reason.

Every stage must balance, source by source: in = out + rejected + quarantined. Otherwise the run fails, since a record
was lost or duplicated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from smelt.errors import LedgerImbalance

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

STAGES = (
    "ingest",
    "conversations",
    "pii_findings",
    "records",
    "examples",
    "scores",
    "duplicates",
    "curated_examples",
)
"""Modules of smelt.jobs in the order in which data flows through them; releases are made by a command of their own."""

Measure = Literal["in", "out", "rejected", "quarantined"]


class Entry(NamedTuple):
    """One count of records. A rejected record is counted once, under its first reason, so that the sum balances."""

    source: str
    measure: Measure
    reason: str | None
    count: int  # type: ignore[assignment]  # tuple has a method of this name that nobody needs here


class StageResult(NamedTuple):
    """A stage's ledger entries, empty when there was nothing to do, and a note for ops.runs."""

    entries: tuple[Entry, ...] = ()
    note: str = ""

    def total(self, measure: Measure) -> int:
        """The sum of one measure over all sources and reasons."""
        return sum(entry.count for entry in self.entries if entry.measure == measure)


def check_balance(stage: str, entries: Iterable[Entry]) -> None:
    """Raise LedgerImbalance naming every source whose input is not accounted for."""
    sums: Mapping[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for entry in entries:
        sums[entry.source][entry.measure] += entry.count
    problems = [
        f"{source}: in {by['in']:,} = out {by['out']:,} + rejected {by['rejected']:,}"
        f" + quarantined {by['quarantined']:,} does not hold"
        for source, by in sorted(sums.items())
        if by["in"] != by["out"] + by["rejected"] + by["quarantined"]
    ]
    if problems:
        raise LedgerImbalance(f"the ledger of stage {stage} does not balance", problems)


def balance_of(rows: DataFrame, reason: Column | None = None) -> tuple[Entry, ...]:
    """Ledger entries of a stage that read ``rows`` (column source) and rejected those whose ``reason`` is not null.

    All rows count as "in", those without a reason as "out". Without ``reason``, no row was rejected.
    """
    from pyspark.sql import functions as F

    said = F.lit(None) if reason is None else reason
    counted = rows.groupBy("source", said.cast("string").alias("reason")).count().collect()
    totals: dict[str, int] = {}
    entries: list[Entry] = []
    for row in counted:
        totals[row["source"]] = totals.get(row["source"], 0) + row["count"]
        measure: Measure = "out" if row["reason"] is None else "rejected"
        entries.append(Entry(row["source"], measure, row["reason"], row["count"]))
    return (*(Entry(source, "in", None, count) for source, count in totals.items()), *entries)


def first_reason(rejections: str = "rejections") -> Column:
    """The first entry of an array of reasons; null where it is empty."""
    from pyspark.sql import functions as F

    return F.get(rejections, F.lit(0))
