"""Twelve weeks from raw data to a monitored model, as a checklist; the tables show which steps are done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from smelt.tables.without_spark import PlainTables


class Item(NamedTuple):
    """One week: its task, whether it is done, and ``evidence`` for that or else the next command."""

    week: int
    what: str
    is_done: bool
    evidence: str


Look = Callable[[PlainTables, Path], str | None]


class _Step(NamedTuple):
    what: str
    look: Look
    next: str


def roadmap(tables: PlainTables, tuning: Path) -> list[Item]:
    """The items of all weeks; ``tuning`` is the folder of training runs (``tuning.out``)."""
    found = []
    for week, step in enumerate(_STEPS, 1):
        said = step.look(tables, tuning)
        found.append(
            Item(week, step.what, said is not None, said if said is not None else f"next: {step.next}")
        )
    return found


def _rows(table: str, noun: str) -> Look:
    def look(tables: PlainTables, _: Path) -> str | None:
        count = tables.dataset(table).count_rows()
        return f"{count:,} {noun}" if count else None

    return look


def _files(pattern: str, noun: str) -> Look:
    def look(_: PlainTables, tuning: Path) -> str | None:
        count = len(list(tuning.glob(pattern))) if tuning.is_dir() else 0
        return f"{count:,} {noun}" if count else None

    return look


def _gates(tables: PlainTables, _: Path) -> str | None:
    rows = tables.read("gold.quality_reports", ["release", "status"]).to_pylist()
    good = sorted(
        {row["release"] for row in rows} - {row["release"] for row in rows if row["status"] == "fail"}
    )
    return f"release {good[-1]} passes its gates" if good else None


_STEPS = (
    _Step("sources declared, first records taken in", _rows("ops.files", "files taken in"), "smelt run"),
    _Step(
        "personal data replaced and accounted for",
        _rows("silver.pii_findings", "spans replaced"),
        "smelt run",
    ),
    _Step(
        "pairs made, scored, duplicates out", _rows("gold.curated_examples", "accepted pairs"), "smelt run"
    ),
    _Step("people asked", _rows("silver.reviews", "answers of reviewers"), "smelt review sample curated"),
    _Step("a first release", _rows("gold.releases", "releases"), "smelt release"),
    _Step("its report passes the gates", _gates, "smelt report --gate"),
    _Step("base and prompt measured", _files("runs/*/evaluation.json", "evaluations"), "smelt evaluate"),
    _Step("a first adapter trained", _files("runs/*/run.json", "training runs"), "smelt train latest"),
    _Step("handed over and proved", _files("models/*", "models handed over"), "smelt finetune latest"),
    _Step(
        "in production",
        _rows("silver.predictions", "requests in the logs"),
        "monitor.logs, then smelt monitor run",
    ),
    _Step("watched", _rows("gold.monitoring", "figures"), "smelt monitor run"),
    _Step("what comes back is used", _rows("silver.feedback", "pieces of feedback"), "a log of feedback"),
)
