"""What a worker imports before its first record: only what its own source needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

OF_OTHER_FORMATS = {
    "webvtt",
    "yaml",
    "selectolax",
    "markdown_it",
    "pyarrow.parquet",
    "ftfy",
    "phonenumbers",
    "polars",
}


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("smelt.intake.transport", OF_OTHER_FORMATS),
        ("smelt.conversations.plain_text", OF_OTHER_FORMATS - {"polars"}),
        ("smelt.examples.arrow", OF_OTHER_FORMATS - {"polars"}),
        ("smelt.duplicates.signing", OF_OTHER_FORMATS - {"polars"}),
    ],
)
def test_a_worker_imports_no_parser_of_another_format(module: str, unwanted: set[str]) -> None:
    told = f"import sys, {module}; print(*sys.modules)"
    imported = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout
    assert unwanted.isdisjoint(imported.split())
