"""Claims as commits of the Delta table ops.leases by delta-rs, as :mod:`smelt.tables.lease.table` does by Spark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from smelt.tables.arrow_rows import conformed
from smelt.tables.contract import contract
from smelt.tables.lease.claims import Claim

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

TABLE = "ops.leases"
_APPLICATION = "smelt:lease"


class Tables(Protocol):
    """What the claims need of :class:`smelt.tables.without_spark.PlainTables`."""

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """``columns`` of all rows."""

    def opened(self, table: str) -> DeltaTable | None:
        """The newest version of the table; None where it does not exist."""

    def make(self, table: str) -> DeltaTable:
        """Create the table from its contract."""


class PlainClaims:
    """The claims of a warehouse in its table ops.leases."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def newest(self) -> Claim | None:
        """The row with the highest number."""
        rows = self._tables.read(TABLE, ["claim"]).column("claim").to_pylist()
        return max(map(Claim.from_json, rows), key=lambda claim: claim.number, default=None)

    def put(self, claim: Claim) -> bool:
        """Replace the row, unless a claim of this number was committed before."""
        import pyarrow as pa
        from deltalake import CommitProperties, Transaction, write_deltalake
        from deltalake.exceptions import DeltaError

        values = (claim.number, claim.token, claim.state, claim.seen, claim.to_json())
        names = ["number", "token", "state", "seen", "claim"]
        rows = pa.table([pa.array([value]) for value in values], names=names)
        try:
            table = self._tables.opened(TABLE) or self._tables.make(TABLE)
            last = table.transaction_version(_APPLICATION)
            if last is not None and last >= claim.number:
                return False
            marks = CommitProperties(app_transactions=[Transaction(_APPLICATION, claim.number)])
            write_deltalake(
                table, conformed(contract(TABLE), rows), mode="overwrite", commit_properties=marks
            )
        except DeltaError as error:
            if "oncurrent" in str(error) or "transaction" in str(error).lower():
                return False
            raise
        return True
