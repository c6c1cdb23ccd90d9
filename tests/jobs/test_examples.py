from __future__ import annotations

import pytest

from smelt.config import load_config
from smelt.identity import stable_id
from smelt.jobs import load_stage
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage
from smelt.records.config import RecordsConfig
from smelt.tables.contract import contract
from tests.builders import NOON, rows_of


def a_conversation(key: str, turns, **changed):
    row = dict.fromkeys(contract("silver.conversations").column_names)
    row |= {
        "record_id": stable_id(key), "conversation_id": stable_id("c", key), "source": "chat", "kind": "chats",
        "turns": [(role, text, NOON) for role, text in turns], "outcome": {}, "exclusions": [], "pii_count": 0,
        "pii_rejections": [],
        "pii_findings": [], "content_hash": stable_id(str(turns)), "ingested_at": NOON, "run_id": "r1",
    }  # fmt: skip
    return row | changed


@pytest.fixture
def job(spark, root):
    return open_job(load_config(settings=[f"warehouse.root={root}"]), run_id="r1", spark=spark)


def land(job, *rows):
    job.warehouse.merge("silver.conversations", rows_of(job.spark, "silver.conversations", list(rows)))


def texts(job):
    rows = job.warehouse.read("silver.examples").orderBy("record_id", "position").collect()
    return [(row["question"], row["answer"], row["rejections"]) for row in rows]


def test_pairs_are_made_and_what_gives_none_says_why(job):
    asked = [
        ("customer", "Where is it?"),
        ("agent", "On its way."),
        ("customer", "When?"),
        ("agent", "Monday."),
    ]
    land(job, a_conversation("a", asked), a_conversation("b", [("customer", "Anybody?")]))

    result = run_stage(job, load_stage("examples")).result

    assert (result.total("in"), result.total("out"), result.total("rejected")) == (2, 1, 1)
    assert sorted(texts(job)) == [
        ("Anybody?", None, ["no_answer"]),
        ("When?", "Monday.", []),
        ("Where is it?", "On its way.", []),
    ]


def test_a_shorter_conversation_leaves_no_pair_behind(job, spark):
    asked = [
        ("customer", "Where is it?"),
        ("agent", "On its way."),
        ("customer", "When?"),
        ("agent", "Monday."),
    ]
    land(job, a_conversation("a", asked))
    run_stage(job, load_stage("examples"))
    land(job, a_conversation("a", [("customer", "Where was it?"), ("agent", "Lost.")]))
    run_stage(open_job(job.config, run_id="r2", spark=spark), load_stage("examples"))
    assert texts(job) == [("Where was it?", "Lost.", [])]


def test_a_policy_that_rejects_reaches_the_pairs(job):
    pair = [("customer", "My number is ..."), ("agent", "Thank you.")]
    land(job, a_conversation("a", pair, pii_rejections=["US_SSN"]))
    run_stage(job, load_stage("examples"))
    assert texts(job) == [("My number is ...", "Thank you.", ["pii_us_ssn"])]


def a_tabular(mode):
    return {
        "sources": [
            {
                "source": "desk",
                "columns": {"topic": {"field": "subject"}},
                "question": "{topic}?",
                "answer": "About {topic}.",
                "examples": mode,
            }
        ]
    }


def with_records(job, mode):
    return open_job(
        job.config.model_copy(update={"records": RecordsConfig.model_validate(a_tabular(mode))}),
        spark=job.spark,
    )


def a_record_of_the_desk(key: str, question, answer, **changed):
    row = dict.fromkeys(contract("silver.records").column_names)
    row |= {
        "record_id": stable_id(key), "source": "desk", "fields": {}, "numbers": {}, "times": {}, "features": {},
        "category": "billing", "asked_at": NOON, "question": question, "answer": answer, "flags": [], "rejections": [],
        "pii_count": 0, "content_hash": stable_id("r", key), "ingested_at": NOON, "run_id": "r1",
    }  # fmt: skip
    return row | changed


def land_records(job, *rows):
    job.warehouse.replace_where("silver.records", rows_of(job.spark, "silver.records", list(rows)), "true")


def test_records_of_a_tabular_source_give_pairs_by_its_templates(job):
    asked = [("customer", "Where is it?"), ("agent", "On its way.")]
    for key in "ab":
        land(job, a_conversation(key, asked, source="desk", customer_key=f"of-{key}", priority="high"))
    land(job, a_conversation("c", asked))
    land_records(
        job,
        a_record_of_the_desk("a", "Refunds?", "About refunds."),
        a_record_of_the_desk("b", None, "About nothing.", rejections=["no_question"]),
    )

    both = run_stage(with_records(job, "both"), load_stage("examples")).result
    assert (both.total("in"), both.total("out"), both.total("rejected")) == (5, 4, 1)
    row = job.warehouse.read("silver.examples").where("question = 'Refunds?'").collect()[0]
    assert (row["position"], row["answer"], row["category"]) == (-1, "About refunds.", "billing")
    assert (row["customer_key"], row["priority"], row["kind"]) == ("of-a", "high", "chats")
    assert row["example_id"] == stable_id("example", stable_id("a"), -1)
    assert run_stage(with_records(job, "both"), load_stage("examples")).result.note == "nothing new"

    # A record's text may change with the other rows of its source, without its own hash.
    land_records(job, a_record_of_the_desk("a", "Refunds?", "About all refunds."))
    changed = run_stage(with_records(job, "both"), load_stage("examples")).result
    assert (changed.total("in"), changed.total("out")) == (1, 1)
    assert sorted(question for question, _, _ in texts(job)) == ["Refunds?", *["Where is it?"] * 3]

    run_stage(with_records(job, "template"), load_stage("examples"))
    assert sorted(texts(job)) == [("Refunds?", "About all refunds.", []), ("Where is it?", "On its way.", [])]
    run_stage(with_records(job, "conversation"), load_stage("examples"))
    assert texts(job) == [("Where is it?", "On its way.", [])] * 3
