from __future__ import annotations

import pytest

from smelt.errors import EnvironmentProblem
from smelt.spark import executors
from smelt.spark.config import SparkConfig
from smelt.spark.session import get_session, runs_elsewhere


def test_executors_that_can_run_smelt_are_left_alone(spark):
    executors.check_executors(spark)
    assert not runs_elsewhere(spark)


def test_what_they_lack_is_said_in_a_line_each(spark, monkeypatch):
    monkeypatch.setattr(executors, "NEEDED", ("orjson", "no_such_package"))
    with pytest.raises(EnvironmentProblem, match="lacks no_such_package") as said:
        executors.check_executors(spark)
    assert len(str(said.value).splitlines()) == 3


def test_a_cluster_is_reached_by_the_script(monkeypatch):
    monkeypatch.setattr("smelt.spark.session._active", lambda: None)
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    with pytest.raises(EnvironmentProblem, match=r"deploy/spark_submit\.sh"):
        get_session(SparkConfig(master="spark://nowhere:7077"))
