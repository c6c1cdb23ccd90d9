"""Forgetting: every table, every key version, after a crash, and for good."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from smelt.errors import ConfigError
from smelt.pii.keys import KeyRing, ScrubKey
from smelt.privacy.erasure.certificates import read_certificates, write_certificates
from smelt.privacy.erasure.erase import Request, erase, vacuum
from smelt.privacy.erasure.refusal import erased_records
from smelt.privacy.exports import note_export, of_sample
from smelt.tables.contract import contract
from tests.builders import NOON, a_ticket, an_example, rows_of

OLD, NEW = ScrubKey("1", b"o" * 32), ScrubKey("2", b"n" * 32)


def request(*customers: str) -> Request:
    return Request(customers, "officer", "case 7", "r9")


def quarantined(number: int, raw: str) -> dict:
    row = dict.fromkeys(contract("bronze.quarantine").column_names)
    return row | {
        "quarantine_id": f"q{number}", "source": "mail", "kind": "tickets", "source_file": "f", "source_position": "1",
        "raw": raw, "reasons": ["invalid_json"], "ingested_at": NOON, "run_id": "r1",
    }  # fmt: skip


def released(key: str, release: str) -> dict:
    example = an_example(key)
    row = dict.fromkeys(contract("gold.training_splits").column_names)
    row |= {name: example[name] for name in row if name in example}
    message = [("user", "q"), ("assistant", "a")]
    return row | {
        "release": release, "split": "train", "group_id": "g", "composite": 0.9, "messages": message,
        "prompt": message[:1], "completion": message[1:], "instruction": "q", "input": "", "output": "a",
    }  # fmt: skip


def a_task(key: str, sample: str) -> dict:
    example = an_example(key)
    row = dict.fromkeys(contract("ops.review_tasks").column_names)
    return row | {
        "task_id": f"t{key}", "sample": sample, "scope": "curated", "part": "uncertain", "source": "mail",
        "example_id": example["example_id"], "record_id": example["record_id"], "is_accepted": True,
        "uncertain_because": [], "overlap": 1, "assigned_to": [], "text_hash": "h", "created_at": NOON, "run_id": "r1",
    }  # fmt: skip


@pytest.fixture
def house(spark, warehouse):
    tickets = [
        a_ticket("1", subject="a", customer_id="C-1001", customer_email="jane.roe@mail.net"),
        a_ticket("2", subject="b", customer_id="C-1001"),
        a_ticket("3", subject="c", customer_id="C-1002"),
    ]
    warehouse.merge("bronze.tickets", rows_of(spark, "bronze.tickets", tickets))
    lines = ["{c-1001", "C-10010", "x JANE.ROE@mail.net,", "nobody"]
    rows = [quarantined(number, raw) for number, raw in enumerate(lines)]
    warehouse.merge("bronze.quarantine", rows_of(spark, "bronze.quarantine", rows))
    examples = [an_example(key) for key in "123"]
    warehouse.merge("silver.examples", rows_of(spark, "silver.examples", examples))
    training = [released("1", "2026.1"), released("3", "2026.1"), released("3", "2026.2")]
    warehouse.merge("gold.training_splits", rows_of(spark, "gold.training_splits", training))
    return warehouse


def left(house, table, column):
    return sorted(row[column] for row in house.read(table).select(column).collect())


def test_one_customer_is_erased_and_refused(house, spark, tmp_path):
    note_export(house, "2026.1", tmp_path / "mine", command="smelt export", rows=2)
    note_export(house, "2026.2", "s3a://bucket/other", command="smelt export", rows=1)
    for sample in ("theirs", "others"):
        note_export(house, of_sample(sample), tmp_path / sample, command="smelt review sample", rows=1)
    tasks = [a_task("1", "theirs"), a_task("3", "others")]
    house.merge("ops.review_tasks", rows_of(spark, "ops.review_tasks", tasks))
    (certificate,) = erase(house, request(" c-1001 "), KeyRing((OLD,)))

    assert left(house, "ops.review_tasks", "sample") == ["others"]
    assert left(house, "bronze.tickets", "source_key") == ["3"]
    assert left(house, "bronze.quarantine", "quarantine_id") == ["q1", "q3"]
    assert left(house, "silver.examples", "record_id") == [an_example("3")["record_id"]]
    assert len(left(house, "gold.training_splits", "release")) == 3
    assert certificate.rows_deleted == {
        "bronze.tickets": 2, "bronze.quarantine": 2, "silver.examples": 2, "ops.review_tasks": 1,
    }  # fmt: skip
    assert (certificate.releases, len(certificate.record_keys)) == (("2026.1",), 2)
    copy, sample = certificate.exports
    assert f"{tmp_path}/mine" in copy
    assert copy.startswith("2026.1 at ")
    assert sample.startswith("sample theirs at ")
    stored = read_certificates(house)
    assert stored[0].exports == certificate.exports
    assert [each.erasure_id for each in stored] == [certificate.erasure_id]
    assert "1001" not in str(stored)
    assert an_example("1")["record_id"] not in str(stored)

    again = rows_of(spark, "bronze.tickets", [a_ticket("1"), a_ticket("3"), a_ticket("4")])
    erasures = house.read("ops.erasures")
    refused = erased_records(again, erasures, KeyRing((NEW, OLD))).collect()
    assert [row["record_id"] for row in refused] == [a_ticket("1")["record_id"]]
    with pytest.raises(ConfigError, match="version '1'"):
        erased_records(again, erasures, KeyRing((NEW,)))

    (vacuumed,) = vacuum(house)
    assert vacuumed.vacuumed_at is not None
    files = list(Path(house.location("bronze.tickets")).glob("*.parquet"))
    keys = {row["source_key"] for file in files for row in pq.read_table(file, partitioning=None).to_pylist()}
    assert keys == {"3"}


def test_an_erasure_that_was_killed_is_finished_by_the_next(spark, warehouse):
    ring = KeyRing((OLD,))
    warehouse.merge("bronze.tickets", rows_of(spark, "bronze.tickets", [a_ticket("3", customer_id="C-1002")]))
    (nothing,) = erase(warehouse, request("C-9999"), ring)
    assert (nothing.record_keys, dict(nothing.rows_deleted), nothing.releases) == ((), {}, ())
    (done,) = erase(warehouse, request("C-1002"), ring)
    killed = replace(done, erased_at=None, rows_deleted={"bronze.tickets": 1, "silver.scores": 4})
    write_certificates(warehouse, [killed])
    (finished,) = erase(warehouse, request("C-1002"), ring)
    assert finished.rows_deleted == {"bronze.tickets": 1, "silver.scores": 4}
    assert finished.erased_at is not None
    assert finished.requested_at == done.requested_at
