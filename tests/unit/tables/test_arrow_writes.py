import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from smelt.errors import ContractError
from smelt.tables import arrow_writes, delta_writes, local_delta
from smelt.tables.contract import contract

TABLE = "silver.duplicates"


@pytest.fixture
def location(tmp_path):
    assert delta_writes.create_table(str(tmp_path / "t"), contract(TABLE))
    return str(tmp_path / "t")


def rows(*ids, score=1.0, **more):
    values = {
        "example_id": list(ids),
        "record_id": ["r"] * len(ids),
        "cluster_id": ["c"] * len(ids),
        "text_hash": ["t"] * len(ids),
        "kind": ["exact"] * len(ids),
        "similarity": [1.0] * len(ids),
        "kept_id": list(ids),
        "is_kept": [True] * len(ids),
        "score": [score] * len(ids),
        "run_id": ["run"] * len(ids),
    }
    return pa.table(values | {name: pa.array(value) for name, value in more.items()})


def held(location, column="score"):
    found = local_delta.snapshot(location)
    return {row["example_id"]: row[column] for row in local_delta.read_rows(found, ["example_id", column])}


def test_a_table_is_made_as_its_contract_says(location):
    found = local_delta.snapshot(location)
    declared = contract(TABLE)
    assert found.properties["delta.constraints.known_kind"] == declared.checks[0].expression
    assert [field.name for field in found.table.schema().fields] == declared.column_names
    assert found.table.schema().fields[0].metadata["comment"] == declared.columns[0].comment
    assert found.table.protocol().min_writer_version == 3
    assert not local_delta.lacks(found, declared)
    with pytest.raises(FileExistsError):
        delta_writes.create_table(location, declared)


def test_a_transaction_appends_once(location):
    for _ in range(2):
        arrow_writes.append(location, TABLE, rows("a"), transaction=("run", 0))
    arrow_writes.append(location, TABLE, rows("b"), transaction=("run", 1))
    assert sorted(held(location)) == ["a", "b"]
    assert local_delta.snapshot(location).table.version() == 2


def test_merge_replaces_inserts_and_deletes_in_one_commit(location):
    arrow_writes.append(location, TABLE, rows("a", "b", "c"))
    changed = rows("a", "c", "d", "e", score=2.0, is_gone=[False, True, False, True])
    arrow_writes.merge(location, TABLE, changed, key=["example_id"], delete="s.is_gone")
    assert held(location) == {"a": 2.0, "b": 1.0, "d": 2.0}
    assert local_delta.snapshot(location).table.version() == 2


def test_keys_and_conditions_delete(location):
    arrow_writes.append(location, TABLE, rows("a", "b", "c", "d"))
    arrow_writes.delete_keys(location, TABLE, pa.table({"example_id": ["a", "x"]}))
    arrow_writes.delete_where(location, "example_id = 'b'")
    assert sorted(held(location)) == ["c", "d"]
    arrow_writes.replace_where(location, TABLE, rows("z"), "example_id IS NOT NULL")
    assert sorted(held(location)) == ["z"]
    arrow_writes.vacuum(location)
    assert sorted(held(location)) == ["z"]


def test_files_of_merges_are_read_beside_those_of_appends(location):
    """A MERGE of delta-rs writes texts as string views, an append does not."""
    arrow_writes.append(location, TABLE, rows("a"))
    arrow_writes.append(location, TABLE, rows("b"))
    arrow_writes.merge(location, TABLE, rows("a", score=3.0), key=["example_id"])
    found = local_delta.snapshot(location)
    groups = local_delta.alike(found)
    assert sorted(file for group in groups for file in group.files) == sorted(found.files)
    assert held(location) == {"a": 3.0, "b": 1.0}


def test_a_broken_check_names_the_table_and_no_row(location):
    wrong = rows("a").set_column(4, "kind", pa.array(["secret words"]))
    for write in (
        lambda: arrow_writes.append(location, TABLE, wrong),
        lambda: arrow_writes.merge(location, TABLE, wrong, key=["example_id"]),
        lambda: arrow_writes.replace_where(location, TABLE, wrong, "example_id IS NOT NULL"),
    ):
        with pytest.raises(ContractError, match=TABLE) as raised:
            write()
        assert "secret" not in str(raised.value)
    assert held(location) == {}


def test_a_table_of_an_earlier_version_is_mended(tmp_path):
    declared = contract(TABLE)
    other = declared.columns[0].model_copy(update={"comment": "said otherwise before"})
    older = declared.model_copy(update={"columns": (other, *declared.columns[1:8])})
    location = str(tmp_path / "t")
    assert delta_writes.create_table(location, older)
    arrow_writes.add_columns(location, declared)
    arrow_writes.set_comments(location, {declared.columns[0].name: declared.columns[0].comment})
    fields = local_delta.snapshot(location).table.schema().fields
    assert [field.name for field in fields] == declared.column_names
    assert [field.metadata["comment"] for field in fields] == [column.comment for column in declared.columns]


def reader(*batches):
    made = (rows("none", *ids).to_batches()[0].slice(1) for ids in batches)
    return pa.RecordBatchReader.from_batches(rows("a").schema, made)


def test_batches_are_committed_together(location):
    arrow_writes.append(location, TABLE, reader("ab", "", "c"))
    assert sorted(held(location)) == ["a", "b", "c"]
    arrow_writes.replace_where(location, TABLE, reader("de", "f"), "example_id IS NOT NULL")
    assert sorted(held(location)) == ["d", "e", "f"]
    assert local_delta.snapshot(location).table.version() == 2


def test_no_rows_are_committed_only_with_a_transaction(location):
    arrow_writes.append(location, TABLE, reader("", ""))
    assert local_delta.snapshot(location).table.version() == 0
    arrow_writes.append(location, TABLE, reader(""), transaction=("run", 0))
    assert local_delta.snapshot(location).table.version() == 1


@pytest.mark.parametrize("good", [0, 1])
def test_what_making_a_batch_raises_is_raised_and_nothing_is_committed(location, good):
    class EngineError(Exception):
        pass

    def made():
        yield from rows("a").to_batches() * good
        raise EngineError

    def given():
        return pa.RecordBatchReader.from_batches(rows("a").schema, made())

    with pytest.raises(EngineError):
        arrow_writes.append(location, TABLE, given())
    with pytest.raises(EngineError):
        arrow_writes.replace_where(location, TABLE, given(), "example_id IS NOT NULL")
    assert local_delta.snapshot(location).table.version() == 0


def test_row_groups_are_small_and_compressed(location):
    many = rows(*map(str, range(arrow_writes.GROUP_ROWS + 1)))
    arrow_writes.append(location, TABLE, many)
    (file,) = local_delta.snapshot(location).files
    found = pq.ParquetFile(file).metadata
    assert found.num_row_groups == 2
    assert found.row_group(0).column(0).compression == "SNAPPY"
