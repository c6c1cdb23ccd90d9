"""The Spark NLP stage on its real jar, in a process of its own; Spark 4 has no jar of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyspark
import pytest

from smelt.errors import ConfigError

pytestmark = [
    pytest.mark.skipif(pyspark.__version__ >= "4", reason="Spark NLP 5.5 has no jar for Spark 4"),
    pytest.mark.slow,
    pytest.mark.timeout(1800),
]
CHILD = Path(__file__).with_name("spark_nlp_child.py")
PATIENCE = 1500


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the child found."""
    command = [sys.executable, str(CHILD), str(tmp_path_factory.mktemp("nlp"))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def test_it_can_run(ran):
    assert ran["why_not"] is None


def test_rules_add_identities_to_their_record_only(ran):
    assert ran["known"]["1"] == [["entity:POLICY_NUMBER", "PX-123456"], ["name", "Zyxo Qavarr"]]
    assert ran["known"]["2"] == [["name", "Ann"]]


def test_it_is_off_by_default(ran):
    assert ran["off"]


def test_a_trained_model_is_read_back_and_its_spans_are_code_points(ran):
    """So small a model may miss a name; what it finds must be one, at the right place after an emoji."""
    with_name, without = ran["spans"]
    assert set(with_name) <= {"Rosa"}
    assert without == []


def test_bad_rules_are_all_named():
    from smelt.pii.detect.spark_nlp.recognise import split_rules

    with pytest.raises(ConfigError, match=r"line 1(?s:.*)line 2"):
        split_rules('nonsense\n{"label": "A"}\n', "rules.jsonl")
