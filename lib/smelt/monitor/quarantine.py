"""Entries of logs that cannot be used: their rows in bronze.quarantined_logs, and their counts for the ledger."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow.dataset as ds

from smelt.identity import stable_id
from smelt.monitor.logs.columns import Reason
from smelt.monitor.logs.config import LogConfig
from smelt.monitor.logs.read import RAW_CHARACTERS, Entry
from smelt.monitor.refused import Refused
from smelt.tables.ledger import Entry as LedgerEntry
from smelt.tables.ledger import Measure, StageResult
from smelt.tables.without_spark import PlainTables

QUARANTINE = "bronze.quarantined_logs"


class Place(NamedTuple):
    """An entry with its log and file."""

    log: LogConfig
    file: str
    entry: Entry
    quarantine_id: str | None = None
    """Id in the quarantine, for an entry that waited there."""


class Books:
    """Counts of entries by log for the ledger, which must balance."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, Measure, str | None]] = Counter()

    def add(self, log: str, measure: Measure, reason: str | None = None, count: int = 1) -> None:
        """Count entries."""
        if count:
            self.counts[(log, measure, reason)] += count

    def result(self) -> StageResult:
        """The counts as ledger entries."""
        entries_ = tuple(
            LedgerEntry(f"log:{log}", measure, reason, count)
            for (log, measure, reason), count in sorted(self.counts.items(), key=str)
        )
        done = StageResult(entries_)
        words = (
            f"{done.total('out'):,} of {done.total('in'):,} entries taken in" if entries_ else "no new log"
        )
        return done._replace(note=words)


class Quarantine:
    """The quarantine of logs. Entries of forgotten customers are counted as rejected and not kept."""

    def __init__(
        self, tables: PlainTables, refused: Refused, books: Books, *, run_id: str, now: dt.datetime
    ) -> None:
        self._tables, self._refused, self._books = tables, refused, books
        self._run_id, self._now = run_id, now

    def add(self, bad: Sequence[tuple[Place, Sequence[str]]]) -> None:
        """Keep entries with their reasons; one that waited there before stays as it is."""
        rows: dict[str, tuple[Any, ...]] = {}
        for place, reasons in bad:
            if place.quarantine_id is not None:
                continue
            log, entry = place.log, place.entry
            raw = (
                entry.raw if entry.fields is None else json.dumps(entry.fields, default=str)[:RAW_CHARACTERS]
            )
            if self._refused.is_refused_line(raw):
                self._books.add(log.name, "rejected", "erased_on_request")
                continue
            self._books.add(log.name, "quarantined", reasons[0])
            key = stable_id(log.name, place.file, entry.position, raw, *reasons)
            rows[key] = (
                key,
                log.name,
                log.holds,
                place.file,
                entry.position,
                raw,
                list(reasons),
                self._now,
                self._run_id,
            )
        if rows:
            held = self._tables.read(
                QUARANTINE, ["quarantine_id"], ds.field("quarantine_id").isin(sorted(rows))
            )
            known = set(held["quarantine_id"].to_pylist())
            self._tables.append_rows(QUARANTINE, [row for key, row in rows.items() if key not in known])

    def waiting(self, log: LogConfig) -> list[Place]:
        """Entries of the log in quarantine that wait for their request."""
        rows = self._tables.read(
            QUARANTINE, where=(ds.field("source") == log.name) & (ds.field("kind") == "feedback")
        )
        found = []
        for row in rows.to_pylist():
            if row["reasons"] != [Reason.UNKNOWN_PREDICTION.value]:
                continue
            try:
                fields = json.loads(row["raw"] or "")
            except ValueError:  # the stored text was cut off
                continue
            entry = Entry(fields, row["raw"], row["source_position"])
            found.append(Place(log, row["source_file"], entry, row["quarantine_id"]))
        return found

    def release(self, places: Sequence[Place]) -> None:
        """Delete the entries of ``places`` that waited there and are used now; they count as read once more."""
        waited = [place for place in places if place.quarantine_id is not None]
        self._tables.delete(QUARANTINE, "quarantine_id", [str(place.quarantine_id) for place in waited])
        for place in waited:
            self._books.add(place.log.name, "in")
