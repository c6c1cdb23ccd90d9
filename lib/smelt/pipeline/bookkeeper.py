"""ops.runs and ops.ledger: written beside the stages, and read to see that a stage has nothing to do.

A commit costs as much as a small stage, so rows are handed to one thread: what waits while a commit is
under way goes into the next one together. :meth:`Bookkeeper.close` returns when all is written. A run that is
killed may lack the rows of its last stages, never rows of their tables: the next run starts from those.
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
    standing: str | None


class TakesRows(Protocol):
    """What the books are written to: a warehouse by Spark, or tables without it."""

    def append_rows(self, table: str, rows: Sequence[Sequence[Any]], /) -> None:
        """Append rows, values in the order of the contract's columns."""


class Bookkeeper:
    """Takes the rows of one run. Use it as a context manager, or close it."""

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
        standing: str | None = None,
    ) -> None:
        """Note a finished stage; written at once where it did something, with the next ones where it did not."""
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
            dt.datetime.now(dt.timezone.utc),
            *counts,
            said,
            __version__,
            standing,
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
        """Write what is left and wait; raises what a commit raised."""
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
    """All that decides whether a stage has anything to do, but the versions of the tables that it writes.

    Those of the tables that it reads are asked for before it runs; then there are the settings, the code, and what
    ``external_inputs`` of the stage names beside them. A stage that answers None there must always look for itself.
    """

    warehouse: Warehouse
    written: Sequence[str]
    parts: tuple[object, ...] | None

    @classmethod
    def before(cls, stage: Stage, warehouse: Warehouse, config: SmeltConfig) -> StageFingerprint:
        """What is known before ``stage`` runs."""
        external = stage.external_inputs(config)
        if external is None:
            return cls(warehouse, stage.WRITES, None)
        settings = fingerprint(*deciding(config))
        if stage.STAGE in RULES:
            settings = with_rules(stage.STAGE, settings)
        read = warehouse.versions(stage.READS)
        return cls(warehouse, stage.WRITES, (stage.STAGE, __version__, settings, *external, *read))

    def now(self) -> str | None:
        """The digest with the tables that the stage writes as they are at this moment."""
        return None if self.parts is None else stable_id(*self.parts, *self.warehouse.versions(self.written))


def last_fingerprints(warehouse: Warehouse) -> dict[str, str]:
    """Stage -> what it stood at when it last ended well."""
    ended = [
        row
        for row in warehouse.collect(RUNS, "stage", "state", "standing", "ended_at", "run_id")
        if row["state"] == "done" and row["standing"] is not None
    ]
    ended.sort(key=lambda row: (row["ended_at"], row["run_id"]))
    return {row["stage"]: row["standing"] for row in ended}
