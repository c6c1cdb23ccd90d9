"""A gate of a misspelt measure is an error, and the error knows what was meant."""

import pytest

from smelt.config import load_config
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measure_names import problem_with
from smelt.errors import ConfigError

COLUMNS = ("source", "language", "region", "kind", "category", "priority")
KNOWN = DatasetQualityConfig(
    dimensions={name: name for name in COLUMNS} | {"team": "outcome['team']"}
).measurable()


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("accuracy.acuracy", "the nearest is accuracy.accuracy"),
        ("consistency.contradiction_shares", "the nearest is consistency.contradiction_share"),
        ("scores.answer_tones", "the nearest is scores.answer_tone"),
        ("selection.raw[langauge=de]", "the nearest is language"),
        ("completeness.missing_share[field=anwser]", "the nearest is answer"),
        ("bias.selection_rate_ratio[demographic=langage]", "the nearest is language"),
        ("bias.selection_rate_ratio", "write bias.selection_rate_ratio[demographic=*]"),
        ("accuracy.accuracy[language=*]", "write accuracy.accuracy"),
        ("accuracy", "is not family.measure"),
    ],
)
def test_a_name_that_nothing_can_bear_is_told_with_what_was_meant(name, nearest):
    assert nearest in problem_with(name, KNOWN)


@pytest.mark.parametrize(
    "name",
    [
        "composite.composite",
        "bias.selection_rate_ratio[demographic=*]",
        "selection.accepted_share[team=Second line]",
        "volume.examples[task=Refunds = money]",
        "distribution.relevance_raw[bin=0.95-1.00]",
        "privacy.findings[entity=EMAIL]",
        "drift.population_stability[distribution=answer_tokens]",
        "consistency.terminology_consistency[style=sign in]",
    ],
)
def test_names_of_what_may_be_measured_are_no_problem(name):
    assert problem_with(name, KNOWN) is None


def test_every_wrong_gate_and_score_is_told_before_anything_is_measured(tmp_path):
    file = tmp_path / "smelt.yaml"
    file.write_text(
        """
dataset_quality:
  scores: {accuracy: answer_acuracy, relevance: relevance}
  gates:
    - {measure: accuracy.acuracy, at_least: 0.5, action: fail}
    - {measure: intrinsic.sizes, max_drop: 0}
"""
    )
    with pytest.raises(ConfigError) as raised:
        load_config([file])
    message = str(raised.value)
    assert str(file) in message
    for told in ("nearest is answer_accuracy", "nearest is accuracy.accuracy", "nearest is intrinsic.size"):
        assert told in message


def test_a_score_of_another_name_may_be_gated():
    config = DatasetQualityConfig(
        scores={"manners": "answer_tone"}, gates=[{"measure": "manners.manners", "at_least": 0.5}]
    )
    assert config.gates[0].measure == "manners.manners"
