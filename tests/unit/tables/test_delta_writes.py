from __future__ import annotations

import datetime as dt

import deltalake
import pyarrow as pa
import pytest

from smelt.tables.delta_writes import append_rows, insert_new, remove_rows, shorten_log
from smelt.tables.local_delta import read_rows, snapshot


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
