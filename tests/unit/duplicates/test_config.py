from __future__ import annotations

import pytest
from pydantic import ValidationError

from smelt.config import load_config
from smelt.duplicates.bands import LshShape
from smelt.duplicates.config import DuplicatesConfig, EvaluationSet, NearConfig, SemanticConfig


def test_the_defaults_are_those_of_the_packaged_configuration():
    assert load_config().duplicates == DuplicatesConfig()


def test_bands_and_rows_come_together_and_fit():
    assert NearConfig(bands=14, rows=8).shape == LshShape(14, 8)
    with pytest.raises(ValidationError, match="both bands and rows"):
        NearConfig(bands=14)
    with pytest.raises(ValidationError, match="must not exceed"):
        NearConfig(bands=100, rows=8)
    with pytest.raises(ValidationError, match="permutations cannot find"):
        NearConfig(threshold=0.01, permutations=8)


def test_a_setting_that_decides_on_rows_changes_the_parameters_and_others_do_not():
    one = DuplicatesConfig()
    assert one.parameters != DuplicatesConfig(compare="both").parameters
    assert one.parameters != DuplicatesConfig(near=NearConfig(threshold=0.8)).parameters
    assert one.parameters == DuplicatesConfig(one_task_rows=5).parameters


def test_what_contradicts_itself_is_refused():
    with pytest.raises(ValidationError, match="folder of a sentence-transformers model"):
        SemanticConfig(enabled=True)
    with pytest.raises(ValidationError, match="either path or table"):
        EvaluationSet(name="exam")
    with pytest.raises(ValidationError, match="either path or table"):
        EvaluationSet(name="exam", path="a.jsonl", table="gold.exam")
