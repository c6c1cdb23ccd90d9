from __future__ import annotations

import importlib

import pytest

from tests.lanes import ROOT, USING, hidden, is_of_a_lane, modules_that_differ


def test_spark_differs_between_the_lanes_and_what_reads_texts_does_not():
    assert {"pyspark", "delta"} <= modules_that_differ()
    assert not {"polars", "pyarrow", "ahocorasick", "hypothesis", "smelt"} & modules_that_differ()


@pytest.mark.parametrize(
    ("code", "reaches"),
    [
        ("import pyspark", True),
        ("class Work:\n    from pyspark.sql import functions", True),
        ("def work():\n    from pyspark.sql import functions", False),
        ("from smelt.tables import increment", True),
        ("from smelt.spark import session", False),
        ("from importlib import import_module\nimport_module(f'smelt.tables.{name}')", True),
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


def test_who_uses_spark_while_it_runs_is_said():
    for place in USING:
        assert (ROOT / place).exists()
        assert is_of_a_lane(ROOT / place)
    assert not is_of_a_lane(ROOT / "tests/unit/test_regexes.py")


def test_what_is_hidden_cannot_be_imported_also_where_it_was_before():
    import pyspark.sql

    with hidden():
        for name in ("pyspark", "pyspark.sql", "delta.tables"):
            with pytest.raises(ImportError):
                importlib.import_module(name)
    assert importlib.import_module("pyspark.sql") is pyspark.sql
