from __future__ import annotations

from pathlib import Path

import pytest

from smelt.errors import ContractError
from smelt.tables.contract import Contract, all_contracts, contract
from smelt.tables.documentation import page as documented

ROOT = Path(__file__).resolve().parents[3]


def test_every_contract_is_valid_and_stands_in_a_file_of_its_name():
    files = {file.stem for file in (ROOT / "schemas").glob("*.yaml")}
    assert set(all_contracts()) == files


def test_no_raw_personal_data_is_declared_past_bronze():
    direct = [
        (table, column.name)
        for table, declared in all_contracts().items()
        for column in declared.columns
        if column.pii == "direct" and declared.layer != "bronze"
    ]
    assert direct == []


def test_tables_page_is_current():
    page = (ROOT / "docs" / "tables.md").read_text("utf-8")
    assert page == documented(), "run: make docs"


def test_text_never_gets_statistics_in_the_delta_log():
    for declared in all_contracts().values():
        safe = set(declared.statistics_columns())
        assert not [c.name for c in declared.columns if c.name in safe and c.pii in ("scrubbed", "direct")]


def test_an_unknown_table_is_named_with_those_that_exist():
    with pytest.raises(ContractError, match=r"silver\.examples"):
        contract("silver.nothing")


def test_a_contract_that_contradicts_itself_says_all_of_it():
    with pytest.raises(ValueError, match=r"(?s)declared twice.*key names b"):
        Contract.model_validate(
            {
                "table": "silver.x",
                "comment": "A table that is here for a test only.",
                "key": ["b"],
                "columns": [{"name": "a", "type": "int", "pii": "none", "comment": "a number"}] * 2,
            }
        )


def test_comments_with_quotes_survive_ddl():
    declared = Contract.model_validate(
        {
            "table": "silver.x",
            "comment": "The customer's own table, with a quote.",
            "key": ["a"],
            "columns": [
                {"name": "a", "type": "int", "nullable": False, "pii": "none", "comment": "a \\ and 'b'"}
            ],
        }
    )
    assert "`a` int NOT NULL COMMENT 'a \\\\ and \\'b\\''" in declared.create_statement("t")
