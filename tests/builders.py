"""Small builders of rows: ``a_ticket(subject=...)``; what a test does not name has a plain default."""

from __future__ import annotations

import datetime as dt
from typing import Any

from smelt.identity import record_id, stable_id
from smelt.tables.contract import contract

UTC = dt.UTC
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def rows_of(spark, table: str, rows: list[dict[str, Any]]):
    """A DataFrame with the columns of ``table``'s contract."""
    declared = contract(table)
    values = [tuple(row[name] for name in declared.column_names) for row in rows]
    return spark.createDataFrame(values, declared.ddl())


def a_record(kind: str = "tickets", key: str = "1", **changed: Any) -> dict[str, Any]:
    """A row of bronze.{kind}."""
    row: dict[str, Any] = dict.fromkeys(contract(f"bronze.{kind}").column_names)
    row |= {
        "record_id": record_id("mail", key), "source": "mail", "kind": kind, "source_key": key, "known": [],
        "turns": [], "outcome": {}, "exclusions": [], "body_format": "text", "created_at": NOON,
        "ingested_at": NOON, "run_id": "r1",
        "source_file": "mail.jsonl", "source_position": "line 1",
    }  # fmt: skip
    row |= changed
    row["content_hash"] = changed.get("content_hash") or stable_id(
        *(str(row[k]) for k in ("subject", "body", "turns"))
    )
    return row


def a_ticket(key: str = "1", **changed: Any) -> dict[str, Any]:
    return a_record("tickets", key, **changed)


def a_turn(
    role: str, text: str, at: dt.datetime | None = None
) -> tuple[str, str | None, str, dt.datetime | None]:
    return (role, None, text, at)


def an_example(key: str = "1", **changed: Any) -> dict[str, Any]:
    """A row of silver.examples."""
    record = record_id("mail", key)
    row: dict[str, Any] = {
        "example_id": stable_id("example", record, 0), "record_id": record, "conversation_id": stable_id("c", key),
        "customer_key": stable_id("customer", key), "source": "mail", "kind": "tickets", "position": 0,
        "question": "How do I reset my password?", "answer": "Choose 'forgot password' on the sign-in page.",
        "context": [], "category": "account", "priority": "normal", "asked_at": NOON, "language": "en", "outcome": {},
        "text_hash": stable_id("text", key), "rejections": [], "content_hash": stable_id("made", key),
        "ingested_at": NOON, "run_id": "r1",
    }  # fmt: skip
    return row | changed
