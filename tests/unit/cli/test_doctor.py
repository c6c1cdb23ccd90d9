from __future__ import annotations

from smelt.cli.doctor import _without_spark


def test_what_sql_needs_is_told():
    [(name, good, said)] = _without_spark()
    assert (name, good) == ("sql", True)
    assert "duckdb" in said
