from __future__ import annotations

import pytest

from smelt.cli.doctor import _advice, _without_spark


@pytest.mark.parametrize("root", ["s3a://bucket/x", "s3://bucket/x"])
def test_s3_is_named_as_unsafe_for_other_writers(root):
    assert "nothing but smelt may write" in _advice(root)


@pytest.mark.parametrize("root", ["hdfs://nn/x", "abfss://b@a/x", "gs://b/x", "/data"])
def test_other_stores_are_not(root):
    assert "nothing but smelt" not in _advice(root)


def test_what_sql_needs_is_told():
    [(name, good, said)] = _without_spark()
    assert (name, good) == ("sql", True)
    assert "duckdb" in said
