"""The session of the embedded engine."""

from __future__ import annotations

import subprocess
import sys

import pytest

from smelt.tables.embedded import is_embedded, to_arrow

pytestmark = pytest.mark.embedded


@pytest.fixture
def embedded(spark):
    if not is_embedded(spark):
        pytest.skip("another engine runs this test")
    return spark


def test_answers_are_not_compressed(embedded):
    assert ("grpc.compression_enabled_algorithms_bitset", 1) in embedded.client._builder._channel_options


def test_a_large_answer_is_whole(embedded):
    """Several megabytes, in as many messages as the server likes."""
    rows = to_arrow(embedded.range(300_000).selectExpr("id", "concat('text ', id) AS text"))

    assert rows.num_rows == 300_000
    assert sorted(rows["id"].to_pylist()) == list(range(300_000))
    assert rows["text"].to_pylist()[:2] == [f"text {number}" for number in rows["id"].to_pylist()[:2]]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python has no distutils of its own")
def test_a_session_starts_without_the_packages_of_setuptools(embedded):
    """Another process, since this one's test tools may have imported them."""
    started = "import sys; from smelt.tables.embedded import embedded_session as start; start(); print(*sys.modules)"
    child = subprocess.run([sys.executable, "-c", started], check=True, capture_output=True, text=True)

    modules = child.stdout.split()
    assert "pyspark.sql.connect.session" in modules
    assert not {"setuptools", "pkg_resources"} & {*modules}
