"""bronze.*: parsed records of the configured sources' files, with identities; unusable entries are quarantined.

A run stages new entries in bronze.arrivals, decides whether each is new, updated, unchanged or superseded, and then
writes bronze. Files are recorded in ops.files only at the end, after bronze was verified against the counts. As every
decision compares with the content of bronze, the next run finishes one that was killed anywhere.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.errors import LedgerImbalance
from smelt.external.policy import checked
from smelt.intake import clock
from smelt.intake.arrivals import (
    AHEAD,
    DISPOSITIONS,
    HELD,
    NEW,
    OLDER,
    PLACE,
    QUARANTINED,
    SUPERSEDED,
    UPDATED,
    balance,
    dispositions,
    good,
    quarantine,
)
from smelt.intake.columns import PARSED_DDL
from smelt.intake.landing import prepare
from smelt.intake.parsing import Limits
from smelt.intake.taken_files import FILES, MARK, Wanted, marks_of, not_taken_in
from smelt.intake.transport import Wave, damaged_files, waves
from smelt.jobs import load_stage
from smelt.pipeline.job import Job
from smelt.pipeline.script import run_as_script
from smelt.privacy.erasure.refusal import REFUSED, refusals, without_refused
from smelt.tables.contract import contract
from smelt.tables.ledger import Entry, Measure, StageResult, check_balance
from smelt.tables.union import union

STAGE = "ingest"
KINDS = ("tickets", "chats", "transcripts", "articles", "external")
ARRIVALS = "bronze.arrivals"
READS = (FILES, "ops.erasures")
WRITES = (ARRIVALS, *(f"bronze.{kind}" for kind in KINDS), "bronze.quarantine", FILES)

_MEASURES: Mapping[str, Measure] = {
    "in": "in",
    SUPERSEDED: "rejected",
    OLDER: "rejected",
    QUARANTINED: "quarantined",
}
_BROADCAST_ROWS = 200_000


def external_inputs(config: SmeltConfig) -> None:
    """None: the landing folder must always be listed."""


def build(parsed: DataFrame, *, ingested_at: dt.datetime, run_id: str) -> DataFrame:
    """Rows of bronze.arrivals from parsed rows (columns PARSED)."""
    moment = F.timestamp_micros(F.lit(int(ingested_at.timestamp() * 1_000_000)))
    return parsed.withColumns({"ingested_at": moment, "run_id": F.lit(run_id)})


def run(job: Job) -> StageResult:
    """Ingest the files that are not in ops.files yet; the ledger counts each of their entries once."""
    sources = job.config.intake.sources
    checked(job.config.external, sources, job.config.intake.location)
    with ThreadPoolExecutor(max_workers=4) as pool:
        readings = list(pool.map(lambda source: prepare(job.spark, job.config.intake, source), sources))
    taken = job.warehouse.collect(FILES, *MARK, "ingested_at")
    wanted = not_taken_in(taken, readings)
    problems = [reading.problem for reading in readings if reading.problem]
    if not readings:
        return StageResult(note="no sources are configured: see intake.sources")
    if not wanted:
        return StageResult(note="; ".join(["nothing new", *problems]))
    written = (file.modified for _, files in wanted for file in files)
    known = clock.latest_known(job.started_at, written, (file["ingested_at"] for file in taken))
    _stage(job, wanted, known + dt.timedelta(days=1))
    refused = _refuse_erased(job)
    written_entries, ahead = _write(job, {reading.source.kind for reading, _ in wanted})
    entries = refused + written_entries
    check_balance(STAGE, entries)
    behind = clock.problem_of(job.started_at, known)
    if behind is not None:
        problems.append(behind)
    else:
        marks = marks_of(wanted, ahead)
        job.warehouse.append_rows(FILES, [(*mark, job.started_at, job.run_id) for mark in marks])
    if ahead:
        problems.append(
            f"{len(ahead):,} files hold times after this machine's clock, which were left empty; they are not"
            " marked as read, and will be read again"
        )
    job.warehouse.clear(ARRIVALS)
    files = sum(len(new) for _, new in wanted)
    return StageResult(tuple(entries), "; ".join([f"{files:,} files", *problems]))


def _stage(job: Job, wanted: Wanted, latest: dt.datetime) -> None:
    """Replace bronze.arrivals by the entries of the files; times of records after ``latest`` count as errors."""
    limits = Limits.of(job.config.intake, latest)
    try:
        _stage_but(job, wanted, limits, frozenset())
    except Exception:
        damaged = damaged_files(job.spark, wanted, limits)
        if not damaged:
            raise
        _stage_but(job, wanted, limits, damaged)


def _stage_but(job: Job, wanted: Wanted, limits: Limits, damaged: Collection[str]) -> None:
    """:func:`_stage`, with one bad entry for each file in ``damaged``."""
    refused = refusals(job.warehouse, job.config.pii.key)
    task_bytes = job.config.intake.task_bytes
    for number, wave in enumerate(waves(job.spark, wanted, limits, task_bytes, damaged)):
        parsed = wave.rows if refused is None else wave.rows.mapInArrow(without_refused(refused), PARSED_DDL)
        rows = build(parsed, ingested_at=job.started_at, run_id=job.run_id)
        with _batches_of(job.spark, wave):
            if number == 0:
                job.warehouse.replace_where(ARRIVALS, rows, "kind IS NOT NULL")
            else:
                job.warehouse.append(ARRIVALS, rows)


def _arrivals(job: Job) -> DataFrame:
    """This run's rows of bronze.arrivals, without refused ones."""
    return _staged(job).where(~_is_refused())


def _staged(job: Job) -> DataFrame:
    return job.warehouse.read(ARRIVALS).where(F.col("run_id") == job.run_id)


def _is_refused() -> Column:
    return F.array_contains("reasons", REFUSED)


def _refuse_erased(job: Job) -> list[Entry]:
    """Count the refused entries, which were erased on request and arrived again; only their counts were staged."""
    if not job.warehouse.collect("ops.erasures", "erasure_id"):
        return []
    counted = _staged(job).where(_is_refused()).groupBy("source").count().collect()
    read = [Entry(row["source"], "in", None, row["count"]) for row in counted]
    return read + [Entry(row["source"], "rejected", REFUSED, row["count"]) for row in counted]


def _write(job: Job, kinds: Collection[str]) -> tuple[list[Entry], set[tuple[str, str]]]:
    """Write bronze from bronze.arrivals, kind by kind, and count the dispositions of all entries.

    Also returns (source, file) of files with times slightly in the future.
    """
    warehouse = job.warehouse
    arrivals = _arrivals(job)
    stored = [warehouse.read(f"bronze.{kind}").select(*HELD) for kind in kinds]
    decided = dispositions(arrivals, union(stored))
    found = balance(arrivals, decided).collect()
    counted = [row for row in found if row["measure"] != AHEAD]
    ahead = {(row["source"], row["reason"]) for row in found if row["measure"] == AHEAD}
    totals: dict[str, Counter[str]] = {}
    for row in counted:
        totals.setdefault(row["kind"], Counter())[row["measure"]] += row["count"]
    tasks: list[Callable[[], None]] = [partial(_write_kind, job, kind, totals[kind]) for kind in totals]
    if any(counts[QUARANTINED] for counts in totals.values()):
        tasks.append(partial(_write_quarantine, job))
    with ThreadPoolExecutor(max_workers=4) as pool:
        for done in [pool.submit(task) for task in tasks]:
            done.result()
    _verify(job, kinds, totals)
    entries = [
        Entry(
            row["source"],
            _MEASURES.get(row["measure"], "out"),
            row["reason"] or _reason(row["measure"]),
            row["count"],
        )
        for row in counted
    ]
    return entries, ahead


def _reason(measure: str) -> str | None:
    return None if measure == "in" else measure


def _write_quarantine(job: Job) -> None:
    found = quarantine(_arrivals(job), job.warehouse.read("bronze.quarantine"))
    job.warehouse.append("bronze.quarantine", found)


def _write_kind(job: Job, kind: str, totals: Counter[str]) -> None:
    table = f"bronze.{kind}"
    arrivals = _arrivals(job).where(F.col("kind") == kind)
    decided = dispositions(arrivals, job.warehouse.read(table).select(*HELD))
    rows = good(arrivals).select(*contract(table).column_names)
    if totals[UPDATED]:
        job.warehouse.merge(table, _with(rows, decided, UPDATED, totals))
    if totals[NEW]:
        job.warehouse.append(table, _with(rows, decided, NEW, totals))


def _with(rows: DataFrame, decided: DataFrame, disposition: str, totals: Counter[str]) -> DataFrame:
    """The rows of one disposition, by a broadcast join if either side is small, to avoid shuffling texts."""
    others = sum(totals[other] for other in DISPOSITIONS) - totals[disposition]
    if not others:
        return rows
    is_it = F.col("disposition") == disposition
    if others <= _BROADCAST_ROWS:
        return rows.join(F.broadcast(decided.where(~is_it).select(*PLACE)), list(PLACE), "left_anti")
    chosen = decided.where(is_it).select(*PLACE)
    few = totals[disposition] <= _BROADCAST_ROWS
    return rows.join(F.broadcast(chosen) if few else chosen, list(PLACE), "left_semi")


def _verify(job: Job, kinds: Collection[str], totals: Mapping[str, Counter[str]]) -> None:
    """Raise LedgerImbalance unless bronze holds every counted entry, each key once."""
    arrivals = _arrivals(job)
    stored = [job.warehouse.read(f"bronze.{kind}").select(*HELD) for kind in kinds]
    decided = dispositions(arrivals, union(stored))
    left = {row["disposition"]: row["count"] for row in decided.groupBy("disposition").count().collect()}
    counted = sum(counts[each] for counts in totals.values() for each in DISPOSITIONS)
    missing = left.get(NEW, 0) + left.get(UPDATED, 0)
    problems = [f"{missing:,} records were counted and not written"] if missing else []
    if sum(left.values()) != counted:
        problems += [f"{sum(left.values()) - counted:,} rows of bronze have the key of another"]
    if any(counts[QUARANTINED] for counts in totals.values()):
        lost = quarantine(arrivals, job.warehouse.read("bronze.quarantine")).count()
        problems += [f"{lost:,} bad entries are not in quarantine"] if lost else []
    if problems:
        raise LedgerImbalance("bronze does not hold what was read; no file is marked as taken in", problems)


@contextlib.contextmanager
def _batches_of(spark: SparkSession, wave: Wave) -> Iterator[None]:
    """Set the Arrow batch size for a wave while it is written, then restore the session's setting."""
    key = "spark.sql.execution.arrow.maxRecordsPerBatch"
    before = spark.conf.get(key, "10000") or "10000"
    try:
        spark.conf.set(key, str(wave.batch_rows))
    except Exception:  # serverless does not allow this setting and uses its own batch size
        yield
        return
    try:
        yield
    finally:
        spark.conf.set(key, before)


if __name__ == "__main__":
    run_as_script(load_stage(STAGE))
