"""Claims as commits of the Delta table ops.leases by delta-rs, as :mod:`smelt.tables.lease.table` does by Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smelt.tables.lease.claims import Claim

if TYPE_CHECKING:
    from smelt.tables.without_spark import PlainTables

TABLE = "ops.leases"
_APPLICATION = "smelt:lease"


class PlainClaims:
    """The claims of a warehouse in its table ops.leases."""

    def __init__(self, tables: PlainTables) -> None:
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
                table, self._tables.conformed(TABLE, rows), mode="overwrite", commit_properties=marks
            )
        except DeltaError as error:
            if "oncurrent" in str(error) or "transaction" in str(error).lower():
                return False
            raise
        return True
