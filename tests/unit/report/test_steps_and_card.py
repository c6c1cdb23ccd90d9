import json
import re

import pytest
import yaml

from smelt.cli.report import measure_as_dict
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.judge import judge_release
from smelt.dataset_quality.measures import Measure
from smelt.errors import ConfigError
from smelt.report.card import card
from smelt.report.config import MlflowConfig
from smelt.report.data import LedgerLine
from smelt.report.steps import steps_of
from smelt.report.tracking import logged, metrics_of
from tests.unit.report.report_data import RAW, RELEASED, a_report, counts


def a_count(family, measure, segment, value):
    dimension = "all" if segment == "all" else "reason"
    return Measure(family, measure, value, "count", int(value), dimension=dimension, segment=segment)


def test_every_record_and_every_example_is_accounted_for():
    ledger = [LedgerLine(stage="ingest", came_in=120, went_out=105, rejected=5, quarantined=10)]
    refused = {"quarantined:not_json": 7, "quarantined:no_key": 3, "rejected:superseded": 5}
    reasons = {
        "duplicate_near": 20,
        "duplicate_exact": 5,
        "greeting_only": 9,
        "a": 4,
        "b": 3,
        "c": 2,
        "d": 1,
        "e": 1,
    }
    measures = [a_count("selection", "raw", "all", 300)]
    measures += [a_count("rejections", "first_reason", name, count) for name, count in reasons.items()]
    steps = steps_of(ledger, refused, measures, conversations=100, released=250)

    read, conversations, examples, curated, released = steps
    assert [(loss.label, loss.count) for loss in read.losses] == [
        ("Quarantine", 10),
        ("Superseded", 5),
        ("Replaced later", 5),
    ]
    assert read.left == conversations.entered == 100
    assert examples.losses[0].label == "Duplicates"
    assert examples.losses[0].count == 25
    assert {loss.label for loss in examples.losses} >= {"Greeting only", "1 other reasons"}
    assert examples.left == curated.entered == 255
    assert curated.losses[0].count == 5
    assert released.entered == curated.left == 250


def test_nothing_read_is_no_flow():
    assert steps_of([], {}, [], 0, 0) == ()


def test_the_card_has_the_fields_of_the_template():
    text = card(a_report())
    front = yaml.safe_load(re.match(r"---\n(.*?)---\n", text, re.S)[1])
    assert front["pretty_name"] == "2026.11"
    assert front["language"] == ["de", "en"]
    assert front["size_categories"] == ["1K<n<10K"]
    for heading in (
        "Summary",
        "Languages",
        "Sources",
        "Curation",
        "Quality",
        "Personal and sensitive information",
        "Bias, risks and limitations",
    ):
        assert f"\n## {heading}\n" in text
    assert "| train | 6,390 |" in text
    assert "- Doubtful labels: 12.6% is above 10%." in text


def test_measures_are_valid_json_even_where_they_were_not_measured():
    measures = [
        *judge_release(counts(), [], DatasetQualityConfig()),
        Measure("a", "b", float("nan"), "share", 0),
    ]
    again = json.loads(json.dumps([measure_as_dict(m) for m in measures], allow_nan=False))
    assert again[-1]["value"] is None
    assert len(again) == len(measures)


def test_metrics_are_those_of_the_whole_release():
    metrics = metrics_of(a_report())
    assert metrics["intrinsic.size"] == RELEASED < RAW
    assert 0 < metrics["composite.composite"] < 1
    assert not any("[" in name for name in metrics)


@pytest.mark.parametrize("uri", [None, "file:/tmp/runs", "mlruns"])
def test_folders_are_no_store(uri):
    with pytest.raises(ConfigError, match="tracking_uri"):
        logged(a_report(), {}, "/tables", MlflowConfig(tracking_uri=uri))
