from __future__ import annotations

import importlib.util

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smelt.errors import ConfigError, MissingExtra
from smelt.quality.config import MEASURES, QualityConfig
from smelt.quality.explain import explain_pairs
from smelt.quality.score import score_pairs

PAIR = {
    "question": ["How do I reset my password?"],
    "answer": ["Open the settings and choose reset password."],
}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=120)), max_size=24))
def test_any_text_gets_scores_between_0_and_1(pairs):
    table = pa.table(
        {
            "question": pa.array([q for q, _ in pairs], pa.string()),
            "answer": pa.array([a for _, a in pairs], pa.string()),
        }
    )
    scores = score_pairs(table)
    assert scores.column_names == [*MEASURES, "composite", "rejections"]
    assert scores.num_rows == len(pairs)
    for name in (*MEASURES, "composite"):
        assert all(0 <= value <= 1 for value in scores[name].to_pylist())


def test_a_pair_scores_the_same_whatever_stands_beside_it():
    alone = score_pairs(pa.table(PAIR)).to_pylist()[0]
    company = pa.table({name: ["Something else entirely?", *values, "x"] for name, values in PAIR.items()})
    beside = score_pairs(company).to_pylist()[1]
    assert beside.pop("rejections") == alone.pop("rejections")
    assert beside == pytest.approx(alone)


def test_nulls_and_empty_texts_are_rejected_not_crashed_on():
    table = pa.table(
        {"question": pa.array([None, ""], pa.string()), "answer": pa.array(["", None], pa.string())}
    )
    assert all("answer_too_short" in names for names in score_pairs(table)["rejections"].to_pylist())


def test_missing_columns_are_named():
    with pytest.raises(ValueError, match="missing: answer"):
        score_pairs(pa.table({"question": ["x"]}))


def test_unknown_names_in_the_configuration_are_named():
    with pytest.raises(ConfigError, match="nonsense"):
        score_pairs(pa.table(PAIR), QualityConfig(pass_marks={"nonsense": 0.5}))
    with pytest.raises(ConfigError, match="no_such_rule"):
        score_pairs(pa.table(PAIR), QualityConfig(disabled=("no_such_rule",)))
    with pytest.raises(ValueError, match=r"pass_marks.relevance: 2.0; weights|pass_marks.relevance"):
        QualityConfig(pass_marks={"relevance": 2.0})


def test_the_encoder_needs_its_model_and_its_extra(tmp_path):
    with pytest.raises(ConfigError, match="is no folder"):
        score_pairs(pa.table(PAIR), QualityConfig(semantic={"model": str(tmp_path / "none")}))
    if importlib.util.find_spec("sentence_transformers"):
        pytest.skip("the extra is installed")
    with pytest.raises(MissingExtra, match="semantic"):
        score_pairs(pa.table(PAIR), QualityConfig(semantic={"model": str(tmp_path)}))


def test_every_rule_says_what_it_looked_at():
    (opinions,) = explain_pairs(pa.table(PAIR))
    assert {opinion.rule for opinion in opinions} >= {"answer_cut_off", "question_vague", "answer_off_topic"}
    assert all(opinion.summary and 0 <= opinion.pass_mark <= 1 for opinion in opinions)
    length = next(opinion for opinion in opinions if opinion.rule == "question_too_short")
    assert (length.inputs, length.pass_mark, length.is_passed) == ({"characters": 27}, 0.5, True)
