"""Tables below folders of any name, without Spark."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from hypothesis import given
from hypothesis import strategies as st

from smelt.intake.links import matches
from smelt.tables import local_delta
from smelt.tables.filesystem import literal
from smelt.tables.location import TablePlaces

PLAIN = ("a b", "50% off", "o'brien", "a{b}#", "ünï", "pl+us", "x*?y", "a;b&c=d", "back`t")
UNKNOWN = ("a[1]", "100%25", "a\\b", "a^b", "a|b", 'a"b', "<a>")


@pytest.mark.parametrize("name", PLAIN)
def test_rows_and_files_are_found(tmp_path, name):
    folder = tmp_path / name / "gold" / "t"
    folder.mkdir(parents=True)
    uri = str(local_delta.uri_of(str(folder)))
    write_deltalake(uri, pa.table({"n": [1, 2], "part": ["x y%", "z"]}), partition_by=["part"])
    found = local_delta.snapshot(str(folder))
    assert found is not None
    assert len(found.files) == 2
    assert all(Path(file).is_file() for file in found.files)


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_delta_rs_cannot_have_is_left_to_spark(tmp_path, name):
    assert local_delta.snapshot(str(tmp_path / name / "gold" / "t")) is None


def test_a_backtick_stays_within_the_name_of_a_table():
    assert TablePlaces(root="/a`b").identifier("gold.t") == "delta.`/a``b/gold/t`"


@given(st.text("ab[]{}*?\\ %'", min_size=1, max_size=12))
def test_a_literal_path_matches_itself(name):
    assert matches(literal(f"/in/{name}"), f"/in/{name}")
    assert not matches(literal(f"/in/{name}"), f"/in/{name}x")
