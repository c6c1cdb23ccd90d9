"""What a worker imports before its first record: only what its own source needs."""

from __future__ import annotations

import subprocess
import sys

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


UNWANTED = {
    "smelt.intake.transport": OF_OTHER_FORMATS,
    "smelt.conversations.plain_text": OF_OTHER_FORMATS - {"polars"},
    "smelt.examples.arrow": OF_OTHER_FORMATS - {"polars"},
    "smelt.duplicates.signing": OF_OTHER_FORMATS - {"polars"},
}


def test_a_worker_imports_no_parser_of_another_format() -> None:
    """One process imports them one after the other: what is there after the last is there by one of them."""
    told = "import sys\n" + "\n".join(f"import {module}; print(*sys.modules)" for module in UNWANTED)
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    for module, imported in zip(UNWANTED, done.stdout.splitlines(), strict=True):
        assert UNWANTED[module].isdisjoint(imported.split()), module
