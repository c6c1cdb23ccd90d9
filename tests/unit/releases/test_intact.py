from __future__ import annotations

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from smelt.releases.intact import differences
from smelt.tables.local_delta import rows_by_partition
from tests.unit.releases.test_card import a_manifest


def test_rows_that_went_or_came_are_told_by_split():
    manifests = [a_manifest(), a_manifest(release="v2")]
    counts = {("v1", "train"): 1200, ("v1", "test"): 150, ("v2", "train"): 1201, ("unfinished", "train"): 9}
    assert differences(manifests, counts) == [
        "release v2 has 0 rows in test, its manifest says 150",
        "release v2 has 1,201 rows in train, its manifest says 1,200",
    ]
    assert differences(manifests[:1], counts) == []


def test_the_log_counts_rows_by_partition_also_after_a_deletion(tmp_path):
    rows = {"release": ["v1"] * 3, "split": ["train", "train", "test"], "example_id": ["a", "b", "c"]}
    place = str(tmp_path / "rows")
    write_deltalake(place, pa.table(rows), partition_by=["release", "split"])
    write_deltalake(place, pa.table(rows), mode="append")
    columns = ("release", "split")
    assert rows_by_partition(place, columns) == {("v1", "train"): 4, ("v1", "test"): 2}
    DeltaTable(place).delete("example_id = 'a'")
    assert rows_by_partition(place, columns) == {("v1", "train"): 2, ("v1", "test"): 2}
