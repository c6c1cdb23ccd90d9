"""Rows in, counts out: each pass over the examples of a release."""

import datetime as dt

import pytest

from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.counting import long
from smelt.dataset_quality.counting.frames import judged_examples
from smelt.dataset_quality.judge import judge_release
from smelt.dataset_quality.measure_names import problem_with
from smelt.dataset_quality.measures import Tally
from smelt.jobs import quality_reports
from smelt.jobs.quality_reports import Inputs

EXAMPLES = (
    "example_id string, record_id string, source string, kind string, question string, answer string, "
    "context array<struct<role:string,text:string>>, category string, priority string, language string, "
    "asked_at timestamp, outcome map<string,string>, rejections array<string>"
)
SCORES = (
    "example_id string, record_id string, answer_accuracy double, relevance double, composite double, "
    "rejections array<string>, content_hash string, run_id string"
)
DUPLICATES = "example_id string, cluster_id string, kind string, is_kept boolean"
SIGNATURES = "example_id string, contaminated_by array<string>, set_aside array<bigint>"
CONFIG = DatasetQualityConfig(sample={"size": 50, "pairs": 200, "resamples": 100})


def an_example(
    number, question="How do I reset my password?", answer="Open settings and choose reset.", **other
):
    row = {
        "source": "zendesk", "kind": "tickets", "context": [], "category": "Account", "priority": "high",
        "language": "en", "asked_at": dt.datetime(2026, 9, 1), "outcome": {"csat": "5"}, "rejections": [],
    } | other  # fmt: skip
    return (
        f"e{number}", f"r{number}", row["source"], row["kind"], question, answer, row["context"], row["category"],
        row["priority"], row["language"], row["asked_at"], row["outcome"], row["rejections"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def tally(spark) -> Tally:
    examples = [
        an_example(1),
        an_example(2, answer="Please restart the router on 3/4/2026 to begin."),
        an_example(3, "My invoice is wrong, why?", "He changed it on 2026-04-01. Sorry, that was an error.",
                   category="Billing", language="de", outcome={"csat": "2"}, context=[("customer", "hello")]),
        an_example(4, "hi", "n/a", category=None, rejections=["greeting_only"]),
        an_example(5, language="de"),
    ]  # fmt: skip
    scores = [(f"e{n}", f"r{n}", 0.9, 0.5, 0.8, [], "h", "run") for n in (1, 2, 3)]
    scores.append(("e4", "r4", 0.1, 0.0, 0.1, ["answer_too_short"], "h", "run"))
    duplicates = spark.createDataFrame([("e1", "c1", "near", True), ("e5", "c1", "near", False)], DUPLICATES)
    inputs = Inputs(
        judged=judged_examples(
            spark.createDataFrame(examples, EXAMPLES),
            spark.createDataFrame(scores, SCORES),
            duplicates,
            spark.createDataFrame([("e1", [], []), ("e2", [], [])], SIGNATURES),
            spark.createDataFrame([("e1",), ("e2",), ("e3",)], "example_id string"),
        ),
        duplicates=duplicates,
        findings=spark.createDataFrame([("EMAIL", "patterns")] * 2, "entity string, detector string"),
        articles=spark.createDataFrame(
            [("a1", "Reset your password in settings"), ("a2", "Replacing a printer cartridge")],
            "record_id string, text string",
        ),
    )
    return Tally(long.collected(quality_reports.build(inputs, CONFIG)))


def test_segments_of_every_dimension_come_with_all(tally):
    assert tally.hits("selection", "raw") == 5
    assert tally.hits("selection", "released") == 3
    assert tally.hits("selection", "raw", "category", "Account") == 3
    assert tally.hits("selection", "raw", "category", "(none)") == 1
    assert tally.hits("selection", "raw", "month", "2026-09") == 5
    assert tally.get("selection", "accepted_share", "language", "en").value == pytest.approx(2 / 3)
    assert tally.get("selection", "accepted_share", "language", "de").value == pytest.approx(1 / 2)
    assert tally.hits("selection", "raw", "gendered_terms", "masculine") == 1
    assert tally.hits("selection", "raw", "sentiment", "negative") == 1
    assert tally.hits("selection", "released", "task", "Billing") == 1


def test_fields_are_counted_in_the_release_only(tally):
    assert tally.get("completeness", "missing_share", "field", "category").hits == 0
    assert tally.get("completeness", "empty_share", "field", "answer").hits == 0
    assert tally.get("completeness", "incomplete_share").total == 3
    assert tally.get("accuracy", "good_outcome_share").value == pytest.approx(2 / 3)


def test_scores_carry_what_an_interval_needs(tally):
    relevance = tally.get("scores", "relevance")
    assert (relevance.kind, relevance.hits, relevance.total, relevance.squares) == ("score", 1.5, 3, 0.75)
    assert tally.get("intrinsic", "multi_turn_share").hits == 1


def test_bins_are_half_open_and_name_their_edges(tally):
    assert tally.hits("distribution", "relevance", "bin", "0.50-0.55") == 3
    assert tally.hits("distribution", "relevance_raw", "bin", "0.00-0.05") == 1
    assert tally.hits("distribution", "question_tokens", "bin", "0000-0008") == 3


def test_two_answers_without_common_words_contradict(tally):
    contradiction = tally.get("consistency", "contradiction_share")
    assert (contradiction.hits, contradiction.total) == (1, 1)


def test_styles_are_counted_by_use(tally):
    assert tally.hits("consistency", "format", "style", "dates: iso") == 1
    assert tally.hits("consistency", "format", "style", "dates: slashes") == 1


def test_reasons_of_both_stages_count(tally):
    assert tally.hits("rejections", "examples", "reason", "greeting_only") == 1
    assert tally.hits("rejections", "examples", "reason", "answer_too_short") == 1
    assert tally.hits("rejections", "only_reason", "reason", "greeting_only") == 0
    assert tally.hits("rejections", "first_reason", "reason", "greeting_only") == 1
    assert tally.hits("rejections", "first_reason", "reason", "answer_too_short") == 0
    assert tally.hits("rejections", "only_reason", "reason", "duplicate_near") == 1


def test_duplicates_privacy_and_topics(tally):
    assert tally.hits("duplicates", "not_kept", "kind", "near") == 1
    assert tally.hits("duplicates", "clusters", "size", "2") == 1
    assert tally.hits("privacy", "findings", "entity", "EMAIL") == 2
    assert tally.get("coverage", "topic_coverage").value == 0.5


def test_counts_of_a_small_release_are_judged(tally):
    measures = {m.name: m for m in judge_release(tally, [], CONFIG)}
    assert 0 < measures["composite.composite"].value < 1
    assert measures["volume.examples[task=Billing]"].status == "warn"


def test_a_gate_may_ask_for_every_measure_of_a_release(tally):
    measures = judge_release(tally, [], CONFIG)
    measures += judge_release(tally, [measures], CONFIG)  # the second release has drift too
    known = CONFIG.measurable()
    assert {m.family for m in measures} >= {"drift", "bias", "volume", "privacy", "distribution"}
    assert {name: why for m in measures if (why := problem_with(name := m.name, known))} == {}


def test_an_empty_release_gives_a_report(spark):
    empty = Inputs(
        judged=judged_examples(
            spark.createDataFrame([], EXAMPLES),
            spark.createDataFrame([], SCORES),
            spark.createDataFrame([], DUPLICATES),
            spark.createDataFrame([], SIGNATURES),
            spark.createDataFrame([], "example_id string"),
        ),
        duplicates=spark.createDataFrame([], DUPLICATES),
        findings=spark.createDataFrame([], "entity string, detector string"),
        articles=spark.createDataFrame([], "record_id string, text string"),
    )
    measures = judge_release(long.collected(quality_reports.build(empty, CONFIG)), [], CONFIG)
    assert {m.name: m.value for m in measures}["intrinsic.size"] == 0
