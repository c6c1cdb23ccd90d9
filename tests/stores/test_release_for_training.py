"""The training job's door to a release in a bucket: the table through delta-rs, an export through Arrow, no Spark."""

from __future__ import annotations

import pytest

from smelt.tables.config import WarehouseConfig
from smelt.tuning.config import DataConfig
from smelt.tuning.errors import ReleaseUnusable
from smelt.tuning.prepare import places_of
from smelt.tuning.source.release import open_release
from tests.stores.s3_server import BUCKET, s3_server
from tests.tuning.releases import rows_of, write_release
from tests.unit.tuning.source.test_release import write_export


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A bucket with a warehouse, and an export of its release."""
    folder = tmp_path_factory.mktemp("bucket")
    write_release(folder / "warehouse", rows_of(6, 2, 2))
    write_export(folder / "export", rows_of(6, 2, 2))
    with s3_server() as found, pytest.MonkeyPatch.context() as patch:
        for name, value in found.variables.items():
            patch.setenv(name, value)
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                key = str(file.relative_to(folder))
                found.client.put_object(Bucket=BUCKET, Key=key, Body=file.read_bytes())
        yield found


@pytest.mark.parametrize("scheme", ["s3", "s3a"])
def test_the_table_in_a_bucket(server, scheme):
    places = places_of(WarehouseConfig(root=f"{scheme}://{BUCKET}/warehouse"))
    release = open_release("latest", places, DataConfig())
    assert [row["example_id"] for row in release.read("train", [])] == [f"e{n:05d}" for n in range(6)]
    with pytest.raises(ReleaseUnusable, match="there is no release r9"):
        open_release("r9", places, DataConfig())


@pytest.mark.parametrize("scheme", ["s3", "s3a"])
def test_an_export_in_a_bucket(server, tmp_path, scheme):
    places = places_of(WarehouseConfig(root=str(tmp_path)))
    release = open_release(f"{scheme}://{BUCKET}/export", places, DataConfig())
    assert release.about()["rows"] == {"train": 6, "validation": 2, "test": 2}
    with pytest.raises(ReleaseUnusable, match="is no exported release"):
        open_release(f"{scheme}://{BUCKET}/nothing", places, DataConfig())
