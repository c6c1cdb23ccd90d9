import pyarrow as pa
import pytest

from smelt.tables.arrow_types import arrow_type
from smelt.tables.contract import all_contracts, contract

TIME = pa.timestamp("us", tz="UTC")


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("string", pa.string()),
        ("timestamp", TIME),
        ("array<bigint>", pa.list_(pa.int64())),
        ("map<string,array<int>>", pa.map_(pa.string(), pa.list_(pa.int32()))),
        (
            "array<struct<role:string,at:timestamp,of:map<string,double>>>",
            pa.list_(
                pa.struct([("role", pa.string()), ("at", TIME), ("of", pa.map_(pa.string(), pa.float64()))])
            ),
        ),
    ],
)
def test_types_of_contracts_have_an_arrow_type(kind, wanted):
    assert arrow_type(kind) == wanted


@pytest.mark.parametrize("kind", ["text", "array<text>", "map<string>", "array<int,int>", "struct<int>"])
def test_other_types_are_refused(kind):
    with pytest.raises(ValueError, match="is no type of a contract"):
        arrow_type(kind)


def test_every_contract_is_in_the_file_of_its_name_and_has_a_schema():
    for table, declared in all_contracts().items():
        assert contract(table) == declared
        assert declared.arrow_schema().names == declared.column_names


def test_columns_may_be_chosen_and_left_out():
    declared = contract("silver.embeddings")
    assert declared.ddl("vector", "text_hash") == "`vector` array<float>, `text_hash` string"
    assert declared.arrow_schema("vector").field("vector").type == pa.list_(pa.float32())
    assert "run_id" not in declared.arrow_schema(without=["run_id"]).names
