"""The Arrow columns of arrivals and the contracts of bronze stay equal."""

from __future__ import annotations

from smelt.intake.columns import CONTENT, PARSED, PARSED_DDL
from smelt.tables.contract import contract


def test_parsed_columns_are_those_of_arrivals() -> None:
    declared = contract("bronze.arrivals")
    assert set(declared.column_names) == {*PARSED, "ingested_at", "run_id"}
    types = {column.name: column.type for column in declared.columns}
    parsed = dict(part.split(" ", 1) for part in PARSED_DDL.split(", "))
    assert {name: types[name] for name in PARSED} == parsed


def test_all_kinds_have_the_same_columns() -> None:
    tickets, *others = (
        contract(f"bronze.{kind}") for kind in ("tickets", "chats", "transcripts", "articles")
    )
    assert set(CONTENT) < set(tickets.column_names)
    for other in others:
        assert other.columns == tickets.columns
