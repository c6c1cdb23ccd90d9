from __future__ import annotations

import pytest

from tests.lanes import ROOT, is_of_a_lane, modules_that_differ


def test_spark_differs_between_the_lanes_and_what_reads_texts_does_not():
    assert {"pyspark", "delta"} <= modules_that_differ()
    assert not {"polars", "pyarrow", "ahocorasick", "hypothesis", "smelt"} & modules_that_differ()


@pytest.mark.parametrize(
    ("code", "reaches"),
    [
        ("import pyspark", True),
        ("def work():\n    from pyspark.sql import functions", True),
        ("from smelt.spark import session", True),
        ("from importlib import import_module\nimport_module(f'smelt.spark.{name}')", True),
        ("import importlib\nimportlib.import_module(name)", True),
        ("from importlib import import_module\nimport_module(f'stdnum.{name}')", False),
        ("if TYPE_CHECKING:\n    from pyspark.sql import DataFrame", False),
        ("import polars\nfrom smelt.regexes import spans", False),
    ],
)
def test_imports_are_followed(tmp_path, code, reaches):
    file = tmp_path / "test_it.py"
    file.write_text(code)
    assert is_of_a_lane(file) is reaches


def test_tests_with_a_session_are_of_a_lane():
    assert is_of_a_lane(ROOT / "tests/spark/duplicates/test_graph.py")
    assert not is_of_a_lane(ROOT / "tests/unit/test_regexes.py")
