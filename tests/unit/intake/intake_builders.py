"""Builders of sources, files and rows as dictionaries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from smelt.intake.columns import PARSED
from smelt.intake.parsing import Limits, Parser
from smelt.intake.records import SourceFile
from smelt.intake.source import SourceConfig

LATEST = datetime(2026, 12, 1, tzinfo=UTC)
LIMITS = Limits(LATEST, raw_characters=200, max_record_bytes=8 << 20, max_file_bytes=1 << 30)
A_FILE = SourceFile("/landing/day1/a.jsonl", "day1/a.jsonl")


def an_entry(**values: Any) -> dict[str, Any]:
    """An entry of ``intake.sources``: tickets in JSON lines with a key, a subject and a body; any key can be given."""
    base: dict[str, Any] = {
        "name": "desk",
        "kind": "tickets",
        "format": "json_lines",
        "path": "tickets",
        "mapping": {"source_key": "id", "subject": "subject", "body": "body"},
    }
    return base | values


def a_source(**values: Any) -> SourceConfig:
    """The source of :func:`an_entry`."""
    return SourceConfig.model_validate(an_entry(**values))


def parse(
    source: SourceConfig, data: bytes, file: SourceFile = A_FILE, limits: Limits = LIMITS
) -> list[dict[str, Any]]:
    """Rows of one file, as dictionaries."""
    return [dict(zip(PARSED, row, strict=True)) for row in Parser(source, limits).file(data, file)]


def parse_one(source: SourceConfig, data: bytes) -> dict[str, Any]:
    """The only row of a file."""
    rows = parse(source, data)
    assert len(rows) == 1
    return rows[0]


def chats() -> SourceConfig:
    """Chats with nested turns."""
    return a_source(
        kind="chats",
        mapping={"source_key": "id", "customer_id": "customer"},
        turns={"path": "turns", "role": "who", "text": "text", "at": "at"},
        roles={"customer": ["User"], "agent": ["Wizard"]},
    )
