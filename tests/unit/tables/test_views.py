from __future__ import annotations

import re

import pytest

from smelt.tables.contract import all_contracts
from smelt.tables.views import all_views


@pytest.mark.parametrize("view", all_views().values(), ids=list(all_views()))
def test_a_view_reads_what_it_says_and_is_no_table(view):
    assert view.view not in all_contracts()
    for text in (view.sql, view.duckdb or view.sql):
        assert set(re.findall(r"\{([a-z_.]+)\}", text)) == set(view.reads)
    assert set(view.reads) <= set(all_contracts())
