"""Which tables a query may read: without an explicit, logged request neither bronze (raw personal data) nor the
vault."""

from __future__ import annotations

from smelt.tables.contract import Contract, all_contracts

VAULT = "silver.pii_vault"


def is_restricted(contract: Contract) -> bool:
    """Whether a table holds raw personal data, plain or encrypted."""
    return (
        contract.layer == "bronze"
        or contract.table == VAULT
        or any(column.pii == "direct" for column in contract.columns)
    )


def visible_tables(*, restricted: bool = False) -> list[str]:
    """Names of the tables that a query may read; with ``restricted``, all."""
    return [table for table, declared in all_contracts().items() if restricted or not is_restricted(declared)]
