"""What users corrected, as candidates for review: never training data by itself.

JSON lines as annotation tools take them; what people accept comes back as records of a source of its own, through all
gates.
"""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.dataset as ds

from smelt.tables.without_spark import PlainTables

COLUMNS = ("id", "question", "answer", "model_answer", "category", "language", "kept", "training_rows")


def write(tables: PlainTables, file: Path) -> int:
    """One line a corrected answer: question, correction, the model's answer, and the training rows nearest to it."""
    said = tables.read(
        "silver.feedback",
        ["record_id", "text", "score"],
        (ds.field("kind") == "edited") & ~ds.field("is_right"),
    ).to_pylist()
    by = {row["record_id"]: row for row in said if row["text"]}
    asked = tables.read(
        "silver.predictions",
        ["record_id", "question", "answer", "category", "language"],
        ds.field("record_id").isin(sorted(by)),
    ).to_pylist()
    near: dict[str, list[str]] = {}
    neighbours = tables.read("silver.feedback_neighbours", ["record_id", "example_id", "rank"]).to_pylist()
    for row in sorted(neighbours, key=lambda row: row["rank"]):
        near.setdefault(row["record_id"], []).append(row["example_id"])
    lines = []
    for row in sorted(asked, key=lambda row: str(row["record_id"])):
        own = by[row["record_id"]]
        values = (
            row["record_id"], row["question"], own["text"], row["answer"], row["category"], row["language"],
            own["score"], near.get(row["record_id"], []),
        )  # fmt: skip
        lines.append(json.dumps(dict(zip(COLUMNS, values, strict=True)), ensure_ascii=False))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return len(lines)
