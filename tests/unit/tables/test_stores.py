from __future__ import annotations

import pytest

from smelt.tables.location import TablePlaces
from smelt.tables.stores import advice, is_unsafe


@pytest.mark.parametrize("root", ["s3a://bucket/x", "s3://bucket/x"])
def test_s3_is_named_as_unsafe_for_other_writers(root, monkeypatch):
    assert "nothing else may write" in advice(root)
    monkeypatch.delenv("DATABRICKS_RUNTIME_VERSION", raising=False)
    assert TablePlaces(root=root).is_on_s3
    assert not TablePlaces(root=root, catalog="main").is_on_s3
    monkeypatch.setenv("DATABRICKS_RUNTIME_VERSION", "16.4")
    assert not TablePlaces(root=root).is_on_s3


@pytest.mark.parametrize("root", ["hdfs://nn/x", "abfss://b@a/x", "gs://b/x", "/data"])
def test_other_stores_are_not(root):
    assert "nothing else may write" not in advice(root)
    assert not is_unsafe(root)
    assert not TablePlaces(root=root).is_on_s3


def test_what_each_store_asks_for_is_told():
    assert "hierarchical namespaces" in advice("abfss://b@a/x")
    assert "connector" in advice("gs://b/x")
    assert is_unsafe("wasbs://b@a/x")
    assert "abfss" in advice("wasbs://b@a/x")
