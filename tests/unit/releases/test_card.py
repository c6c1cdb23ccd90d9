"""The card says what was written, in a form that tools and people read."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml

from smelt.releases.card import dataset_card
from smelt.releases.manifest import Manifest, ReleaseError, check_name, next_name
from smelt.releases.shapes import COLUMN_NOTES, SHAPES, schema_of


def a_manifest(**changes):
    values = {
        "release": "v1",
        "created_at": dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC),
        "input_versions": {"silver.examples": 3, "gold.curated_examples": 4},
        "config_hash": "c" * 16,
        "code_version": "0.1.0",
        "counts": {"train": 1200, "test": 150},
        "rows": 1350,
        "groups": 700,
        "fingerprint": "f" * 32,
        "split_fingerprints": {"train": "a" * 32, "test": "b" * 32},
        "scan_settings": "s",
        "residual_rows": {},
        "residual_spans": {},
        "run_id": "r1",
    }
    return Manifest(**(values | changes))


def card(file_format="jsonl", shape="messages"):
    return dataset_card(a_manifest(), {"train": 1200, "test": 150}, file_format=file_format, shape=shape)


def test_front_matter_names_the_files_of_each_split():
    _, head, body = card("parquet").split("---\n", 2)
    values = yaml.safe_load(head)
    assert values["configs"][0]["data_files"] == [
        {"split": "train", "path": "data/train-*.parquet"},
        {"split": "test", "path": "data/test-*.parquet"},
    ]
    assert values["size_categories"] == ["1K<n<10K"]
    assert body.startswith("\n# v1\n")


def test_body_has_counts_versions_and_fingerprint():
    text = card()
    assert "| train | 1,200 | 88.9% |" in text
    assert "| gold.curated_examples | 4 |" in text
    assert "f" * 32 in text
    assert 'load_dataset("json"' in text


@pytest.mark.parametrize("shape", SHAPES)
def test_every_column_of_every_shape_is_explained(shape):
    assert set(schema_of(shape).names) <= set(COLUMN_NOTES)
    for name in schema_of(shape).names:
        assert f"| {name} |" in card(shape=shape)


def test_names():
    manifests = [a_manifest(), a_manifest(release="2026-11-24.1")]
    check_name("v2", manifests)
    assert next_name(dt.date(2026, 11, 24), manifests) == "2026-11-24.2"
    with pytest.raises(ReleaseError, match="exists already"):
        check_name("v1", manifests)
    for name in ("", "V1", "../x", "latest", "a b", "x" * 65):
        with pytest.raises(ReleaseError, match="cannot name"):
            check_name(name, manifests)
