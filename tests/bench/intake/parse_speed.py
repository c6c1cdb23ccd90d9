"""How many small tickets one core parses and maps a second: ``python -m tests.bench.intake.parse_speed``.

CPU time of the fastest of many batches, so that a busy machine says nothing of the code.
"""

from __future__ import annotations

import time
from datetime import datetime, timezone

import orjson

from smelt.intake.columns import to_batch
from smelt.intake.config import IntakeConfig, SourceConfig
from smelt.intake.parsing import Limits, Parser
from smelt.intake.records import SourceFile

GOAL = 20_000


def records_a_second(batches: int = 30, rows: int = 1_000) -> float:
    """Records parsed, mapped and turned into Arrow, for one CPU second."""
    source = SourceConfig.model_validate(
        {
            "name": "desk",
            "kind": "tickets",
            "format": "json_lines",
            "path": "desk",
            "mapping": {
                "source_key": "id",
                "subject": "subject",
                "body": "description",
                "customer_name": "requester.name",
                "customer_email": "requester.email",
                "category": "tags[0]",
                "priority": "priority",
                "created_at": "created_at",
                "updated_at": "updated_at",
            },
            "outcome": {"csat": "satisfaction.score"},
        }
    )
    line = orjson.dumps(
        {
            "id": 1,
            "subject": "Cannot log in",
            "description": "Hello, since yesterday I can no longer log in. " * 5,
            "requester": {"name": "Jo Doe", "email": "jo@example.org", "phone": "1"},
            "created_at": "2024-05-01T10:00:00Z",
            "updated_at": "2024-05-01T10:00:00+02:00",
            "priority": "high",
            "tags": ["login", "web"],
            "satisfaction": {"score": "good"},
            "custom": 5,
        }
    )
    parser = Parser(source, Limits.of(IntakeConfig(), datetime(2026, 12, 1, tzinfo=timezone.utc)))
    file = SourceFile("/landing/desk/a.jsonl", "a.jsonl")
    lines = [(line, f"line {number}") for number in range(rows)]
    best = float("inf")
    for _ in range(batches):
        begun = time.process_time()
        to_batch(list(parser.lines(lines, file)))
        best = min(best, time.process_time() - begun)
    return rows / best


if __name__ == "__main__":
    found = records_a_second()
    print(f"{found:,.0f} records a second a core (goal {GOAL:,})")
    raise SystemExit(found < GOAL)
