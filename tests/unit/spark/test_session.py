from __future__ import annotations

import pytest

from smelt.spark.config import SparkConfig
from smelt.spark.jvm import DUMPED, NAME, archive_options
from smelt.spark.session import _first_heap, _with_retries


@pytest.mark.parametrize(
    ("memory", "options"),
    [
        ("4g", ("-Xms1024m", "-XX:NewSize=512m")),
        ("1g", ("-Xms512m", "-XX:NewSize=256m")),
        ("600m", ("-Xms300m", "-XX:NewSize=150m")),
        ("1048576k", ("-Xms512m", "-XX:NewSize=256m")),
    ],
)
def test_the_heap_never_begins_larger_than_it_may_grow(memory, options):
    assert _first_heap(SparkConfig(driver_memory=memory)) == options


def test_the_archive_of_classes_is_used_where_there_is_one(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    assert archive_options() == ()
    (tmp_path / NAME).touch()
    assert archive_options() == (f"-XX:SharedArchiveFile={tmp_path / NAME}", "-Xlog:disable")
    monkeypatch.setenv(DUMPED, "elsewhere")
    assert archive_options() == ("-XX:ArchiveClassesAtExit=elsewhere", "-Xlog:disable")


@pytest.mark.parametrize(
    ("master", "wanted"),
    [
        ("local", "local[1,4]"),
        ("local[*]", "local[*,4]"),
        ("local[3]", "local[3,4]"),
        ("local[3,1]", "local[3,1]"),
        ("local-cluster[2,1,1024]", "local-cluster[2,1,1024]"),
        ("spark://host:7077", "spark://host:7077"),
    ],
)
def test_a_local_task_is_tried_as_often_as_a_clusters_unless_told_otherwise(master, wanted):
    assert _with_retries(master) == wanted
