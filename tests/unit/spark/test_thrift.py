"""Settings of the session under the SQL server; the guard itself is asked in tests/cluster."""

from __future__ import annotations

import pytest

from smelt.errors import EnvironmentProblem
from smelt.spark.config import SparkConfig
from smelt.spark.thrift import server_settings, thrift_session


def test_who_logs_in_is_asked_for_a_password_where_there_is_a_file():
    with_file = server_settings("127.0.0.1", 10_000, has_users=True)
    assert with_file["spark.hadoop.hive.server2.authentication"] == "CUSTOM"
    assert with_file["spark.hadoop.hive.server2.thrift.bind.host"] == "127.0.0.1"
    assert with_file["spark.sql.variable.substitute"] == "false"
    without = server_settings("127.0.0.1", 10_000, has_users=False)
    assert "spark.hadoop.hive.server2.authentication" not in without  # the configuration's own holds


@pytest.mark.parametrize("config", [SparkConfig(master="spark://h:7077"), SparkConfig(remote="sc://h")])
def test_only_a_session_of_its_own_is_served(config):
    with pytest.raises(EnvironmentProblem, match="session of its own"):
        thrift_session(config, host="127.0.0.1", port=10_000, users=None)
