"""ops.erasures: the certificates, written before the first row is deleted and completed after the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from smelt.tables.contract import contract

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse

TABLE = "ops.erasures"


@dataclass(frozen=True)
class Certificate:
    """One row of ops.erasures."""

    erasure_id: str
    subject_key: str
    key_version: str
    record_keys: tuple[str, ...]
    rows_deleted: Mapping[str, int]
    releases: tuple[str, ...]
    actor: str
    reason: str | None
    requested_at: dt.datetime
    erased_at: dt.datetime | None
    vacuumed_at: dt.datetime | None
    run_id: str
    line_keys: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()

    def added_to(self, earlier: Certificate | None) -> Certificate:
        """Combine with an earlier certificate of the same customer, complete or of a killed request."""
        if earlier is None:
            return self
        tables = sorted({*earlier.rows_deleted, *self.rows_deleted})
        was_killed = earlier.erased_at is None
        before, now = earlier.rows_deleted, self.rows_deleted
        rows = {
            table: max(before.get(table, 0), now.get(table, 0))
            if was_killed
            else before.get(table, 0) + now.get(table, 0)
            for table in tables
        }
        return replace(
            self,
            record_keys=tuple(sorted({*earlier.record_keys, *self.record_keys})),
            rows_deleted=rows,
            line_keys=tuple(sorted({*earlier.line_keys, *self.line_keys})),
            releases=tuple(sorted({*earlier.releases, *self.releases})),
            requested_at=earlier.requested_at,
            vacuumed_at=None if any(now.values()) or was_killed else earlier.vacuumed_at,
        )


def read_certificates(warehouse: Warehouse, ids: Iterable[str] | None = None) -> list[Certificate]:
    """All certificates, or those of ``ids``."""
    rows = warehouse.read(TABLE)
    for later in {"line_keys", "exports"}.difference(
        rows.columns
    ):  # a table made by an earlier version of smelt
        from pyspark.sql import functions as F

        rows = rows.withColumn(later, F.lit(None).cast("array<string>"))
    if ids is not None:
        wanted = warehouse.spark.createDataFrame([(each,) for each in ids], "erasure_id string")
        rows = rows.join(wanted, "erasure_id", "left_semi")
    return [
        Certificate(
            **{
                **row.asDict(),
                "record_keys": tuple(row["record_keys"]),
                "line_keys": tuple(row["line_keys"] or ()),
                "releases": tuple(row["releases"]),
                "exports": tuple(row["exports"] or ()),
                **{name: _utc(row[name]) for name in ("requested_at", "erased_at", "vacuumed_at")},
            }
        )
        for row in rows.orderBy("requested_at", "erasure_id").collect()
    ]


def erasures_by_release(warehouse: Warehouse) -> dict[str, int]:
    """How many forgotten customers still have rows in each release; releases with none are left out."""
    if not warehouse.exists(TABLE):
        return {}
    from pyspark.sql import functions as F

    marked = warehouse.read(TABLE).select(F.explode("releases").alias("release"))
    return {row["release"]: int(row["count"]) for row in marked.groupBy("release").count().collect()}


def write_certificates(warehouse: Warehouse, certificates: Sequence[Certificate]) -> None:
    """Insert or replace, by erasure_id."""
    names = contract(TABLE).column_names
    rows = [
        tuple(
            list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value
            for value in (asdict(certificate)[name] for name in names)
        )
        for certificate in certificates
    ]
    warehouse.merge(TABLE, warehouse.spark.createDataFrame(rows, contract(TABLE).ddl()))


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    """Make a naive local time, as Spark returns it, an aware one in UTC."""
    return moment if moment is None or moment.tzinfo else moment.astimezone(dt.UTC)
