from __future__ import annotations

import datetime as dt

import pytest

from smelt.config import load_config
from smelt.jobs import load_stage
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage
from tests.builders import NOON, a_record, a_ticket, a_turn, rows_of


@pytest.fixture
def job(spark, root, monkeypatch):
    monkeypatch.setenv("SMELT_PII_KEY", "k" * 40)
    config = load_config(settings=[f"warehouse.root={root}"])
    return open_job(config, run_id="r1", spark=spark)


def land(job, kind, *rows):
    job.warehouse.merge(f"bronze.{kind}", rows_of(job.spark, f"bronze.{kind}", list(rows)))


def conversations(job):
    return {row["record_id"]: row for row in job.warehouse.read("silver.conversations").collect()}


def test_all_kinds_become_one_grain_without_raw_personal_data(job):
    ticket = a_ticket(
        "1",
        subject="Card 4111 1111 1111 1111 refused",
        body="<p>Write to jane.roe@example.org</p>",
        customer_id="jane@example.org",
        known=[("name", "Jane Roe")],
    )
    chat = a_record(
        "chats", "2", source="chat", turns=[a_turn("customer", "I am Jane Roe, hi", NOON), a_turn("agent", "Hello")],
        known=[("name", "Jane Roe")], customer_id=" JANE@example.org",
    )  # fmt: skip
    article = a_record(
        "articles", "3", title="Printer", body="# Printer\n\n## Cause\n\nA fuse.\n", body_format="markdown"
    )
    land(job, "tickets", ticket)
    land(job, "chats", chat)
    land(job, "articles", article)

    report = run_stage(job, load_stage("conversations"))

    made = conversations(job)
    assert (report.result.total("in"), report.result.total("out")) == (3, 3)
    first = made[ticket["record_id"]]
    assert first["title"] == "Card [CREDIT_CARD_1] refused"
    assert [(turn["role"], turn["text"]) for turn in first["turns"]] == [("customer", "Write to [EMAIL_1]")]
    second = made[chat["record_id"]]
    assert "Jane" not in str(second["turns"])
    assert second["asked_at"].replace(tzinfo=dt.UTC) == NOON
    assert first["customer_key"] == second["customer_key"] != None  # noqa: E711
    assert [turn["text"] for turn in made[article["record_id"]]["turns"]][-2:] == ["Cause", "A fuse."]


def test_a_second_run_does_nothing_and_a_change_replaces_the_row(job, spark):
    land(job, "tickets", a_ticket("1", body="first"), a_ticket("2", body="other"))
    run_stage(job, load_stage("conversations"))
    again = open_job(job.config, run_id="r2", spark=spark)
    assert run_stage(again, load_stage("conversations")).result.entries == ()

    land(job, "tickets", a_ticket("1", body="second"))
    report = run_stage(open_job(job.config, run_id="r3", spark=spark), load_stage("conversations"))

    assert report.result.total("in") == report.result.total("out") == 1
    texts = sorted(turn["text"] for row in conversations(job).values() for turn in row["turns"])
    assert texts == ["other", "second"]


def test_other_settings_make_every_row_anew(job, spark):
    land(job, "tickets", a_ticket("1", body="mail a@b.example.org"))
    run_stage(job, load_stage("conversations"))
    config = load_config(
        settings=[f"warehouse.root={job.config.warehouse.root}", "pii.entities.EMAIL.policy=tag"]
    )
    run_stage(open_job(config, run_id="r2", spark=spark), load_stage("conversations"))
    [row] = conversations(job).values()
    assert row["turns"][0]["text"] == "mail [EMAIL]"
