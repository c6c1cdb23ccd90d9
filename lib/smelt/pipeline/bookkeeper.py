"""Writes ops.runs and ops.ledger in the background, and reads there whether a stage has nothing to do.

A commit costs as much as a small stage, so one thread does the commits, and rows that arrive during one go into the
next together. :meth:`Bookkeeper.close` returns when everything is written. A killed run may lack ops rows of its last
stages, though their tables are written; the next run compares tables, so it loses nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from smelt import __version__
from smelt.config import SmeltConfig, deciding
from smelt.identity import fingerprint, stable_id
from smelt.tables.ledger import StageResult
from smelt.tables.rules import RULES, with_rules

if TYPE_CHECKING:
    from smelt.pipeline.stage import Stage
    from smelt.tables.warehouse import Warehouse

RUNS, LEDGER = "ops.runs", "ops.ledger"


class RunRow(NamedTuple):
    """A row of ops.runs."""

    run_id: str
    stage: str
    state: str
    started_at: dt.datetime
    ended_at: dt.datetime
    rows_in: int
    rows_out: int
    rows_rejected: int
    rows_quarantined: int
    note: str
    code_version: str
    fingerprint: str | None


class TakesRows(Protocol):
    """Where the rows are written: a Warehouse, or PlainTables without Spark."""

    def append_rows(self, table: str, rows: Sequence[Sequence[Any]], /) -> None:
        """Append rows, values in the order of the contract's columns."""


class Bookkeeper:
    """Collects and writes the ops rows of one run. Use it as a context manager, or call ``close``."""

    def __init__(self, warehouse: TakesRows, run_id: str) -> None:
        self._warehouse, self._run_id = warehouse, run_id
        self._runs: list[RunRow] = []
        self._entries: list[tuple[str, str, str, str, str | None, int]] = []
        self._lock = Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bookkeeper")
        self._commits: list[Future[None]] = []

    def __enter__(self) -> Bookkeeper:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def enter(
        self,
        stage: str,
        state: str,
        began: dt.datetime,
        result: StageResult,
        *,
        note: str | None = None,
        fingerprint: str | None = None,
    ) -> None:
        """Record a finished stage.

        Its rows are written at once if it changed something, else together with later ones.
        """
        counts = (
            result.total("in"),
            result.total("out"),
            result.total("rejected"),
            result.total("quarantined"),
        )
        said = result.note if note is None else note
        row = RunRow(
            self._run_id,
            stage,
            state,
            began,
            dt.datetime.now(dt.UTC),
            *counts,
            said,
            __version__,
            fingerprint,
        )
        with self._lock:
            self._runs.append(row)
            self._entries += [
                (self._run_id, stage, entry.source, entry.measure, entry.reason, int(entry.count))
                for entry in result.entries
                if entry.count
            ]
        if result.entries or state != "done":
            self._commits.append(self._thread.submit(self._write))

    def close(self) -> None:
        """Write the remaining rows and wait; re-raises the error of any failed commit."""
        self._commits.append(self._thread.submit(self._write))
        self._thread.shutdown(wait=True)
        for commit in self._commits:
            commit.result()

    def _write(self) -> None:
        with self._lock:
            runs, self._runs = self._runs, []
            entries, self._entries = self._entries, []
        self._warehouse.append_rows(LEDGER, entries)
        self._warehouse.append_rows(RUNS, runs)


class StageFingerprint(NamedTuple):
    """Everything that decides whether a stage has work, apart from the versions of the tables that it writes.

    ``parts``: versions of the tables that the stage reads, taken before it runs, settings, code version, and the
    stage's ``external_inputs``; None if those are None, i.e. the stage must always run.
    """

    warehouse: Warehouse
    written: Sequence[str]
    parts: tuple[object, ...] | None

    @classmethod
    def before(cls, stage: Stage, warehouse: Warehouse, config: SmeltConfig) -> StageFingerprint:
        """The fingerprint's parts as they are before ``stage`` runs."""
        external = stage.external_inputs(config)
        if external is None:
            return cls(warehouse, stage.WRITES, None)
        settings = fingerprint(*deciding(config))
        if stage.STAGE in RULES:
            settings = with_rules(stage.STAGE, settings)
        read = warehouse.versions(stage.READS)
        return cls(warehouse, stage.WRITES, (stage.STAGE, __version__, settings, *external, *read))

    def now(self) -> str | None:
        """The digest that includes the current versions of the tables that the stage writes; None if the stage must
        run."""
        return None if self.parts is None else stable_id(*self.parts, *self.warehouse.versions(self.written))


def last_fingerprints(warehouse: Warehouse) -> dict[str, str]:
    """Stage -> its fingerprint when it last succeeded."""
    ended = [
        row
        for row in warehouse.collect(RUNS, "stage", "state", "standing", "ended_at", "run_id")
        if row["state"] == "done" and row["standing"] is not None
    ]
    ended.sort(key=lambda row: (row["ended_at"], row["run_id"]))
    return {row["stage"]: row["standing"] for row in ended}
