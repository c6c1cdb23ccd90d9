"""Files to bronze: what each entry becomes, run after run, crash after crash."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from smelt.config import load_config
from smelt.errors import LedgerImbalance, SmeltError
from smelt.jobs import ingest, load_stage
from smelt.pipeline.job import new_run_id, open_job
from smelt.pipeline.run import run_stage

SOURCES = """
intake:
  landing: {landing}
  sources:
    - name: desk
      kind: tickets
      format: json_lines
      path: desk
      mapping: {{source_key: id, subject: subject, body: body, updated_at: updated}}
    - name: phone
      kind: transcripts
      format: csv
      path: phone
      glob: "*.csv*"
      encoding: latin-1
      turns: {{group_by: call, role: who, text: said}}
"""


@pytest.fixture
def land(tmp_path):
    """Write a file into the landing folder: text, or bytes as they are."""

    def write(name, *lines):
        file = tmp_path / "landing" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        parts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        file.write_bytes(b"\n".join(parts))

    return write


@pytest.fixture
def ingested(spark, tmp_path, empty_tables):
    """Run the stage in a run of its own; its entries as {(source, measure, reason): count}, and its note."""
    (tmp_path / "smelt.yaml").write_text(SOURCES.format(landing=tmp_path / "landing"))

    def run(warehouse="w"):
        root = tmp_path / warehouse
        if not root.exists():
            shutil.copytree(empty_tables, root)
        config = load_config([tmp_path / "smelt.yaml"], settings=[f"warehouse.root={root}"])
        job = open_job(config, run_id=new_run_id(), spark=spark)
        result = run_stage(job, load_stage("ingest")).result
        return job, {(e.source, e.measure, e.reason): e.count for e in result.entries}, result.note

    return run


def bodies(job):
    return {row["source_key"]: row["body"] for row in job.warehouse.read("bronze.tickets").collect()}


CALLS = b'call;who;said\n1;agent;Gr\xfc\xdfe\n2;agent;Hello\n1;customer;"two\nlines"\n'.replace(b";", b",")


def test_every_entry_ends_in_one_place(ingested, land):
    land(
        "desk/a.jsonl",
        {"id": 1, "body": "one", "more": 5},
        b'{"id": 2, "body',
        {"id": 3, "body": " "},
        b"caf\xe9",
    )
    land("desk/b.jsonl.gz", gzip.compress(b'{"id": 4, "body": "four"}\n{"id": 5, "bo')[:-9])
    land("desk/odd 'name' [1]%20.jsonl", {"id": 6, "body": "six"})
    land("phone/calls.csv", CALLS)

    job, entries, note = ingested()

    assert entries == {
        ("desk", "in", None): 7,
        ("desk", "out", "new"): 3,
        ("desk", "quarantined", "invalid_json"): 1,
        ("desk", "quarantined", "no_text"): 1,
        ("desk", "quarantined", "invalid_encoding"): 1,
        ("desk", "quarantined", "truncated_file"): 1,
        ("phone", "in", None): 2,
        ("phone", "out", "new"): 2,
    }
    assert note == "4 files"
    assert bodies(job) == {"1": "one", "4": "four", "6": "six"}
    rows = {row["source_key"]: row for row in job.warehouse.read("bronze.tickets").collect()}
    assert rows["1"]["extras"] == '{"more":5}'
    assert rows["6"]["source_file"].endswith("/desk/odd 'name' [1]%20.jsonl")
    first, _ = sorted(job.warehouse.read("bronze.transcripts").collect(), key=lambda row: row["source_key"])
    assert [(t["role"], t["text"]) for t in first["turns"]] == [
        ("agent", "Grüße"),
        ("customer", "two\nlines"),
    ]
    held = {row["source_position"]: row for row in job.warehouse.read("bronze.quarantine").collect()}
    assert held["line 2"]["raw"] == '{"id": 2, "body'
    assert held["line 2"]["reasons"] == ["invalid_json"]
    assert held["line 4"]["raw"] == "caf\ufffd"
    assert held["end, after line 1"]["raw"].startswith('{"id": 5')
    assert job.warehouse.read("bronze.arrivals").isEmpty()

    _, again, note = ingested()
    assert (again, note) == ({}, "nothing new")


def test_later_files_update_what_changed_and_only_that(ingested, land):
    land(
        "desk/1.jsonl",
        {"id": 1, "body": "first", "updated": "2024-05-02"},
        {"id": 1, "body": "older", "updated": "2024-05-01"},
        {"id": 2, "body": "same", "updated": "2024-05-01"},
        {"id": 2, "body": "same", "updated": "2024-05-01"},
        {"id": 3, "body": "undated"},
        {"id": 4, "body": "newest", "updated": "2024-05-09"},
    )
    job, entries, _ = ingested()
    assert entries[("desk", "rejected", "superseded_within_arrival")] == 2
    assert bodies(job) == {"1": "first", "2": "same", "3": "undated", "4": "newest"}

    land(
        "desk/2.jsonl",
        {"id": 1, "body": "second", "updated": "2024-05-03"},
        {"id": 2, "body": "same", "updated": "2024-05-01"},
        {"id": 3, "body": "undated, changed"},
        {"id": 4, "body": "out of date", "updated": "2024-05-08"},
        {"id": 5, "body": "new"},
    )
    job, entries, note = ingested()
    assert note.startswith("1 files; phone: ")
    assert entries == {
        ("desk", "in", None): 5,
        ("desk", "out", "new"): 1,
        ("desk", "out", "updated"): 2,
        ("desk", "out", "unchanged"): 1,
        ("desk", "rejected", "older_than_stored"): 1,
    }
    assert bodies(job) == {"1": "second", "2": "same", "3": "undated, changed", "4": "newest", "5": "new"}


@pytest.mark.slow
@pytest.mark.parametrize(("table", "writing"), [("bronze.tickets", "append"), ("ops.files", "append_rows")])
def test_a_run_that_dies_is_finished_by_the_next(ingested, land, monkeypatch, table, writing):
    land("desk/a.jsonl", {"id": 1, "body": "one"}, b"broken", {"id": 1, "body": "other"})
    from smelt.tables.warehouse import Warehouse

    write = getattr(Warehouse, writing)

    def dies(self, name, rows, **options):
        if name == table:
            raise KeyboardInterrupt
        write(self, name, rows, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Warehouse, writing, dies)
        with pytest.raises(KeyboardInterrupt):
            ingested()
    killed, _, _ = ingested()
    _, again, _ = ingested()
    assert again == {}
    whole, _, _ = ingested("undisturbed")
    for name in ("bronze.tickets", "bronze.quarantine"):
        once = [c for c in whole.warehouse.read(name).columns if c not in ("run_id", "ingested_at")]
        found, expected = (
            sorted(map(str, j.warehouse.read(name).select(*once).collect())) for j in (killed, whole)
        )
        assert found == expected


@pytest.mark.parametrize(
    ("table", "times", "problem"),
    [
        ("bronze.tickets", 0, "1 records were counted and not written"),
        ("bronze.tickets", 2, "1 rows of bronze have the key of another"),
        ("bronze.quarantine", 0, "1 bad entries are not in quarantine"),
    ],
)
def test_no_file_is_marked_where_bronze_lacks_or_doubles_what_was_counted(
    ingested, land, monkeypatch, table, times, problem
):
    """As where another program writes to the warehouse, which asks for no lease."""
    land("desk/a.jsonl", {"id": 1, "body": "one"}, b"broken")
    from smelt.tables.warehouse import Warehouse

    write = Warehouse.append

    def other(self, name, rows, **options):
        for _ in range(times if name == table else 1):
            write(self, name, rows, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Warehouse, "append", other)
        with pytest.raises(LedgerImbalance, match=problem):
            ingested()
    if not times:
        job, _, _ = ingested()
        assert bodies(job) == {"1": "one"}
        assert job.warehouse.read("bronze.quarantine").count() == 1
        assert job.warehouse.read("ops.files").count() == 1


def test_missing_and_empty_folders_are_told(ingested, land, tmp_path):
    (tmp_path / "landing" / "phone").mkdir(parents=True)
    _, entries, note = ingested()
    assert entries == {}
    assert f"desk: {tmp_path}/landing/desk does not exist" in note
    assert f"phone: {tmp_path}/landing/phone holds no files that match *.csv*" in note


def test_a_changed_mapping_reads_the_files_again(ingested, land, tmp_path):
    land("desk/a.jsonl", {"id": 1, "body": "one", "text": "uno"})
    ingested()
    file = tmp_path / "smelt.yaml"
    file.write_text(file.read_text().replace("body: body", "body: text"))
    job, entries, _ = ingested()
    assert entries[("desk", "out", "updated")] == 1
    assert bodies(job) == {"1": "uno"}


def test_build_only_adds_the_run(spark):
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    rows = ingest.build(spark.createDataFrame([("a",)], "source string"), ingested_at=moment, run_id="r")
    assert rows.selectExpr("source", "run_id", "unix_seconds(ingested_at) AS at").collect() == [
        ("a", "r", 1767225600)
    ]


def test_a_plugin_that_cannot_be_made_is_told(ingested, land, tmp_path):
    land("desk/a.jsonl", {"id": 1, "body": "one"})
    (tmp_path / "reader.py").write_text("class A:\n    pass\n")
    file = tmp_path / "smelt.yaml"
    file.write_text(file.read_text().replace("format: json_lines", "format: plugin\n      reader: reader.py"))
    with pytest.raises(SmeltError, match="0 classes with a method read"):
        ingested()


@pytest.mark.of_spark
def test_damage_to_a_page_of_a_large_parquet_file_costs_that_file_alone(spark, tmp_path, root):
    """Its footer can be read; the damage shows only when Spark reads on."""
    landing = tmp_path / "landing" / "table"
    landing.mkdir(parents=True)
    for name in ("good", "damaged"):
        rows = pa.table(
            {"id": [f"{name} {n}" for n in range(400)], "body": [str(n) * 30 for n in range(400)]}
        )
        pq.write_table(rows, landing / f"{name}.parquet", compression="snappy")
    file = landing / "damaged.parquet"
    data = bytearray(file.read_bytes())
    data[200 : len(data) // 2] = bytes(len(data) // 2 - 200)
    file.write_bytes(data)
    source = {"name": "table", "kind": "tickets", "format": "parquet", "path": "table",
              "mapping": {"source_key": "id", "body": "body"}}  # fmt: skip
    settings = {"intake": {"landing": str(tmp_path / "landing"), "sources": [source], "max_file_bytes": 1024}}
    (tmp_path / "smelt.yaml").write_text(json.dumps(settings))
    job = open_job(load_config([tmp_path / "smelt.yaml"], settings=[f"warehouse.root={root}"]), spark=spark)
    result = run_stage(job, load_stage("ingest")).result
    assert {(entry.measure, entry.reason): entry.count for entry in result.entries} == {
        ("in", None): 401, ("out", "new"): 400, ("quarantined", "unreadable_file"): 1,
    }  # fmt: skip
    assert set(bodies(job)) == {f"good {n}" for n in range(400)}
