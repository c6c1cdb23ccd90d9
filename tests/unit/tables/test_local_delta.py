from __future__ import annotations

import json

import deltalake
import pyarrow as pa

from smelt.tables.local_delta import newest_version, read_rows, snapshot, uri_of


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


def test_a_store_is_named_as_delta_rs_does():
    assert uri_of("s3a://bucket/smelt/gold/releases") == "s3://bucket/smelt/gold/releases"
    assert uri_of("s3n://bucket/t") == "s3://bucket/t"
    assert uri_of("abfss://c@a.dfs.core.windows.net/t") == "abfss://c@a.dfs.core.windows.net/t"
    assert uri_of("/data/a warehouse/t") == "file:///data/a%20warehouse/t"
