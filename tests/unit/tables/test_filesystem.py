from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.tables.filesystem import has_scheme, local_path


@pytest.mark.parametrize("path", ["s3a://b/k", "dbfs:/x", "file:/x", "hdfs://nn:8020/x", "wasb+x.y://z"])
def test_a_uri_says_where_it_is(path):
    assert has_scheme(path)


@pytest.mark.parametrize(
    "path", ["/x", "x/y", "C:/data", "./dbfs:/x", "", "2024:notes", "reader.py:Reader", "file:relative"]
)
def test_a_plain_path_does_not(path):
    assert not has_scheme(path)
    assert local_path(path) == path


@given(st.from_regex(r"(/[a-z :+]{1,8}){1,4}", fullmatch=True))
def test_every_way_to_write_a_local_uri_means_the_same(path):
    for prefix in ("file:", "file://", "file://localhost"):
        assert local_path(prefix + path) == path


@pytest.mark.parametrize("uri", ["s3a://b/k", "file://server/share"])
def test_what_is_not_this_disk_has_no_local_path(uri):
    assert local_path(uri) is None
