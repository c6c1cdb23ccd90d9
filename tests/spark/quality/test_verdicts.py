"""What is accepted is one decision: gold keeps what the report counts as accepted, and nothing else."""

import pytest
from chispa import assert_df_equality

from smelt.dataset_quality.counting.frames import judged_examples
from smelt.jobs.curated_examples import verdicts
from smelt.quality.verdicts import judge

EXAMPLES = "example_id string, source string, rejections array<string>, content_hash string"
SCORES = (
    "example_id string, relevance double, composite double, rejections array<string>, content_hash string"
)
DUPLICATES = "example_id string, cluster_id string, kind string, is_kept boolean"
SIGNATURES = "example_id string, contaminated_by array<string>, set_aside array<bigint>"


@pytest.fixture(scope="module")
def silver(spark):
    examples = [(name, "desk", reasons, f"made-{name}") for name, reasons in (
        ("good", []), ("rude", []), ("copy", []), ("given_away", []), ("waiting", []), ("unpaired", ["no_answer"]),
        ("twice", ["no_question"]),
    )]  # fmt: skip
    scored = {
        "good": [],
        "rude": ["answer_tone"],
        "copy": [],
        "given_away": [],
        "twice": ["no_question", "language"],
    }
    scores = [(name, 0.5, 0.75, reasons, f"scored-{name}") for name, reasons in scored.items()]
    duplicates = [("good", "c1", "near", True), ("copy", "c1", "near", False)]
    signatures = [
        ("good", [], [1]),
        ("copy", [], []),
        ("given_away", ["arc", "mmlu"], []),
        ("waiting", [], []),
    ]
    return tuple(
        spark.createDataFrame(rows, schema)
        for rows, schema in (
            (examples, EXAMPLES),
            (scores, SCORES),
            (duplicates, DUPLICATES),
            (signatures, SIGNATURES),
        )
    )


def test_every_stage_gives_its_reasons(silver, spark):
    found = judge(*silver).select("example_id", "rejections", "is_accepted", "cluster_id", "score_composite")
    wanted = [
        ("copy", ["duplicate_near"], False, "c1", 0.75),
        ("given_away", ["contaminated:arc", "contaminated:mmlu"], False, None, 0.75),
        ("good", [], True, "c1", 0.75),
        ("rude", ["answer_tone"], False, None, 0.75),
        ("twice", ["no_question", "language"], False, None, 0.75),
        ("unpaired", ["no_answer"], False, None, None),
        ("waiting", ["not_scored"], False, None, None),
    ]
    assert_df_equality(
        found,
        spark.createDataFrame(wanted, found.schema),
        ignore_row_order=True,
        ignore_nullable=True,
    )


def test_report_and_gold_accept_the_same_examples(silver, spark):
    examples, scores, duplicates, signatures = silver
    released = spark.createDataFrame([("good",)], "example_id string")
    reported = judged_examples(examples, scores, duplicates, signatures, released)
    gold = verdicts(examples, scores, duplicates, signatures)
    by_report = {row["example_id"]: row["rejections"] for row in reported.collect()}
    by_gold = {row["example_id"]: row["all_rejections"] for row in gold.collect()}
    assert by_report == by_gold
    assert [name for name, reasons in by_gold.items() if not reasons] == ["good"]
    assert {row["example_id"] for row in reported.where("is_accepted").collect()} == {"good"}


def test_what_decides_on_a_row_of_gold_changes_its_hash(silver):
    examples, scores, duplicates, signatures = silver
    before = hashes(verdicts(examples, scores, duplicates, signatures))
    others = signatures.selectExpr("example_id", "contaminated_by", "array(2L) AS set_aside")
    after = hashes(verdicts(examples, scores, duplicates, others))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"good", "copy", "given_away", "waiting"}


def hashes(frame):
    return {row["example_id"]: row["content_hash"] for row in frame.collect()}
