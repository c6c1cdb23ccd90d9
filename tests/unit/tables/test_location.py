"""What a warehouse's root means: to Spark and to this process the same, or it is refused."""

from __future__ import annotations

import pytest

from smelt.errors import EnvironmentProblem
from smelt.tables.location import TablePlaces, resolved


@pytest.mark.parametrize(
    ("root", "filesystem", "meant"),
    [
        ("/data/w", "file:", "/data/w"),
        ("file:///data/w/", "file:", "/data/w"),
        ("file:/data/w", "file:", "/data/w"),
        ("file://localhost/data/w", "file:", "/data/w"),
        ("/data/w", "hdfs://nn:8020", "hdfs://nn:8020/data/w"),
        ("file:/data/w", "hdfs://nn:8020", "file:///data/w"),
        ("/data/w", "dbfs:", "dbfs:/data/w"),
        ("dbfs:/x/", "file:", "dbfs:/x"),
        ("s3a://bucket/x", "hdfs://nn:8020", "s3a://bucket/x"),
        (
            "abfss://box@account.dfs.core.windows.net/x/",
            "file:",
            "abfss://box@account.dfs.core.windows.net/x",
        ),
        ("gs://bucket", "file:", "gs://bucket"),
    ],
)
def test_a_root_is_resolved_as_hadoop_does(root, filesystem, meant):
    assert resolved(root, filesystem) == meant
    places = TablePlaces(root=meant)
    assert places.location("gold.releases") == f"{meant}/gold/releases"
    assert places.is_on_disk == meant.startswith("/")


def test_a_relative_root_starts_where_smelt_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolved("warehouse", "file:") == str(tmp_path / "warehouse")


def test_two_meanings_are_refused_and_both_are_named(tmp_path):
    (tmp_path / "silver").mkdir()
    with pytest.raises(EnvironmentProblem) as refused:
        resolved(str(tmp_path), "hdfs://nn:8020")
    assert f"hdfs://nn:8020{tmp_path}" in str(refused.value)
    assert f"file://{tmp_path}" in str(refused.value)
    assert resolved(f"file://{tmp_path}", "hdfs://nn:8020") == f"file://{tmp_path}"
