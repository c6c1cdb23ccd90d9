"""External sources with their terms."""

from __future__ import annotations

import datetime as dt

from smelt.external.config import ExternalConfig
from smelt.intake.source import SourceConfig


def a_source(folder, licence="CC-BY-4.0", **changed):
    text = folder / "LICENSE"
    text.write_text("Creative Commons Attribution 4.0")
    given = {"licence": licence, "licence_file": str(text), "retrieved": dt.date(2026, 1, 31), "title": "Queries",
             "owner": "Example Ltd", "url": "https://example.org/queries"}  # fmt: skip
    return given | changed


def config_of(**sources):
    return ExternalConfig.model_validate({"sources": sources})


def sources_of(*names, kind="articles", path="nowhere"):
    given = {"kind": kind, "format": "markdown", "path": path}
    return [SourceConfig.model_validate({"name": name} | given) for name in names]
