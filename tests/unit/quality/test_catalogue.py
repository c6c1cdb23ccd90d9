"""Rules of one's own: a registry a configuration, plugins known by their content."""

from __future__ import annotations

import sys

import pyarrow as pa
import pytest

from smelt.errors import ConfigError
from smelt.quality.arrow import READ, scoring
from smelt.quality.catalogue import plugins_of, registry_of
from smelt.quality.config import MEASURES, QualityConfig
from smelt.quality.corpus.model import english
from smelt.quality.explain import explain_pairs
from smelt.quality.score import score_pairs

TABLE = pa.table(
    {
        "question": ["How do I reset my password?", "What does the larger plan cost?"],
        "answer": ["Open the settings and choose reset password.", "That costs $20 a month for you."],
    }
)
RULE = """
from smelt.quality.rules import rule

@rule("answer_names_price", measure="answer_prices")
def answer_names_price(pairs):
    '''The answer names a price, which changes too often to be learned.'''
    return {score}
"""
PRICES = RULE.format(score=r"1.0 - pairs.answer.contains(r'\$\d')")


@pytest.fixture
def prices(tmp_path):
    file = tmp_path / "prices.py"
    file.write_text(PRICES)
    return file


def with_plugins(*plugins):
    return QualityConfig(plugins=tuple(map(str, plugins)))


def test_a_rule_of_ones_own_is_one_file(prices):
    scores = score_pairs(TABLE, with_plugins(prices))
    assert scores["answer_prices"].to_pylist() == [1.0, 0.0]
    assert scores["rejections"].to_pylist() == [[], ["answer_names_price"]]


def test_rules_of_one_configuration_are_not_those_of_the_next(prices):
    plain = score_pairs(TABLE)
    score_pairs(TABLE, with_plugins(prices))
    assert score_pairs(TABLE).equals(plain)
    assert plain.column_names == [*MEASURES, "composite", "rejections"]
    assert "answer_names_price" not in {opinion.rule for opinion in explain_pairs(TABLE)[0]}
    with pytest.raises(ConfigError, match="answer_names_price"):
        score_pairs(TABLE, QualityConfig(disabled=("answer_names_price",)))


def test_a_shipped_rule_that_a_plugin_replaces_comes_back(tmp_path):
    file = tmp_path / "short.py"
    file.write_text(
        PRICES.replace("answer_names_price", "answer_too_short").replace("answer_prices", "answer_length")
    )
    assert score_pairs(TABLE, with_plugins(file))["rejections"].to_pylist()[1] == ["answer_too_short"]
    assert score_pairs(TABLE)["rejections"].to_pylist()[1] == []


def test_an_edited_file_is_loaded_again_and_known_as_another(prices):
    config = with_plugins(prices)
    (before,) = plugins_of(config)
    assert score_pairs(TABLE, config)["answer_prices"].to_pylist() == [1.0, 0.0]
    prices.write_text(RULE.format(score="[.25] * len(pairs)"))
    assert score_pairs(TABLE, config)["answer_prices"].to_pylist() == [0.25, 0.25]
    assert plugins_of(config)[0].digest != before.digest
    prices.write_text(PRICES)
    assert plugins_of(config) == (before,)


def test_a_file_that_moved_is_the_same_plugin(prices, tmp_path):
    moved = prices.rename(tmp_path / "moved.py")
    other = tmp_path / "prices.py"
    other.write_text(PRICES)
    assert plugins_of(with_plugins(moved))[0].digest == plugins_of(with_plugins(other))[0].digest
    assert with_plugins(moved).deciding() == with_plugins(other).deciding() == QualityConfig()


def test_an_edited_module_of_a_package_is_loaded_again(tmp_path, monkeypatch):
    package = tmp_path / "company_rules"
    package.mkdir()
    (package / "__init__.py").write_text("from company_rules import prices\n")
    (package / "prices.py").write_text(PRICES)
    monkeypatch.syspath_prepend(str(tmp_path))
    config = with_plugins("company_rules")
    try:
        (before,) = plugins_of(config)
        assert score_pairs(TABLE, config)["answer_prices"].to_pylist() == [1.0, 0.0]
        (package / "prices.py").write_text(RULE.format(score="[0.125] * len(pairs)  # another length"))
        assert score_pairs(TABLE, config)["answer_prices"].to_pylist() == [0.125, 0.125]
        assert plugins_of(config) != (before,)
    finally:
        for name in [name for name in sys.modules if name.startswith("company_rules")]:
            del sys.modules[name]


def test_rules_may_be_added_to_the_register_as_objects(tmp_path):
    file = tmp_path / "objects.py"
    file.write_text(
        "import numpy as np\n"
        "from smelt.quality.rules import REGISTRY, Rule\n"
        "REGISTRY.add(Rule('always', 'mine', lambda pairs: np.full(len(pairs), .5), 'answer'))\n"
    )
    assert score_pairs(TABLE, with_plugins(file))["mine"].to_pylist() == [0.5, 0.5]
    assert "always" not in registry_of(QualityConfig()).rules


def test_the_text_of_a_file_travels_to_the_workers(prices):
    score = scoring(with_plugins(prices), english().to_bytes())
    prices.unlink()
    columns = {name: pa.array([None, None], pa.string()) for name in READ if name not in TABLE.column_names}
    rows = pa.table(columns | {name: TABLE[name] for name in TABLE.column_names})
    (scored,) = score(rows.combine_chunks().to_batches())
    assert scored["plugin_scores"].to_pylist() == [[("answer_prices", 1.0)], [("answer_prices", 0.0)]]


def test_plugins_that_are_not_there_are_all_named():
    with pytest.raises(ConfigError, match=r"no_such_module\n.*no/such/file.py"):
        score_pairs(TABLE, with_plugins("no_such_module", "no/such/file.py"))


def test_a_plugin_that_breaks_is_named(tmp_path):
    file = tmp_path / "broken.py"
    file.write_text("1 / 0\n")
    with pytest.raises(ConfigError, match=r"broken.py: ZeroDivisionError"):
        score_pairs(TABLE, with_plugins(file))
