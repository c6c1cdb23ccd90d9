"""The session of the embedded engine."""

from __future__ import annotations

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
