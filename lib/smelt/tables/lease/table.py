"""Claims as commits of a Delta table: for object stores and catalogs, where Delta's protocol decides who was first.

The table ops.leases holds one row, the newest claim. A claim replaces it in a commit whose transaction version is the
claim's number (https://github.com/delta-io/delta/blob/master/PROTOCOL.md#transaction-identifiers): of two commits with
the same number, Delta fails or skips the second. This needs mutually exclusive commits, which Delta has everywhere but
on S3; there claims are objects (:mod:`smelt.tables.lease.objects`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smelt.tables.contract import contract
from smelt.tables.lease.claims import Claim

if TYPE_CHECKING:
    from smelt.tables.reader import TableReader

TABLE = "ops.leases"
_APPLICATION = "smelt:lease"
_ALL = "number IS NOT NULL"
_LOST = ("CONCURRENT", "Concurrent", "PROTOCOL_CHANGED", "ProtocolChanged", "ALREADY_EXISTS", "AlreadyExists")
"""Parts of the names of Delta's errors about a conflicting concurrent commit, in both supported Spark versions."""


class TableClaims:
    """The claims of a warehouse in its table ops.leases."""

    def __init__(self, tables: TableReader) -> None:
        self._tables = tables

    def newest(self) -> Claim | None:
        """The row with the highest number."""
        if not self._tables.exists(TABLE):
            return None
        reader = self._tables.spark.read.format("delta")
        place = self._tables
        rows = reader.table(place.identifier(TABLE)) if place.catalog else reader.load(place.location(TABLE))
        found = [Claim.from_json(row["claim"]) for row in rows.select("claim").collect()]
        return max(found, key=lambda claim: claim.number, default=None)

    def put(self, claim: Claim) -> bool:
        """Replace the row, unless a claim of this number was committed before."""
        self._create()
        declared, tables = contract(TABLE), self._tables
        row = (claim.number, claim.token, claim.state, claim.seen, claim.to_json())
        rows = declared.conform(tables.spark.createDataFrame([row], declared.ddl())).coalesce(1)
        marks = {"txnAppId": _APPLICATION, "txnVersion": str(claim.number)}
        try:
            if tables.catalog:  # not saveAsTable, which fails in a thread that did not create the session
                from pyspark.sql import functions as F

                rows.writeTo(tables.identifier(TABLE)).options(**marks).overwrite(F.expr(_ALL))
            else:
                writer = rows.write.format("delta").mode("overwrite").option("replaceWhere", _ALL)
                writer.options(**marks).save(tables.location(TABLE))
        except Exception as error:  # exception classes differ between Spark versions, and over Spark Connect
            if not _forestalled(error):
                raise
            return False
        newest = self.newest()
        return newest is not None and (newest.number, newest.token) == (claim.number, claim.token)

    def _create(self) -> None:
        tables = self._tables
        if tables.exists(TABLE):
            return
        try:
            if tables.catalog:
                tables.spark.sql(
                    f"CREATE SCHEMA IF NOT EXISTS `{tables.catalog}`.`{tables.schema_prefix}ops`"
                )
            tables.spark.sql(
                contract(TABLE).create_statement(tables.identifier(TABLE), checked=not tables.catalog)
            )
        except Exception as error:  # another process has just created it
            if not _forestalled(error):
                raise


def _forestalled(error: Exception) -> bool:
    said = f"{type(error).__name__} {error}"
    return any(word in said for word in _LOST)
