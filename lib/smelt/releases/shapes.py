"""Export formats of an example, built from the columns of gold.training_splits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pyarrow as pa

EXPORTED_ID = "substring(sha2(concat_ws('|', 'exported', conversation_id, example_id), 256), 1, 32)"
"""SQL of an example's id in exported files, over gold.training_splits or silver.examples.

``example_id`` is an unkeyed hash of the source's key, so that anyone who knows a company's ticket keys could identify
every row. conversation_id is an HMAC, so that a hash of both cannot be recomputed without the secret.
"""

Shape = Literal["messages", "prompt-completion", "alpaca"]
Format = Literal["jsonl", "parquet"]

_TURNS = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))

SHAPES: Mapping[str, Mapping[str, pa.DataType]] = {
    "messages": {"messages": _TURNS},
    "prompt-completion": {"prompt": _TURNS, "completion": _TURNS},
    "alpaca": {"instruction": pa.string(), "input": pa.string(), "output": pa.string()},
}
"""Shape -> its columns. messages and prompt-completion are TRL's conversational forms, alpaca is Stanford's."""

ABOUT: Mapping[str, pa.DataType] = {
    "example_id": pa.string(),
    "source": pa.string(),
    "kind": pa.string(),
    "category": pa.string(),
    "language": pa.string(),
    "composite": pa.float64(),
    "origin": pa.string(),
}
"""Columns exported with every shape: for filters, and for ``smelt explain``."""

COLUMN_NOTES: Mapping[str, str] = {
    "messages": "list of {role, content}: system (if any), user and assistant in turn; the answer last",
    "prompt": "list of {role, content}: everything before the answer",
    "completion": "list of one {role, content}: the answer",
    "instruction": "the question",
    "input": "the turns before it, a line each; empty where there are none",
    "output": "the answer",
    "example_id": "identity of the example; `smelt explain` tells its story",
    "source": "configured source of the record",
    "kind": "tickets, chats, transcripts, articles or external",
    "category": "category that the source gave",
    "language": "ISO 639-1, where the source gave one",
    "composite": "quality score in [0, 1]",
    "origin": "rules or model that made the row of another one in train; null for pairs of records",
}


def schema_of(shape: Shape) -> pa.Schema:
    """The Arrow schema of an exported file."""
    return pa.schema([*SHAPES[shape].items(), *ABOUT.items()])
