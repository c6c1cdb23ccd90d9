"""Files through Spark: positions, splits, few tasks for many files, Parquet that is not read whole."""

from __future__ import annotations

import datetime as dt
import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from smelt.intake import transport
from smelt.intake.config import IntakeConfig
from smelt.intake.landing import LandingFile, prepare, relative_to
from smelt.intake.parsing import Limits
from smelt.intake.transport import waves
from smelt.tables.filesystem import is_connect

LATEST = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)


@pytest.fixture
def read(spark, tmp_path):
    """The parsed rows of files in ``tmp_path``, as the waves give them: [(rows in a batch, rows), ...]."""

    def run(source, **sizes):
        base = {"name": "s", "kind": "tickets", "path": "in", "mapping": {"source_key": "id", "body": "body"}}
        config = IntakeConfig.model_validate({"landing": str(tmp_path), "sources": [base | source], **sizes})
        reading = prepare(spark, config, config.sources[0])
        found = waves(spark, [(reading, reading.listed)], Limits.of(config, LATEST), config.task_bytes)
        return [(wave.batch_rows, wave.rows) for wave in found]

    (tmp_path / "in").mkdir()
    return run


def placed(rows):
    columns = rows.select("source_key", "source_file", "source_position").collect()
    return sorted((row[0], row[1].rsplit("/", 1)[-1], row[2]) for row in columns)


def test_lines_of_a_split_file_count_from_the_start_of_their_block(read, spark, tmp_path):
    lines = [b'{"id":%d,"body":"%s"}' % (n, b"x" * 200) for n in range(60)]
    (tmp_path / "in" / "a.jsonl").write_bytes(b"\n".join(lines))
    key = "spark.sql.files.maxPartitionBytes"
    before = spark.conf.get(key)
    spark.conf.set(key, "4096")
    try:
        [(_, rows)] = read({"format": "json_lines"}, task_bytes=1024)
        found = rows.select("source_key", "source_position").collect()
    finally:
        spark.conf.set(key, before)
    assert sorted(int(row[0]) for row in found) == list(range(60))
    assert len({row[1] for row in found}) == 60
    assert {row[1].split(" line ")[0] for row in found if row[1].startswith("byte")} == {
        "byte 4096", "byte 8192", "byte 12288",
    }  # fmt: skip


def test_many_small_files_are_few_tasks(read, tmp_path):
    from pyspark.sql import functions as F

    for number in range(120):
        (tmp_path / "in" / f"{number}.json").write_text(f'{{"id": {number}, "body": "x"}}')
    [(_, rows)] = read({"format": "json"})
    tasks = [row[0] for row in rows.select(F.spark_partition_id()).collect()]
    assert len(tasks) == 120
    assert len(set(tasks)) <= 2


def test_large_files_travel_one_a_batch_beside_lines(read, tmp_path):
    (tmp_path / "in" / "a.jsonl").write_text('{"id": 1, "body": "x"}')
    (tmp_path / "in" / "b.jsonl.gz").write_bytes(gzip.compress(b'{"id": 2, "body": "x"}'))
    large = b'{"id": 3, "body": "%s"}' % bytes(range(35, 90)) * 20_000
    (tmp_path / "in" / "c.jsonl.gz").write_bytes(gzip.compress(large, compresslevel=0))
    found = {batch: placed(rows) for batch, rows in read({"format": "json_lines"}, max_record_bytes=4096)}
    assert found[1_000] == [("1", "a.jsonl", "line 1"), ("2", "b.jsonl.gz", "line 1")]
    assert [row[1:] for row in found[1]] == [("c.jsonl.gz", "line 1")]


def test_parquet_that_is_too_large_to_be_read_whole_is_read_by_rows(read, tmp_path):
    pq.write_table(pa.table({"id": [1, 2], "body": ["a", "b"]}), tmp_path / "in" / "a.parquet")
    pq.write_table(pa.table({"id": [3], "body": ["c"], "more": [[1, 2]]}), tmp_path / "in" / "b.parquet")
    # incompressible, so that the files are above the least limit that can be set
    for name in ("a", "b"):
        table = pq.read_table(tmp_path / "in" / f"{name}.parquet")
        noise = [
            bytes((n * 7919 * (i + 1) >> 3) & 255 for n in range(2_000)).hex() for i in range(table.num_rows)
        ]
        pq.write_table(table.append_column("noise", pa.array(noise)), tmp_path / "in" / f"{name}.parquet")
    [(_, rows)] = read({"format": "parquet"}, max_file_bytes=1024)
    assert placed(rows) == [
        ("1", "a.parquet", "row 1"),
        ("2", "a.parquet", "row 2"),
        ("3", "b.parquet", "row 1"),
    ]


def test_files_too_large_to_be_read_whole_are_refused(read, tmp_path):
    (tmp_path / "in" / "a.csv").write_text("id,body\n1," + "x" * 2000)
    [(_, rows)] = read({"format": "csv"}, max_file_bytes=1024)
    assert [row["reasons"] for row in rows.collect()] == [["file_too_large"]]


def a_store(spark, folder):
    """A folder where this process cannot look into it: through Hadoop's ViewFs."""
    if is_connect(spark):
        pytest.skip("the server's Hadoop settings cannot be changed from here")
    cluster = f"c{folder.name.replace('_', '')}"
    settings = spark.sparkContext._jsc.hadoopConfiguration()
    settings.set(f"fs.viewfs.mounttable.{cluster}.link./data", f"file://{folder}")
    return f"viewfs://{cluster}/data"


def test_a_line_that_nobody_should_hold_costs_itself_alone(read, tmp_path):
    long = b'{"id": 1, "body": "' + b"x" * (1 << 26) + b'"}'
    (tmp_path / "in" / "a.jsonl").write_bytes(long + b'\n{"id": 2, "body": "x"}')
    (tmp_path / "in" / "b.jsonl").write_bytes(b'{"id": 3, "body": "x"}')
    found = [row for _, rows in read({"format": "json_lines"}) for row in rows.collect()]
    told = sorted((row["source_file"][-7:], row["source_position"], row["reasons"]) for row in found)
    assert told == [
        ("a.jsonl", "line 1", ["record_too_large"]), ("a.jsonl", "line 2", []), ("b.jsonl", "line 1", []),
    ]  # fmt: skip


@pytest.mark.parametrize("place", ["disk", "store"])
def test_files_with_such_a_line_are_found_wherever_they_are(spark, tmp_path, monkeypatch, place):
    monkeypatch.setattr(transport, "_HELD_LINE", 1 << 18)
    lengths = {
        "short": [3],
        "many": [1 << 17] * 5,
        "long": [5, 1 << 19, 5],
        "last": [1 << 17, 1 << 18, 1 << 19],
    }
    for name, lines in lengths.items():
        (tmp_path / name).write_bytes(b"\n".join(b"x" * length for length in lines))
    where = a_store(spark, tmp_path) if place == "store" else f"file://{tmp_path}"
    files = [LandingFile(f"{where}/{name}", (tmp_path / name).stat().st_size, 0) for name in lengths]
    files.append(LandingFile(f"{where}/gone", 1 << 20, 0))
    found = transport._with_long_lines(spark, files)
    assert {file.path.rpartition("/")[2] for file in found} == {"long", "last"}


@pytest.mark.parametrize(
    ("location", "path", "relative"),
    [
        ("/in", "file:/in/a/b.json", "a/b.json"),
        ("/in/a.json", "file:/in/a.json", "a.json"),
        ("/in/*/x", "file:///in/day 1/x/a.json", "day 1/x/a.json"),
        ("s3://bucket/in", "s3://bucket/in/a.json", "a.json"),
    ],
)
def test_names_are_relative_to_the_source(location, path, relative):
    assert relative_to(location, path) == relative


def test_a_large_file_that_is_none_of_parquet_costs_itself_alone(read, tmp_path):
    noise = [str(number) * 300 for number in range(40)]
    table = pa.table({"id": [str(n) for n in range(40)], "body": noise})
    pq.write_table(table, tmp_path / "in" / "a.parquet", compression="none")
    (tmp_path / "in" / "b.parquet").write_bytes(b"PAR1" + bytes(range(256)) * 40)
    found = [row for _, rows in read({"format": "parquet"}, max_file_bytes=1024) for row in rows.collect()]
    bad = [row for row in found if row["reasons"]]
    assert len(found) - len(bad) == 40
    assert [(row["source_file"][-9:], row["reasons"]) for row in bad] == [("b.parquet", ["unreadable_file"])]
