"""Maintenance: fewer files, the same rows, and nothing that a reader or a release may still need."""

from __future__ import annotations

import datetime as dt

import pytest

from smelt.errors import ConfigError
from smelt.tables.maintain import SPARE_FILES, maintain


def test_small_files_are_written_together_and_older_versions_stay_readable(warehouse):
    for number in range(SPARE_FILES + 4):
        warehouse.append_rows("ops.ledger", [("r", "scores", "mail", "in", None, number)])
    version = warehouse.version("ops.ledger")
    before = sorted(row["count"] for row in warehouse.read("ops.ledger").collect())
    assert warehouse.holds_the_same_since("ops.ledger", version)
    (done,) = maintain(warehouse)
    assert (done.table, done.files_before, done.files_after, done.is_optimized) == (
        "ops.ledger",
        SPARE_FILES + 4,
        1,
        True,
    )
    assert sorted(row["count"] for row in warehouse.read("ops.ledger").collect()) == before
    assert sorted(row["count"] for row in warehouse.read("ops.ledger", version=version).collect()) == before
    assert warehouse.holds_the_same_since("ops.ledger", version)
    warehouse.append_rows("ops.ledger", [("r", "scores", "mail", "in", None, 99)])
    assert not warehouse.holds_the_same_since("ops.ledger", version)
    (again,) = maintain(warehouse)
    assert not again.is_optimized


def test_files_are_never_removed_early(warehouse):
    with pytest.raises(ConfigError, match="168 hours"):
        list(maintain(warehouse, retain_hours=1))


def test_a_table_of_an_earlier_version_gets_the_columns_that_came_later(spark, warehouse):
    from smelt.releases.manifest import read_manifests
    from smelt.tables.contract import contract

    declared = contract("gold.releases")
    older = declared.model_copy(update={"columns": declared.columns[:-1]})
    spark.sql(older.create_statement(warehouse.identifier("gold.releases")))
    assert read_manifests(warehouse) == []
    warehouse.create("gold.releases")
    assert warehouse.compare("gold.releases") == []
    made = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    row = ("v1", made, {}, "h", "0", {"train": 1}, 1, 1, "f", {}, "", {}, {}, "r1", None)
    warehouse.append_rows("gold.releases", [row])
    assert [manifest.release for manifest in read_manifests(warehouse)] == ["v1"]
