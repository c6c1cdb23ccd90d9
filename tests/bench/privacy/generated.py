"""Conversations a CPU second of the whole scrubber, on generated tickets, chats and calls.

    python tests/bench/privacy/generated.py [--records 10000]

The records are generated into a temporary folder; no Spark: conversations come as the Arrow batches that the
scrubbing stage sees, with the identities that their records know. Seconds are CPU seconds of the process.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.pii.arrow import scrub_conversations
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey
from smelt.pii.scrubber import Scrubber

BATCH = 2_000
ROLES = {"end-user": "customer", "visitor": "customer", "caller": "customer", "bot": "bot"}
_TURNS = pa.list_(pa.struct([("role", pa.string()), ("text", pa.string()), ("at", pa.timestamp("us"))]))
_KNOWN = pa.list_(pa.struct([("kind", pa.string()), ("value", pa.string())]))
SCHEMA = pa.schema(
    [
        ("title", pa.string()),
        ("turns", _TURNS),
        ("resolution", pa.string()),
        ("category", pa.string()),
        ("priority", pa.string()),
        ("known", _KNOWN),
    ]
)


def conversations(folder: Path, records: int) -> list[pa.RecordBatch]:
    """``records`` generated records as batches of conversations; damaged lines are left out."""
    generate(folder, GenerateConfig(records=records))
    rows = [
        row
        for kind in ("tickets", "chats", "calls")
        for path in sorted((folder / kind).glob("**/*.jsonl"))
        for row in _rows(path)
    ]
    return [
        pa.RecordBatch.from_pylist(rows[first : first + BATCH], SCHEMA)
        for first in range(0, len(rows), BATCH)
    ]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_bytes().splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield _row(entry)


def _row(entry: dict[str, Any]) -> dict[str, Any]:
    customer = entry.get("requester") or entry.get("visitor") or entry.get("caller") or {}
    agent = entry.get("assignee") or entry.get("agent") or {}
    turns = [
        (
            turn.get("author_role") or turn.get("sender") or turn.get("speaker"),
            turn.get("body") or turn.get("text"),
        )
        for turn in entry.get("comments") or entry.get("turns") or entry.get("segments") or ()
        if turn.get("public", True)
    ]
    known = [("name", customer.get("name")), ("name", agent.get("name"))]
    known += [(kind, customer.get(kind)) for kind in ("email", "phone", "username")]
    known.append(("phone", customer.get("number")))
    return {
        "title": entry.get("subject"),
        "turns": [
            {"role": ROLES.get(role or "", "agent"), "text": text, "at": None} for role, text in turns if text
        ],
        "resolution": entry.get("resolution"),
        "category": entry.get("category") or entry.get("topic") or entry.get("queue"),
        "priority": entry.get("priority"),
        "known": [{"kind": kind, "value": str(value)} for kind, value in known if value],
    }


def measure(records: int) -> None:
    """One table: every batch once, in one process, with a scrubber that has seen nothing before."""
    with tempfile.TemporaryDirectory() as folder:
        batches = conversations(Path(folder), records)
    scrubber = Scrubber(PiiConfig(), ScrubKey("bench", b"b" * 32))
    began = time.process_time()
    spans = sum(sum(scrub_conversations(batch, scrubber)["pii_count"].to_pylist()) for batch in batches)
    seconds = time.process_time() - began
    rows = sum(batch.num_rows for batch in batches)
    size = sum(
        len(turn["text"].encode())
        for batch in batches
        for turns in batch["turns"].to_pylist()
        for turn in turns
    )
    print("| generated | MB of turns | spans | CPU seconds | conversations a CPU second | MB a CPU second |")
    print("| --- | --- | --- | --- | --- | --- |")
    print(
        f"| {rows:,} conversations | {size / 1e6:.1f} | {spans:,} | {seconds:.1f} | {rows / seconds:,.0f}"
        f" | {size / 1e6 / seconds:.2f} |\n"
    )


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    measure(parser.parse_args().records)
    return 0


if __name__ == "__main__":
    sys.exit(main())
