"""Runs the stages in order and keeps the ledger; a run may be killed at any point.

A stage compares its inputs with its output (:mod:`smelt.tables.increment`), so the next run finishes what a killed one
left, whatever had been written.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import NamedTuple

from smelt.errors import ConfigError, SmeltError
from smelt.pii.keys import load_keys
from smelt.pipeline.bookkeeper import LEDGER, RUNS, Bookkeeper, StageFingerprint, last_fingerprints
from smelt.pipeline.job import Job
from smelt.pipeline.stage import Stage
from smelt.privacy.erasure import sweep as erasures
from smelt.privacy.erasure.sweep import STAGE as ERASURES
from smelt.privacy.key_checks import check_keys, note_keys
from smelt.tables import workers
from smelt.tables.ledger import STAGES, StageResult, check_balance
from smelt.tables.warehouse import Warehouse

BACKGROUND = ("pii_findings",)
"""Stages that run in the background: no other stage waits for them, only a release, which needs the finished audit."""


WRITE_WITH_KEY = ("conversations", "records")
"""Stages whose rows depend on the pseudonymisation key."""

WITH_EVERY_RUN = ("ops.erasures", "ops.key_checks", "gold.releases")
"""Tables that are compared with their contracts in every run, whatever its stages."""


class StageReport(NamedTuple):
    """One finished stage of a run."""

    stage: str
    result: StageResult
    seconds: float


def run_stages(
    job: Job, stages: Sequence[Stage], *, on_start: Callable[[str], None] = lambda stage: None
) -> Iterator[StageReport]:
    """Run ``stages`` in turn and yield a report of each; a failure is recorded in ops.runs and re-raised.

    The run holds the warehouse's lease from the first stage to the last; raises WarehouseBusy if another process has
    it. All existing tables are compared with their contracts first (ContractError). A stage whose fingerprint is
    unchanged since it last succeeded is skipped. BACKGROUND stages run in parallel with the following ones and are
    reported when done, at the latest before a release.
    """
    with job.warehouse.writing(f"run {job.run_id}"):
        yield from _run_stages(job, stages, on_start)


def _run_stages(job: Job, stages: Sequence[Stage], on_start: Callable[[str], None]) -> Iterator[StageReport]:
    job.warehouse.sweep_scratch(
        dt.timedelta()
    )  # with the lease held, every temporary table is an abandoned one
    _check_keys(job, stages)
    tables = [*(table for stage in stages for table in stage.WRITES), RUNS, LEDGER, *WITH_EVERY_RUN]
    job.warehouse.check(*tables, *(table for stage in stages for table in stage.READS))
    before = last_fingerprints(job.warehouse)
    with (
        _creating_ahead(job.warehouse, tables),
        Bookkeeper(job.warehouse, job.run_id) as books,
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="background") as background,
    ):
        _sweep_erased(job, books, before.get(ERASURES))
        waiting: list[Future[StageReport]] = []
        for stage in stages:
            if stage.STAGE in BACKGROUND:
                waiting.append(background.submit(_run_stage, job, stage, books, before.get(stage.STAGE)))
                continue
            if stage.STAGE not in STAGES:
                yield from (report.result() for report in waiting)
                waiting = []
            on_start(stage.STAGE)
            yield _run_stage(job, stage, books, before.get(stage.STAGE))
            workers.end_large()
            done = [report for report in waiting if report.done()]
            waiting = [report for report in waiting if report not in done]
            yield from (report.result() for report in done)
        yield from (report.result() for report in waiting)
        _note_sweep(job, books, before.get(ERASURES))


def _check_keys(job: Job, stages: Sequence[Stage]) -> None:
    """Raise unless the configured key is the warehouse's; a missing key is allowed if no stage writes with it."""
    try:
        ring = load_keys(job.config.pii.key)
    except ConfigError:
        if any(stage.STAGE in WRITE_WITH_KEY for stage in stages):
            raise
        return
    check_keys(job.warehouse, ring)
    if any(stage.STAGE in WRITE_WITH_KEY for stage in stages):
        note_keys(job.warehouse, ring, job.run_id)


def _sweep_erased(job: Job, books: Bookkeeper, before: str | None) -> None:
    """Delete erased records that came back, before any stage reads them."""
    now = erasures.fingerprint(job.warehouse)
    if now is None or now == before:
        return
    began = dt.datetime.now(dt.UTC)
    found = erasures.sweep(job.warehouse, job.config.pii.key)
    if found:
        note = f"{found:,} erased records had come back and were deleted again"
        books.enter(ERASURES, "done", began, StageResult(note=note))


def _note_sweep(job: Job, books: Bookkeeper, before: str | None) -> None:
    """Record that the warehouse holds nothing erased as of this run, so that the next one can skip the sweep."""
    now = erasures.fingerprint(job.warehouse)
    if now is not None and now != before:
        moment = dt.datetime.now(dt.UTC)
        books.enter(ERASURES, "done", moment, StageResult(), fingerprint=now)


@contextlib.contextmanager
def _creating_ahead(warehouse: Warehouse, tables: Sequence[str]) -> Iterator[None]:
    """Create missing tables in the background while the first stages leave a core idle.

    Errors are ignored here: they recur and are raised when a stage creates its table.
    """
    stopped = Event()

    def create() -> None:
        for table in tables:
            if stopped.is_set():
                return
            warehouse.create(table)

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="creating-ahead") as pool:
        pool.submit(create)
        try:
            yield
        finally:
            stopped.set()


def run_stage(job: Job, stage: Stage) -> StageReport:
    """Run one stage, check its balance, and write it to ops.ledger and ops.runs."""
    with (
        job.warehouse.writing(f"{stage.STAGE} of run {job.run_id}"),
        Bookkeeper(job.warehouse, job.run_id) as books,
    ):
        return _run_stage(job, stage, books, None)


def _run_stage(job: Job, stage: Stage, books: Bookkeeper, before: str | None) -> StageReport:
    began, clock = dt.datetime.now(dt.UTC), time.monotonic()
    name = stage.STAGE
    try:
        fingerprint = StageFingerprint.before(stage, job.warehouse, job.config)
        if before is not None and before == fingerprint.now():
            after: str | None = before
            result = StageResult(note="nothing new")
        else:
            result = stage.run(job)
            check_balance(name, result.entries)
            after = fingerprint.now()
    except Exception as error:
        books.enter(name, "failed", began, StageResult(), note=_reason(error))
        raise
    books.enter(name, "done", began, result, fingerprint=after)
    return StageReport(name, result, time.monotonic() - clock)


def _reason(error: Exception) -> str:
    """The first line of a SmeltError, else only the error's class: messages of other errors may quote a record."""
    return str(error).splitlines()[0] if isinstance(error, SmeltError) else type(error).__name__
