"""Finds the records of a customer by their identifiers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from smelt.identity import pseudonym
from smelt.pii.keys import KeyRing
from smelt.privacy.erasure.hashes import canonical
from smelt.tables.contract import BRONZE
from smelt.tables.union import union

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from smelt.tables.warehouse import Warehouse

KEYED = ("silver.conversations", "silver.predictions", "silver.feedback")
IDENTIFIERS = ("customer_id", "customer_email")


def find_records(warehouse: Warehouse, customers: Sequence[str], ring: KeyRing) -> dict[str, set[str]]:
    """Identifier, as given -> record_ids of that customer.

    Searched as customer_id and customer_email in bronze, and as pseudonym under every key version in silver, since the
    raw record may be gone. Identifiers are passed as rows, never as literals of a query, so that no plan or event log
    holds them.
    """
    from pyspark.sql import functions as F

    given = {canonical(customer): customer for customer in customers}
    wanted = warehouse.spark.createDataFrame([(each,) for each in given], "canonical string")
    parts: list[DataFrame] = [
        warehouse.read(table)
        .select("record_id", *IDENTIFIERS)
        .mapInArrow(_canonical_identifiers, "record_id string, canonical string")
        .join(F.broadcast(wanted), "canonical", "left_semi")
        .select("record_id", "canonical")
        for table in BRONZE
        if warehouse.exists(table)
    ]
    keyed_tables = [table for table in KEYED if warehouse.exists(table)]
    if keyed_tables:
        keyed = sorted(
            {
                (pseudonym(key.derive("pseudonym"), "customer", spelled), each)
                for key in ring.keys
                for each, customer in given.items()
                for spelled in (customer, each, *_forms(customer))
            }
        )
        keys = warehouse.spark.createDataFrame(keyed, "customer_key string, canonical string")
        for table in keyed_tables:
            rows = warehouse.read(table).select("record_id", "customer_key")
            parts.append(rows.join(F.broadcast(keys), "customer_key").select("record_id", "canonical"))
    found: dict[str, set[str]] = {customer: set() for customer in customers}
    if parts:
        for row in union(parts).distinct().collect():
            found[given[row["canonical"]]].add(row["record_id"])
    return found


def identifiers_of(warehouse: Warehouse, records: DataFrame) -> list[str]:
    """All identifiers (columns IDENTIFIERS) in the customers' records."""
    from pyspark.sql import functions as F

    parts = [
        warehouse.read(table)
        .join(records.select("record_id").distinct(), "record_id", "left_semi")
        .select(F.col(column).alias("word"))
        for table in BRONZE
        if warehouse.exists(table)
        for column in IDENTIFIERS
    ]
    if not parts:
        return []
    rows = union(parts).where("word IS NOT NULL").distinct().collect()
    return [row["word"] for row in rows]


def _canonical_identifiers(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """record_id and identifiers -> one row per canonical identifier; Spark's lower() and trim() handle less of
    Unicode."""
    for batch in batches:
        ids = batch.column(0).to_pylist()
        for column in batch.columns[1:]:
            folded = [None if each is None else canonical(each) for each in column.to_pylist()]
            yield pa.RecordBatch.from_arrays(
                [pa.array(ids, pa.string()), pa.array(folded, pa.string())], names=["record_id", "canonical"]
            )


def _forms(customer: str) -> tuple[str, ...]:
    return tuple(unicodedata.normalize(form, customer) for form in ("NFC", "NFD"))
