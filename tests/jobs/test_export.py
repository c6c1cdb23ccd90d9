"""An exported release, and the published table itself, as other tools read them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from dataclasses import replace

import deltalake
import pyarrow.dataset as ds
import pyarrow.json as pj
import pyarrow.parquet as pq
import pytest
from pyspark.sql import functions as F

from smelt.config import SmeltConfig
from smelt.jobs import releases
from smelt.pipeline.job import Job
from smelt.privacy.exports import exports_of
from smelt.releases.export import export
from smelt.releases.manifest import ReleaseError, find_manifest
from smelt.releases.rows import finished_rows, remove_unfinished
from smelt.releases.rows import rows_of as rows_of_release
from smelt.tables.contract import contract
from tests.builders import rows_of

pytestmark = pytest.mark.slow

DAY = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


def an_example(number):
    row = dict.fromkeys(contract("gold.curated_examples").column_names)
    return row | {
        "example_id": f"{number:032x}", "record_id": f"{number:032x}", "conversation_id": f"{number + 1000:032x}",
        "source": "tickets", "kind": "tickets", "question": f"Größe {number}?",
        "answer": f'Take "{number}".\nThen wait.',
        "context": [("customer", "Hi"), ("agent", "Hello")] if number % 2 else [], "composite": 0.5,
        "content_hash": "h", "run_id": "r0",
    }  # fmt: skip


@pytest.fixture(scope="module")
def released(spark, empty_tables, tmp_path_factory):
    from smelt.tables.warehouse import Warehouse

    warehouse = Warehouse(
        spark, root=str(shutil.copytree(empty_tables, tmp_path_factory.mktemp("w") / "warehouse"))
    )
    rows = [an_example(number) for number in range(40)]
    warehouse.merge("gold.curated_examples", rows_of(spark, "gold.curated_examples", rows))
    job = Job(spark, SmeltConfig(), warehouse, "r1", release="v1", started_at=DAY)
    releases.run(job)
    return warehouse, find_manifest(warehouse, "v1")


def exported_id(number):
    """A hash over the keyed conversation_id and the example_id, which is none."""
    text = f"exported|{number + 1000:032x}|{number:032x}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_json_lines_have_every_row_once_in_order(released, tmp_path):
    warehouse, manifest = released
    done = export(warehouse, manifest, tmp_path / "out", rows_a_file=15)
    assert done.rows == dict(manifest.counts)
    assert sum(name.startswith("data/train-") for name in done.files) == -(-manifest.counts["train"] // 15)
    rows = [row for path in sorted((tmp_path / "out" / "data").iterdir()) for row in lines(path)]
    assert {row["example_id"] for row in rows} == {exported_id(number) for number in range(40)}
    train = [row for path in sorted((tmp_path / "out" / "data").glob("train-*")) for row in lines(path)]
    assert [row["example_id"] for row in train] == sorted(row["example_id"] for row in train)
    row = next(row for row in rows if row["example_id"] == exported_id(4))
    assert row["messages"] == [
        {"role": "user", "content": "Größe 4?"},
        {"role": "assistant", "content": 'Take "4".\nThen wait.'},
    ]
    assert (
        pj.read_json(tmp_path / "out" / "data" / "test-00000-of-00001.jsonl").num_rows
        == manifest.counts["test"]
    )


def test_files_name_no_row_by_what_the_source_calls_it(released, tmp_path):
    """Neither the ids nor their order say which of a list of known records a row is."""
    warehouse, manifest = released
    export(warehouse, manifest, tmp_path / "out")
    rows = [row for path in (tmp_path / "out" / "data").iterdir() for row in lines(path)]
    text = "".join(path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.*"))
    assert not any(f"{number:032x}" in text for number in range(40))
    train = [row["example_id"] for row in rows]
    known = sorted(f"{number:032x}" for number in range(40))
    assert [exported_id(int(each, 16)) for each in known] != sorted(train)


def test_parquet_and_json_lines_hold_the_same(released, tmp_path):
    warehouse, manifest = released
    for shape in ("prompt-completion", "alpaca"):
        export(warehouse, manifest, tmp_path / shape, file_format="parquet", shape=shape)
        export(warehouse, manifest, tmp_path / f"{shape}-lines", shape=shape)
        columnar = pq.read_table(tmp_path / shape / "data" / "test-00000-of-00001.parquet").to_pylist()
        by_line = lines(tmp_path / f"{shape}-lines" / "data" / "test-00000-of-00001.jsonl")
        filled = [{name: row.get(name) for name in columnar[0]} for row in by_line]
        assert columnar == filled


def test_the_same_release_gives_the_same_bytes(released, tmp_path):
    warehouse, manifest = released
    for folder in ("one", "two"):
        export(warehouse, manifest, tmp_path / folder, file_format="parquet")
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*")]
    assert len(files) == 5
    assert all(
        (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes() for path in files
    )


def test_an_export_is_noted_where_certificates_find_it(released, tmp_path):
    warehouse, manifest = released
    export(warehouse, manifest, tmp_path / "out", shape="alpaca", place="s3a://bucket/out")
    noted = [row for row in warehouse.collect("ops.exports", "release", "place", "command", "rows")
             if row["place"].startswith("s3a:")]  # fmt: skip
    assert noted == [
        {"release": "v1", "place": "s3a://bucket/out", "command": "smelt export, alpaca as jsonl", "rows": 40}
    ]
    assert exports_of(warehouse, ["other"]) == ()


def test_what_is_there_is_never_overwritten(released, tmp_path):
    warehouse, manifest = released
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ReleaseError, match="not empty"):
        export(warehouse, manifest, tmp_path)


def test_rows_that_vanished_are_noticed_and_leave_no_half_an_export(released, tmp_path):
    warehouse, manifest = released
    more = replace(manifest, counts={**manifest.counts, "train": manifest.counts["train"] + 1})
    with pytest.raises(ReleaseError, match="its manifest says"):
        export(warehouse, more, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_rows_that_a_killed_run_left_are_in_no_release_and_no_export(spark, released, tmp_path):
    """Under the name of a release that is made, and under one of which nothing else came to be."""
    from smelt.tables.warehouse import Warehouse

    whole, manifest = released
    warehouse = Warehouse(spark, root=str(shutil.copytree(whole.root, tmp_path / "w")))
    rows = warehouse.read("gold.training_splits")
    for name in ("v1", "v2"):
        left = rows.withColumns({"release": F.lit(name), "run_id": F.lit("killed")})
        warehouse.append("gold.training_splits", left)
    assert rows_of_release(warehouse, manifest).count() == manifest.rows
    assert finished_rows(warehouse).count() == manifest.rows
    done = export(warehouse, manifest, tmp_path / "out")
    assert done.rows == dict(manifest.counts)
    with pytest.raises(ReleaseError, match="there is no release v2"):
        find_manifest(warehouse, "v2")
    assert remove_unfinished(warehouse) == ["v1", "v2"]
    assert warehouse.read("gold.training_splits").count() == manifest.rows


def test_the_published_table_is_read_without_spark(released):
    warehouse, manifest = released
    table = deltalake.DeltaTable(warehouse.location("gold.training_splits"))
    rows = table.to_pyarrow_table(filters=[("release", "=", "v1"), ("split", "=", "test")])
    assert rows.num_rows == manifest.counts["test"]
    files = ds.dataset(table.file_uris(), partitioning="hive", format="parquet")
    assert files.count_rows() == manifest.rows
