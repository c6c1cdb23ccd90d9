"""Small releases written with deltalake alone, as the contracts in schemas/ say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import write_deltalake

from smelt.releases.fingerprint import EMPTY, digest_of_row, together
from smelt.tables.contract import contract

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)

_SCALARS = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "timestamp": pa.timestamp("us", "UTC"),
    "map<string,bigint>": pa.map_(pa.string(), pa.int64()),
    "map<string,string>": pa.map_(pa.string(), pa.string()),
    "array<string>": pa.list_(pa.string()),
    "array<struct<role:string,content:string>>": pa.list_(
        pa.struct([("role", pa.string()), ("content", pa.string())])
    ),
}

TOPICS = {
    "account": [("reset my password", "Choose forgot password on the sign-in page and follow the mail."),
                ("change my mail address", "Open settings, choose profile, and enter the new address there."),
                ("close my account", "Write to us from your own address and we close it within two days.")],
    "billing": [("get an invoice", "Every invoice is in your account below billing, as a PDF file."),
                ("pay by card", "Open billing, choose payment, and add the card; we charge it monthly."),
                ("ask for a refund", "Refunds are paid within five working days to the card you paid with.")],
    "shipping": [("track my parcel", "The tracking number is in the mail that we sent when it left us."),
                 ("change the delivery address", "As long as it has not left us you can change it in the order."),
                 ("return a parcel", "Print the label from the order page and bring it to any post office.")],
}  # fmt: skip


def a_row(number: int, split: str, **changed: Any) -> dict[str, Any]:
    """One row of gold.training_splits; the same number gives the same row."""
    category = sorted(TOPICS)[number % 3]
    what, answer = TOPICS[category][number // 3 % 3]
    question = changed.pop("question", f"Hello, how do I {what} for order {number}?")
    answer = changed.pop("answer", answer)
    prompt = changed.pop("prompt", [{"role": "user", "content": question}])
    completion = [{"role": "assistant", "content": answer}]
    row: dict[str, Any] = {
        "release": "r1", "split": split, "example_id": f"e{number:05d}", "record_id": f"rec{number:05d}",
        "conversation_id": f"conv{number:05d}", "customer_key": f"cust{number // 2:05d}", "cluster_id": None,
        "group_id": f"e{number // 2 * 2:05d}", "source": "helpdesk", "kind": "tickets", "category": category,
        "priority": "normal", "language": "en", "asked_at": NOON, "composite": 0.8, "messages": [*prompt, *completion],
        "prompt": prompt, "completion": completion, "instruction": question, "input": "", "output": answer,
        "content_hash": f"h{number}", "run_id": "run1",
    }  # fmt: skip
    return row | changed


def rows_of(train: int = 48, validation: int = 12, test: int = 12, **changed: Any) -> list[dict[str, Any]]:
    """Rows of all three splits, groups of two rows never cut."""
    sizes = [("train", train), ("validation", validation), ("test", test)]
    names = [split for split, size in sizes for _ in range(size)]
    return [a_row(number, split, **changed) for number, split in enumerate(names)]


def table_of(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as an Arrow table with the columns of the contract."""
    declared = contract(name)
    schema = pa.schema([pa.field(c.name, _SCALARS[c.type], c.nullable) for c in declared.columns])
    columns = [
        pa.array([list(v.items()) if isinstance(v := row.get(f.name), dict) else v for row in rows], f.type)
        for f in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def manifest_of(rows: list[dict[str, Any]], **changed: Any) -> dict[str, Any]:
    """The row of gold.releases that fits ``rows``."""
    digests = {
        split: together(
            digest_of_row(r["split"], r["example_id"], r["messages"]) for r in rows if r["split"] == split
        )
        for split in sorted({row["split"] for row in rows})
    }
    whole = together(digests.values()) if digests else EMPTY
    return {
        "release": rows[0]["release"] if rows else "r1", "created_at": NOON,
        "input_versions": {"gold.curated_examples": 3},
        "config_hash": "c0ffee", "code_version": "0.1.0", "counts": {s: d.rows for s, d in digests.items()},
        "rows": whole.rows, "groups": len({row["group_id"] for row in rows}), "fingerprint": whole.hex(),
        "split_fingerprints": {s: d.hex() for s, d in digests.items()}, "scan_settings": "s", "residual_rows": {},
        "residual_spans": {}, "run_id": "run1",
    } | changed  # fmt: skip


def write_release(root: Path, rows: list[dict[str, Any]], manifest: dict[str, Any] | None = None) -> Path:
    """A warehouse with one release below ``root``; give it another manifest to make it untrue."""
    write_deltalake(
        str(root / "gold" / "training_splits"), table_of("gold.training_splits", rows),
        partition_by=["release", "split"], mode="append",
    )  # fmt: skip
    write_deltalake(
        str(root / "gold" / "releases"),
        table_of("gold.releases", [manifest or manifest_of(rows)]),
        mode="append",
    )
    return root
