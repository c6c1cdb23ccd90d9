"""Fixtures of the tests of single tables: their warehouses have every table already."""

from __future__ import annotations

import pytest

from smelt.tables.warehouse import Warehouse


@pytest.fixture
def warehouse(spark, root):
    """A warehouse of the test's own with every table, all empty."""
    return Warehouse(spark, root=str(root))
