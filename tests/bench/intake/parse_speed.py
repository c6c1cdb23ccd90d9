"""What parsing costs a core: ``python -m tests.bench.intake.parse_speed [RECORDS]``.

First small tickets, as many a second as one core takes; then the sources of generated data as a task gets
them, lines or whole files in Arrow batches in, parsed rows out, in milliseconds a record. CPU time of the
fastest of several runs, so that a busy machine says nothing of the code.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pyarrow as pa
import yaml

from smelt.generate.config import KINDS, GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from smelt.intake.columns import to_batch
from smelt.intake.config import IntakeConfig, SourceConfig
from smelt.intake.landing import Reading
from smelt.intake.parse_batches import BATCH_ROWS, parse_files, parse_lines
from smelt.intake.parsing import Limits, Parser
from smelt.intake.records import SourceFile

GOAL = 20_000
"""Small tickets a second."""

GOALS = {"json_lines": 0.15, "webvtt": 1.0}
"""Milliseconds a record, by format; all others 0.3. WebVTT is read by a library, caption by caption."""
OTHERS = 0.3

LIMITS = Limits.of(IntakeConfig(), datetime(2026, 12, 1, tzinfo=UTC))


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
    parser = Parser(source, LIMITS)
    file = SourceFile("/landing/desk/a.jsonl", "a.jsonl")
    lines = [(line, f"line {number}") for number in range(rows)]
    return rows / _fastest(lambda: to_batch(list(parser.lines(lines, file))), batches)


def generated(folder: Path, records: int) -> Iterator[tuple[SourceConfig, int, float]]:
    """Every source of generated data with its records and the milliseconds that each of them costs."""
    generate(folder, GenerateConfig(records=records))
    write_project(folder, KINDS)
    config = yaml.safe_load((folder / "smelt.yaml").read_text("utf-8"))["intake"]
    for source in IntakeConfig.model_validate(config).sources:
        reading = Reading(source, str(folder / source.path), None, "", ())
        files = sorted((folder / source.path).rglob(source.glob or "*"))
        parse = parse_lines if source.format == "json_lines" else parse_files
        batches = list(_lines(files) if source.format == "json_lines" else _whole(files))
        rows = sum(batch.num_rows for batch in parse(reading, LIMITS)(batches))
        seconds = _fastest(
            lambda parse=parse, reading=reading, given=batches: list(parse(reading, LIMITS)(given)), 5
        )
        yield source, rows, 1_000 * seconds / rows


def _lines(files: list[Path]) -> Iterator[pa.RecordBatch]:
    for file in files:
        lines = file.read_bytes().splitlines()
        for first in range(0, len(lines), BATCH_ROWS):
            part = lines[first : first + BATCH_ROWS]
            yield pa.RecordBatch.from_pydict(
                {"line": part, "path": [f"file://{file}"] * len(part), "start": [0] * len(part)}
            )


def _whole(files: list[Path]) -> Iterator[pa.RecordBatch]:
    for first in range(0, len(files), BATCH_ROWS):
        part = files[first : first + BATCH_ROWS]
        yield pa.RecordBatch.from_pydict(
            {"path": [f"file:{file}" for file in part], "content": [file.read_bytes() for file in part]}
        )


def _fastest(work: Callable[[], object], times: int) -> float:
    best = float("inf")
    for _ in range(times):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


def main(records: int = 10_000) -> bool:
    """Print every figure beside its goal; whether all goals are met."""
    found = records_a_second()
    print(f"{found:,.0f} small tickets a second a core (goal {GOAL:,})")
    is_met = found >= GOAL
    with tempfile.TemporaryDirectory() as folder:
        for source, rows, cost in generated(Path(folder), records):
            goal = GOALS.get(source.format, OTHERS)
            print(f"{source.name:14} {source.format:10} {rows:8,} records  {cost:.3f} ms each (goal {goal})")
            is_met &= cost <= goal
    return is_met


if __name__ == "__main__":
    raise SystemExit(not main(*map(int, sys.argv[1:])))
