"""The erasure itself: certificate, deletion from the last table to the first, completed certificate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from smelt.errors import SmeltError
from smelt.pii.keys import KeyRing
from smelt.privacy.erasure.certificates import Certificate, read_certificates, write_certificates
from smelt.privacy.erasure.hashes import erasure_id, line_key, record_key, subject_key
from smelt.privacy.erasure.lines import lines_of
from smelt.privacy.erasure.places import (
    ARRIVALS,
    QUARANTINE,
    QUARANTINED_LOGS,
    delete_records,
    erasable_tables,
    keys_of,
    vacuumed_tables,
)
from smelt.privacy.erasure.subjects import find_records, identifiers_of
from smelt.privacy.exports import exports_of, of_sample
from smelt.tables.union import union

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.tables.warehouse import Warehouse


class ErasureError(SmeltError):
    """Raised when rows of an erased record still exist after the deletion."""


class Request(NamedTuple):
    """Customers to erase, who requested it, and the scrubbed reason."""

    customers: tuple[str, ...]
    actor: str
    reason: str | None
    run_id: str


def erase(warehouse: Warehouse, request: Request, ring: KeyRing) -> list[Certificate]:
    """Delete all records of the customers from bronze, silver, the vault and unreleased gold.

    Safe to repeat after a crash: the certificate with the records' hashes is written first, and bronze, from which the
    records are found, is deleted last. Returns one certificate per customer, in the order given, also for a customer
    without records. Raises ErasureError if rows are left.
    """
    warehouse.create("ops.erasures")
    found = find_records(warehouse, request.customers, ring)
    owners = [(record, customer) for customer, records in found.items() for record in sorted(records)]
    records = warehouse.spark.createDataFrame(
        [(record, ring.current.version, subject_key(ring.current, customer)) for record, customer in owners],
        "record_id string, key_version string, subject_key string",
    )
    tables = erasable_tables(warehouse)
    counts = _counts(warehouse, records, tables)
    releases = _copied(warehouse, records, "gold.training_splits", "release")
    samples = _copied(warehouse, records, "ops.review_tasks", "sample")
    words = [*request.customers, *identifiers_of(warehouse, records)]
    quarantined = {table: _quarantined(warehouse, table, words) for table in (QUARANTINE, QUARANTINED_LOGS)}
    raws = {raw for lines in quarantined.values() for raw in lines.values()}
    plan = [
        _certificate(request, ring, customer, found[customer], counts, releases)
        for customer in request.customers
    ]
    if raws:  # quarantined lines belong to no record: all go into the first certificate
        lines = sorted({line_key(ring.current, raw) for raw in raws})
        rows = {
            **plan[0].rows_deleted,
            **{table: len(found) for table, found in quarantined.items() if found},
        }
        plan[0] = replace(plan[0], rows_deleted=rows, line_keys=tuple(lines))
    earlier = {
        each.erasure_id: each for each in read_certificates(warehouse, [each.erasure_id for each in plan])
    }
    plan = [each.added_to(earlier.get(each.erasure_id)) for each in plan]
    dropped = _dropped(warehouse)
    plan = [
        replace(
            each,
            exports=exports_of(
                warehouse,
                {
                    *each.releases,
                    *map(of_sample, samples.get(each.subject_key, ())),
                    *(dropped if each.record_keys else ()),
                },
            ),
        )
        for each in plan
    ]
    write_certificates(warehouse, plan)
    delete_records(warehouse, records)
    for table, lines_of_table in quarantined.items():
        if lines_of_table:
            ids = warehouse.spark.createDataFrame(
                [(each,) for each in lines_of_table], "quarantine_id string"
            )
            warehouse.delete_keys(table, ids)
    if warehouse.exists(ARRIVALS):  # with the lease held, staged arrivals can only be those of a killed run
        warehouse.clear(ARRIVALS)
    left = {table for each in _counts(warehouse, records, tables).values() for table in each}
    if left:
        raise ErasureError(f"rows of erased records are still in {', '.join(sorted(left))}: run it again")
    erased_at = dt.datetime.now(dt.UTC)
    done = [replace(each, erased_at=erased_at) for each in plan]
    write_certificates(warehouse, done)
    return done


def vacuum(warehouse: Warehouse) -> list[Certificate]:
    """Remove old files after all erasures not vacuumed yet; returns their certificates.

    Every table with records is vacuumed, even if nothing was deleted from it now: older versions of a row, or arrivals
    of a finished run, may be in files that no version reads any more. The tables' logs are shortened, because older
    entries hold statistics of removed files.
    """
    pending = [each for each in read_certificates(warehouse) if each.erased_at and not each.vacuumed_at]
    if not pending:
        return []
    warehouse.sweep_scratch(dt.timedelta(0))  # temporary tables hold texts too
    warehouse.purge(*vacuumed_tables(warehouse))
    moment = dt.datetime.now(dt.UTC)
    done = [replace(each, vacuumed_at=moment) for each in pending]
    write_certificates(warehouse, done)
    return done


def _counts(warehouse: Warehouse, records: DataFrame, tables: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """subject_key -> table -> number of rows, tables without rows omitted; one query."""
    from pyspark.sql import functions as F

    parts = [
        warehouse.read(table)
        .select(column)
        .join(
            F.broadcast(keys_of(warehouse, records, table, column).select(column, "subject_key").distinct()),
            column,
        )
        .select(F.lit(table).alias("table"), "subject_key")
        for table, column in tables.items()
    ]
    counts: dict[str, dict[str, int]] = {}
    if parts:
        rows = union(parts).groupBy("subject_key", "table").count().collect()
        for row in rows:
            counts.setdefault(row["subject_key"], {})[row["table"]] = row["count"]
    return counts


def _copied(warehouse: Warehouse, records: DataFrame, table: str, column: str) -> dict[str, list[str]]:
    """subject_key -> releases with rows made from these records, or samples with tasks about them."""
    if not warehouse.exists(table):
        return {}
    found = warehouse.read(table).select(column, "record_id").join(records, "record_id")
    names: dict[str, list[str]] = {}
    for row in found.select("subject_key", column).distinct().orderBy(column).collect():
        names.setdefault(row["subject_key"], []).append(row[column])
    return names


def _dropped(warehouse: Warehouse) -> set[str]:
    """Releases whose rows were dropped, so that it is unknown whose records they held."""
    if not (warehouse.exists("gold.releases") and warehouse.has_column("gold.releases", "dropped_at")):
        return set()
    found = warehouse.collect("gold.releases", "release", "dropped_at")
    return {row["release"] for row in found if row["dropped_at"] is not None}


def _quarantined(warehouse: Warehouse, table: str, words: Sequence[str]) -> dict[str, str]:
    """quarantine_id -> raw, of the lines that hold one of the identifiers ``words``."""
    if not warehouse.exists(table):
        return {}
    lines = lines_of(warehouse.read(table), words).collect()
    return {row["quarantine_id"]: row["raw"] for row in lines}


def _certificate(
    request: Request,
    ring: KeyRing,
    customer: str,
    records: set[str],
    counts: Mapping[str, Mapping[str, int]],
    releases: Mapping[str, Sequence[str]],
) -> Certificate:
    subject = subject_key(ring.current, customer)
    return Certificate(
        erasure_id=erasure_id(ring.current, customer),
        subject_key=subject,
        key_version=ring.current.version,
        record_keys=tuple(sorted(record_key(ring.current, record) for record in records)),
        rows_deleted=dict(counts.get(subject, {})),
        releases=tuple(releases.get(subject, ())),
        actor=request.actor,
        reason=request.reason,
        requested_at=dt.datetime.now(dt.UTC),
        erased_at=None,
        vacuumed_at=None,
        run_id=request.run_id,
    )
