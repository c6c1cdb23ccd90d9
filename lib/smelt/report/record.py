"""Traces one record through the tables: its origin, what was made of it, and the reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from pyspark.sql import functions as F

from smelt.errors import ProblemsError
from smelt.privacy.access import tagged
from smelt.releases.shapes import EXPORTED_ID
from smelt.report.record_scores import opinions_of
from smelt.tables.contract import BRONZE, contract
from smelt.tables.union import union

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.pii.config import PiiConfig
    from smelt.quality.config import QualityConfig
    from smelt.tables.warehouse import Warehouse

_SHOWN = {
    "silver.conversations": ("customer_key", "category", "asked_at", "pii_count", "pii_rejections", "run_id"),
    "silver.pii_findings": ("entity", "field", "detector", "confidence", "policy"),
    "silver.examples": ("example_id", "position", "question", "answer", "category", "rejections"),
    "silver.scores": (),
    "silver.duplicates": ("example_id", "cluster_id", "kind", "similarity", "kept_id", "is_kept"),
    "gold.curated_examples": ("example_id", "composite", "cluster_id"),
    "gold.training_splits": ("example_id", "release", "split"),
}


FEWEST_DIGITS = 8
"""Fewest first digits that abbreviate an identifier of 32 digits; fewer are likely to be ambiguous."""

_SEVERAL = 10


class IdentifierError(ProblemsError):
    """Raised for an invalid identifier, and for an ambiguous abbreviation."""

    exit_code = 2


class Step(NamedTuple):
    """The record's rows in one table; ``rows`` hold no raw personal data."""

    table: str
    rows: list[dict[str, Any]]


def story(warehouse: Warehouse, identifier: str, quality: QualityConfig, pii: PiiConfig) -> Iterator[Step]:
    """Steps in the order of the flow for a record_id, example_id or quarantine_id (or at least its first 8 digits).

    An example_id may be that of a table or the keyed one of an exported file (EXPORTED_ID). Personal data in file names
    is shown as tags. Raises IdentifierError.
    """
    for step in _steps(warehouse, _checked(identifier), quality):
        for row in step.rows:
            if row.get("source_file"):
                row["source_file"] = tagged(row["source_file"], pii)
        yield step


def _steps(warehouse: Warehouse, identifier: str, quality: QualityConfig) -> Iterator[Step]:
    record = _record_of(warehouse, identifier)
    yield from _quarantined(warehouse, identifier)
    if record is None:
        return
    for table in BRONZE:
        rows = _rows(
            warehouse,
            table,
            record,
            ("source", "kind", "source_file", "source_position", "ingested_at", "run_id"),
        )
        if rows:
            yield Step(table, rows)
    for table, columns in _SHOWN.items():
        rows = _rows(warehouse, table, record, columns)
        if rows:
            yield Step(table, rows)
        if rows and table == "silver.scores":
            yield Step("rules of quality", opinions_of(warehouse, record, quality))


def _record_of(warehouse: Warehouse, identifier: str) -> str | None:
    """The record_id for ``identifier``, None if there is none. Raises IdentifierError if it is ambiguous."""
    records = [warehouse.read(table).select("record_id", F.col("record_id").alias("id")) for table in BRONZE]
    examples = [
        warehouse.read("silver.examples").select("record_id", F.expr(column).alias("id"))
        for column in ("example_id", EXPORTED_ID)
    ]
    known = union([*records, *examples])
    found = known.where(_matches("id", identifier)).distinct().limit(_SEVERAL).collect()
    whole = {row["record_id"] for row in found}
    if len(whole) > 1:
        raise IdentifierError(
            f"{identifier} begins more than one identifier", sorted({row["id"] for row in found})
        )
    return str(whole.pop()) if whole else None


def _checked(identifier: str) -> str:
    """The identifier in lower case. Raises IdentifierError for an invalid or too short one."""
    identifier = identifier.strip().lower()
    if not re.fullmatch(f"[0-9a-f]{{{FEWEST_DIGITS},32}}", identifier):
        raise IdentifierError(
            f"{identifier!r} is no identifier",
            [f"give {FEWEST_DIGITS} to 32 hexadecimal digits, 0-9 and a-f"],
        )
    return identifier


def _matches(column: str, identifier: str) -> Any:
    return F.col(column).startswith(identifier) if len(identifier) < 32 else F.col(column) == identifier


def _quarantined(warehouse: Warehouse, identifier: str) -> Iterator[Step]:
    held = warehouse.read("bronze.quarantine").where(_matches("quarantine_id", identifier))
    columns = ("quarantine_id", "source", "source_file", "source_position", "reasons", "run_id")
    rows = [row.asDict(recursive=True) for row in held.select(*columns).collect()]
    if rows:
        yield Step("bronze.quarantine", rows)


def _rows(warehouse: Warehouse, table: str, record: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    if not warehouse.exists(table):
        return []
    known = contract(table).column_names
    rows: DataFrame = warehouse.read(table)
    rows = rows.where(F.col("record_id") == record)
    if "position" in known:
        rows = rows.orderBy("position")
    chosen = [column for column in columns if column in known] or [c for c in known if c != "record_id"]
    return [row.asDict(recursive=True) for row in rows.select(*chosen).collect()]
