"""silver.pii_findings and silver.pii_vault follow silver.conversations."""

from __future__ import annotations

import pytest

from smelt.config import load_config
from smelt.jobs import load_stage
from smelt.pii.keys import load_keys
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage
from smelt.privacy.audit import finding_id
from smelt.privacy.erasure.hashes import record_key
from smelt.privacy.reveal import RevealError, reveal
from tests.builders import a_record, a_ticket, rows_of


@pytest.fixture
def job(spark, root, monkeypatch):
    monkeypatch.setenv("SMELT_PII_KEY", "k" * 40)
    settings = [f"warehouse.root={root}", "pii.vault.enabled=true"]
    return open_job(load_config(settings=settings), run_id="r1", spark=spark)


def revealed(job, record):
    return reveal(job.warehouse, job.config.pii, record["record_id"], "test", run_id=job.run_id)


def take_in(job, *tickets):
    job.warehouse.merge("bronze.tickets", rows_of(job.spark, "bronze.tickets", list(tickets)))
    next_run = open_job(job.config, spark=job.spark)
    run_stage(next_run, load_stage("conversations"))
    return run_stage(next_run, load_stage("pii_findings")).result


@pytest.mark.of_spark
def test_findings_and_vault_follow_the_conversation(job):
    first = a_ticket("1", subject="From jane.roe@mail.net", body="Call (415) 867-5309 or jane.roe@mail.net")
    second = a_ticket("2", subject="Nothing", body="to see")
    result = take_in(job, first, second)

    assert (result.total("in"), result.total("out"), result.note) == (3, 3, "3 values sealed")
    rows = job.warehouse.read("silver.pii_findings").orderBy("field", "start_before").collect()
    got = [
        (r["field"], r["position"], r["entity"], r["start_before"], r["end_before"], r["end_after"])
        for r in rows
    ]
    assert got == [
        ("title", 0, "EMAIL", 5, 22, 14),
        ("turns", 0, "PHONE", 5, 19, 14),
        ("turns", 0, "EMAIL", 23, 40, 27),
    ]
    assert rows[0]["value_hash"] == rows[2]["value_hash"]
    assert rows[0]["finding_id"] == finding_id(first["record_id"], rows[0]["content_hash"], "title", 0, 5)
    assert [(v.field, v.value) for v in revealed(job, first)] == [
        ("title", "jane.roe@mail.net"),
        ("turns", "(415) 867-5309"),
        ("turns", "jane.roe@mail.net"),
    ]

    again = open_job(job.config, run_id="r2", spark=job.spark)
    assert run_stage(again, load_stage("pii_findings")).result == ((), "nothing new")

    take_in(job, first | {"subject": "Hello", "content_hash": "changed"})
    assert [v.field for v in revealed(job, first)] == ["turns", "turns"]
    take_in(job, first | {"subject": "Hello", "body": "no more", "content_hash": "again"})
    assert job.warehouse.read("silver.pii_findings").count() == 0
    with pytest.raises(RevealError):
        revealed(job, first)
    log = job.warehouse.read("ops.access_log").orderBy("at").collect()
    assert [row["outcome"] for row in log] == ["granted", "granted", "nothing"]
    key = load_keys(job.config.pii.key).current
    assert {row["record_key"] for row in log} == {record_key(key, first["record_id"])}
    assert first["record_id"] not in str(log)


@pytest.mark.of_spark
def test_values_of_every_kind_of_source_are_sealed(job):
    records = {
        kind: a_record(kind, kind, body=f"Write to {kind}@mail.net about it")
        for kind in ("articles", "external")
    }
    for kind, record in records.items():
        job.warehouse.merge(f"bronze.{kind}", rows_of(job.spark, f"bronze.{kind}", [record]))
    take_in(job, a_ticket("1", body="Write to tickets@mail.net about it"))
    for kind, record in records.items():
        assert [found.value for found in revealed(job, record)] == [f"{kind}@mail.net"]
