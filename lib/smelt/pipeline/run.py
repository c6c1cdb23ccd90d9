"""Runs the stages in their order, keeps the ledger, and survives a crash at any point.

A stage reads what its inputs hold and its output does not (see :func:`pending`), so a run that was killed
is finished by the next one, whatever it had already written.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from threading import Event
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from smelt.config import SmeltConfig
from smelt.errors import SmeltError
from smelt.pipeline.bookkeeper import LEDGER, RUNS, Bookkeeper, Standing, standings
from smelt.tables.ledger import StageResult, check_balance
from smelt.tables.warehouse import Warehouse

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

STAGES = (
    "ingest",
    "conversations",
    "pii_findings",
    "examples",
    "records",
    "scores",
    "duplicates",
    "curated_examples",
)
"""Modules of smelt.jobs in the order in which data flows through them; a release follows by itself."""

BESIDE = ("pii_findings",)
"""Those that no other stage waits for, but a release: its manifest stands for a finished audit."""


@dataclass(frozen=True)
class Job:
    """What a job's ``run`` is given."""

    spark: SparkSession
    config: SmeltConfig
    warehouse: Warehouse
    run_id: str
    release: str | None = None
    """Name that was asked for, where a release is to be made."""
    predecessor: str | None = None
    """Release that it follows, less the records that were erased since."""
    started_at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.timezone.utc))


class StageReport(NamedTuple):
    """One finished stage of a run."""

    stage: str
    result: StageResult
    seconds: float


def new_run_id() -> str:
    """Sortable by time, unique: 20261124T093000-1f2e3d4c."""
    return f"{dt.datetime.now(dt.timezone.utc):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"


def open_job(
    config: SmeltConfig,
    *,
    run_id: str | None = None,
    release: str | None = None,
    predecessor: str | None = None,
    spark: SparkSession | None = None,
) -> Job:
    """A job over the configured warehouse, in the session that fits where this runs."""
    from smelt.spark.session import get_session

    spark = spark or get_session(config.spark)
    place = config.warehouse
    warehouse = Warehouse(spark, root=place.root, catalog=place.catalog, schema_prefix=place.schema_prefix)
    return Job(spark, config, warehouse, run_id or new_run_id(), release, predecessor)


def load_stage(stage: str) -> ModuleType:
    """The job module of a stage."""
    return import_module(f"smelt.jobs.{stage}")


def run_stages(
    job: Job, stages: Sequence[str] = STAGES, *, on_start: Callable[[str], None] = lambda stage: None
) -> Iterator[StageReport]:
    """Run ``stages`` in turn and yield a report of each; a failure is recorded in ops.runs and raised.

    All tables that exist are compared with their contracts first. A stage whose inputs, outputs and settings
    stand as it left them is passed over. Stages of BESIDE run beside those that follow them, and are reported
    when they are done, before a release at the latest.
    """
    job.warehouse.check_writable()
    tables = [*(table for stage in stages for table in load_stage(stage).WRITES), RUNS, LEDGER]
    job.warehouse.check(*tables)
    before = standings(job.warehouse)
    with (
        _creating_ahead(job.warehouse, tables),
        Bookkeeper(job.warehouse, job.run_id) as books,
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="beside") as beside,
    ):
        waiting: list[Future[StageReport]] = []
        for stage in stages:
            if stage in BESIDE:
                waiting.append(beside.submit(_run_stage, job, stage, books, before.get(stage)))
                continue
            if stage not in STAGES:
                yield from (report.result() for report in waiting)
                waiting = []
            on_start(stage)
            yield _run_stage(job, stage, books, before.get(stage))
            done = [report for report in waiting if report.done()]
            waiting = [report for report in waiting if report not in done]
            yield from (report.result() for report in done)
        yield from (report.result() for report in waiting)


@contextlib.contextmanager
def _creating_ahead(warehouse: Warehouse, tables: Sequence[str]) -> Iterator[None]:
    """Missing tables are made one after the other while the first stages work, and leave a core free at times.

    What goes wrong there goes wrong again, and is raised, where a stage asks for its table.
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


def run_stage(job: Job, stage: str) -> StageReport:
    """Run one stage, balance it, and write it to ops.ledger and ops.runs."""
    with Bookkeeper(job.warehouse, job.run_id) as books:
        return _run_stage(job, stage, books, None)


def _run_stage(job: Job, stage: str, books: Bookkeeper, before: str | None) -> StageReport:
    began, clock = dt.datetime.now(dt.timezone.utc), time.monotonic()
    module = load_stage(stage)
    try:
        standing = Standing.before(module, job.warehouse, job.config)
        if before is not None and before == standing.now():
            after: str | None = before
            result = StageResult(note="nothing new")
        else:
            result = module.run(job)
            check_balance(stage, result.entries)
            after = standing.now()
    except Exception as error:
        books.enter(stage, "failed", began, StageResult(), note=_reason(error))
        raise
    books.enter(stage, "done", began, result, standing=after)
    return StageReport(stage, result, time.monotonic() - clock)


def pending(inputs: DataFrame, done: DataFrame, *, key: str, version: str = "content_hash") -> DataFrame:
    """Rows of ``inputs`` whose (``key``, ``version``) ``done`` does not hold; reads narrow columns of ``done``."""
    return inputs.join(done.select(key, version).distinct(), [key, version], "left_anti")


def run_as_script(stage: str) -> None:
    """Let a job file run on its own: ``spark-submit jobs/scores.py --conf-file my.yaml --set key=value``."""
    import argparse
    import sys

    from smelt.config import load_config

    parser = argparse.ArgumentParser(description=load_stage(stage).__doc__)
    parser.add_argument(
        "--conf-file", action="append", default=[], help="YAML configuration; may be repeated"
    )
    parser.add_argument("--env", default=None, help="overlay conf/ENV.yaml")
    parser.add_argument(
        "--set", action="append", default=[], dest="settings", help="key=value; may be repeated"
    )
    given = parser.parse_args()
    try:
        job = open_job(load_config(given.conf_file, environment=given.env, settings=given.settings))
        for report in run_stages(job, [stage]):
            print(f"{report.stage}: in {report.result.total('in'):,}, out {report.result.total('out'):,}")
    except SmeltError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


def _reason(error: Exception) -> str:
    """The kind of failure; never the message of a foreign error, which may quote a record."""
    return str(error).splitlines()[0] if isinstance(error, SmeltError) else type(error).__name__
