"""Tables of two releases in, gold.quality_reports and the report's page out."""

import datetime as dt
import json

import pytest

from smelt.config import SmeltConfig
from smelt.jobs import load_stage, quality_reports
from smelt.pipeline.job import Job
from smelt.pipeline.run import run_stage
from smelt.report.card import card
from smelt.report.collect import collected
from smelt.report.render import page
from smelt.tables.contract import contract

pytestmark = pytest.mark.slow

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
DEFAULTS = {"string": "x", "int": 0, "bigint": 0, "double": 0.5, "boolean": False, "timestamp": NOW}
TOPICS = {
    "Billing": (
        "Why is my invoice {n} higher than last month?",
        "The invoice {n} has a fee of {n} dollars for roaming.",
    ),
    "Network": (
        "My router {n} loses its connection, what can I do?",
        "Unplug router {n} for ten seconds and start it.",
    ),
}


def a_row(table, **values):
    """A row that satisfies the contract of a table: what is not given is a default of its type, or null."""
    row = []
    for column in contract(table).columns:
        default = (
            None
            if column.nullable
            else DEFAULTS.get(column.type, {} if column.type.startswith("map") else [])
        )
        row.append(values.get(column.name, default))
    return tuple(row)


def fill(warehouse, table, rows):
    df = warehouse.spark.createDataFrame(rows, contract(table).ddl())
    warehouse.append(table, df, run_id=f"fill-{table}-{len(rows)}")


@pytest.fixture
def job(spark, warehouse):
    examples, scores, released = [], [], []
    for n in range(60):
        category = ("Billing", "Network")[n % 2]
        question, answer = (text.format(n=n) for text in TOPICS[category])
        key = f"{n:032x}"
        bad = n % 10 == 0
        examples.append(
            a_row(
                "silver.examples",
                example_id=key,
                record_id=key,
                source="desk",
                kind="tickets",
                question=question,
                answer="Done." if bad else answer,
                category=category,
                asked_at=NOW - dt.timedelta(days=n),
                language="en",
            )
        )
        scores.append(
            a_row(
                "silver.scores",
                example_id=key,
                record_id=key,
                answer_accuracy=0.8,
                relevance=0.7,
                composite=0.75,
                rejections=["answer_too_short"] if bad else [],
            )
        )
        if not bad:
            for release in ("2026.10", "2026.11"):
                if release == "2026.11" or n < 40:
                    released.append(
                        a_row(
                            "gold.training_splits",
                            release=release,
                            split=("train", "test")[n % 5 == 0],
                            example_id=key,
                            record_id=key,
                            source="desk",
                            instruction=question,
                            output=answer,
                            category=category,
                        )
                    )
    fill(warehouse, "silver.examples", examples)
    fill(warehouse, "silver.scores", scores)
    fill(warehouse, "gold.training_splits", released)
    fill(
        warehouse,
        "silver.duplicates",
        [
            a_row(
                "silver.duplicates",
                example_id=f"{n:032x}",
                record_id=f"{n:032x}",
                cluster_id="c",
                kind="near",
                is_kept=kept,
                similarity=0.9,
                kept_id=f"{1:032x}",
            )
            for n, kept in ((1, True), (3, False))
        ],
    )
    fill(
        warehouse,
        "silver.pii_findings",
        [
            a_row(
                "silver.pii_findings",
                finding_id="f",
                entity="EMAIL",
                detector="patterns",
                source="desk",
                end_before=5,
                confidence=1.0,
            )
        ],
    )
    fill(
        warehouse,
        "silver.conversations",
        [a_row("silver.conversations", record_id="r", source="desk", kind="tickets")],
    )
    fill(
        warehouse,
        "ops.ledger",
        [
            ("run", "ingest", "desk", "in", None, 70),
            ("run", "ingest", "desk", "out", None, 60),
            ("run", "ingest", "desk", "quarantined", "not_json", 10),
            ("run-2", "ingest", "desk", "in", None, 5),
            ("run-2", "ingest", "desk", "out", None, 5),
            ("run", "curated_examples", "desk", "in", None, 60),
            ("run", "curated_examples", "desk", "out", None, 60),
            ("run-2", "curated_examples", "desk", "in", None, 65),
            ("run-2", "curated_examples", "desk", "out", None, 64),
            ("run-2", "curated_examples", "desk", "rejected", "answer_too_short", 1),
        ],
    )
    fill(
        warehouse,
        "gold.releases",
        [
            a_row(
                "gold.releases",
                release=name,
                created_at=NOW + dt.timedelta(days=i),
                rows=rows,
                fingerprint=name * 2,
                code_version="0.1.0",
                counts={"train": rows},
                input_versions={"silver.examples": 1},
            )
            for i, (name, rows) in enumerate((("2026.10", 36), ("2026.11", 54)))
        ],
    )
    return Job(spark, SmeltConfig(), warehouse, "run-1")


@pytest.mark.of_spark
def test_two_releases_are_measured_compared_and_reported(job):
    note = run_stage(job, load_stage("quality_reports")).result.note
    assert note.startswith("2026.10: ")
    assert "; 2026.11: " in note
    assert run_stage(job, load_stage("quality_reports")).result.note == "every release has its report"

    rows = job.warehouse.read("gold.quality_reports")
    size = (
        rows.where("release = '2026.11' AND measure = 'size'")
        .select("value", "previous", "status")
        .head(1)[0]
    )
    assert (size["value"], size["previous"], size["status"]) == (54.0, 36.0, "pass")
    before = rows.count()
    quality_reports.measure(job, "2026.11")
    assert job.warehouse.read("gold.quality_reports").count() == before

    data = collected(job.warehouse, "latest", job.config.report, job.config.pii)
    assert (data.release, data.before) == ("2026.11", "2026.10")
    assert [step.label for step in data.steps] == [
        "Records read",
        "Conversations",
        "Examples",
        "Curated",
        "Released",
    ]
    assert data.steps[0].losses[0].count == 10
    assert [(line.stage, line.came_in, line.went_out, line.rejected) for line in data.ledger] == [
        ("ingest", 75, 65, 0),
        ("curated_examples", 65, 64, 1),
    ]
    assert {r.reason for r in data.rejected} == {"answer_too_short", "duplicate_near"}
    assert data.clusters[0].size == 2
    html = page(data)
    assert "Answer too short" in html
    assert "Done." in html
    assert "fingerprint" in card(data)
    assert json.dumps([m.value for m in data.measures])
