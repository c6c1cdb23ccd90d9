from __future__ import annotations

from smelt.privacy.erasure.places import (
    ARRIVALS,
    BEARS_RECORDS,
    CORPORA,
    COUNTS,
    EMBEDDINGS,
    QUARANTINE,
    QUARANTINED_LOGS,
    RELEASED,
    is_by_record,
)
from smelt.tables.contract import all_contracts


def test_every_table_is_among_the_places_of_a_person():
    """A new table whose rows can be a person's must say how it is rid of them: see smelt.privacy.erasure.places."""
    named = {ARRIVALS, QUARANTINE, QUARANTINED_LOGS, EMBEDDINGS, CORPORA, *RELEASED, *COUNTS}
    unknown = [
        contract.table
        for contract in all_contracts().values()
        if contract.table not in named
        and not is_by_record(contract)
        and (
            contract.layer in BEARS_RECORDS or any(c.pii in ("direct", "scrubbed") for c in contract.columns)
        )
    ]
    assert unknown == []


def test_no_statistics_of_what_names_a_record_or_a_person_are_kept_in_a_log():
    kept = {
        f"{contract.table}.{column}"
        for contract in all_contracts().values()
        for column in contract.statistics_columns()
        if contract.layer != "ops"
    }
    names = {each.rpartition(".")[2] for each in kept}
    assert names.isdisjoint(
        {
            "record_id",
            "example_id",
            "conversation_id",
            "customer_key",
            "source_key",
            "source_file",
            "text_hash",
        }
    )
    assert {"ingested_at", "source", "kind", "run_id"} <= names
    assert all(contract.statistics_columns() for contract in all_contracts().values())
