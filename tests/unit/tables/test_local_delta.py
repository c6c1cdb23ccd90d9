from __future__ import annotations

import datetime as dt
import json

import deltalake
import pyarrow as pa
import pytest

from smelt.tables.local_delta import (
    append_rows,
    insert_new,
    newest_version,
    read_rows,
    remove_rows,
    shorten_log,
    snapshot,
)


def commit(folder, version, *actions):
    log = folder / "_delta_log"
    log.mkdir(exist_ok=True)
    (log / f"{version:020}.json").write_text("".join(json.dumps(action) + "\n" for action in actions))


def metadata(configuration):
    field = {"name": "a", "type": "string", "nullable": True, "metadata": {}}
    schema = {"type": "struct", "fields": [field]}
    return {
        "metaData": {
            "id": "0b5d2c1e-0000-4000-8000-000000000000",
            "format": {"provider": "parquet", "options": {}},
            "schemaString": json.dumps(schema),
            "partitionColumns": [],
            "configuration": configuration,
        }
    }


def protocol(reader):
    return {"protocol": {"minReaderVersion": reader, "minWriterVersion": 7 if reader == 3 else 2}}


def test_the_newest_version_is_that_of_the_last_commit(tmp_path):
    commit(tmp_path, 0, protocol(1), metadata({}))
    commit(tmp_path, 10, {"commitInfo": {}})
    (tmp_path / "_delta_log" / "00000000000000000010.crc").write_text("{}")
    (tmp_path / "_delta_log" / "00000000000000000011.checkpoint.parquet").write_text("")
    assert newest_version(str(tmp_path)) == 10


def test_a_snapshot_holds_the_files_of_its_version_and_no_others(tmp_path):
    location = str(tmp_path / "table")
    rows = pa.table({"a": [1], "b": ["x"]})
    deltalake.write_deltalake(location, rows, partition_by=["b"])
    deltalake.write_deltalake(location, rows, mode="append")
    deltalake.write_deltalake(location, rows, mode="overwrite")
    newest, first = snapshot(location), snapshot(location, 0)
    assert newest is not None
    assert first is not None
    assert newest.partition_columns == ("b",)
    assert [field["name"] for field in json.loads(newest.schema)["fields"]] == ["a", "b"]
    assert len(newest.files) == len(first.files) == 1
    assert newest.files != first.files
    assert newest.files[0].startswith(f"{location}/b=x/")
    both = snapshot(location, 1)
    assert both is not None
    assert len(both.files) == 2


def test_metadata_is_the_newest(tmp_path):
    commit(tmp_path, 0, protocol(1), metadata({"a": "1"}))
    commit(tmp_path, 1, metadata({"a": "1", "b": "2"}))
    found = snapshot(str(tmp_path))
    assert found is not None
    assert found.properties == {"a": "1", "b": "2"}
    assert found.files == ()


def test_a_table_that_needs_a_newer_reader_is_left_to_spark(tmp_path):
    location = tmp_path / "table"
    location.mkdir()
    features = {"readerFeatures": ["deletionVectors"], "writerFeatures": ["deletionVectors"]}
    commit(location, 0, {"protocol": protocol(3)["protocol"] | features}, metadata({}))
    assert snapshot(str(location)) is None


def test_a_log_that_cannot_be_read_is_left_to_spark(tmp_path):
    commit(tmp_path, 7, {"commitInfo": {}})
    assert snapshot(str(tmp_path)) is None


def test_rows_come_back_as_they_were_appended(tmp_path):
    location = str(tmp_path / "table")
    fields = [
        pa.field("name", pa.string(), nullable=False),
        pa.field("at", pa.timestamp("us", "UTC")),
        pa.field("counts", pa.map_(pa.string(), pa.int64())),
    ]
    deltalake.DeltaTable.create(location, pa.schema(fields))
    at = dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC)
    append_rows(snapshot(location), [("a", at, {"x": 1, "y": 2}), ("b", None, {})])
    assert read_rows(snapshot(location), ["counts", "name", "at"]) == [
        {"counts": {"x": 1, "y": 2}, "name": "a", "at": at},
        {"counts": {}, "name": "b", "at": None},
    ]
    with pytest.raises(Exception, match="name"):
        append_rows(snapshot(location), [(None, None, None)])
    remove_rows(snapshot(location))
    assert read_rows(snapshot(location), ["name"]) == []


def test_a_transaction_is_committed_once(tmp_path):
    location = str(tmp_path / "table")
    deltalake.DeltaTable.create(location, pa.schema([pa.field("a", pa.int64())]))
    for number, value in ((0, 1), (0, 2), (1, 3), (0, 4)):
        append_rows(snapshot(location), [(value,)], transaction=("run", number))
    append_rows(snapshot(location), [(5,)], transaction=("other", 0))
    assert sorted(row["a"] for row in read_rows(snapshot(location), ["a"])) == [1, 3, 5]


def test_of_two_rows_with_one_key_the_log_takes_the_first(tmp_path):
    location = str(tmp_path / "table")
    deltalake.write_deltalake(location, pa.table({"k": ["z"], "v": [0]}))
    first, second = snapshot(location), snapshot(location)
    assert insert_new(first, ("a", 1), ("k", "v"), ("k",))
    assert not insert_new(second, ("a", 2), ("k", "v"), ("k",))
    assert not insert_new(snapshot(location), ("a", 3), ("k", "v"), ("k",))
    assert insert_new(second, ("b", 4), ("k", "v"), ("k",))
    held = sorted((row["k"], row["v"]) for row in read_rows(snapshot(location), ("k", "v")))
    assert held == [("a", 1), ("b", 4), ("z", 0)]
    deltalake.DeltaTable(location).delete("k = 'a'")
    assert insert_new(snapshot(location), ("a", 5), ("k", "v"), ("k",))


def test_a_log_is_shortened_to_what_the_table_holds(tmp_path):
    location = str(tmp_path / "table")
    for number in range(4):
        deltalake.write_deltalake(location, pa.table({"a": [number]}), mode="append")
    deltalake.DeltaTable(location).delete("a < 2")
    assert shorten_log(location) == 4
    kept = deltalake.DeltaTable(location)
    assert kept.version() == 4
    assert sorted(row["a"] for row in read_rows(snapshot(location), ("a",))) == [2, 3]
    append_rows(snapshot(location), [(9,)])
    assert sorted(row["a"] for row in read_rows(snapshot(location), ("a",))) == [2, 3, 9]


def test_rows_written_before_a_column_came_are_read_with_null_there(tmp_path):
    location = str(tmp_path / "table")
    deltalake.write_deltalake(location, pa.table({"a": ["old"]}))
    deltalake.write_deltalake(
        location, pa.table({"a": ["new"], "b": [1]}), mode="append", schema_mode="merge"
    )
    found = snapshot(location)
    assert found is not None
    rows = sorted(read_rows(found, ["b", "a"]), key=lambda row: row["a"])
    assert rows == [{"b": 1, "a": "new"}, {"b": None, "a": "old"}]
