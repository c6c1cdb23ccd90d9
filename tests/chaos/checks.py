"""What must hold of a warehouse after faults and the run that follows; read by delta-rs, without smelt's own code."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow.parquet as pq
from deltalake import DeltaTable

KEYS = {
    **{f"bronze/{kind}": ("record_id",) for kind in ("tickets", "chats", "transcripts", "articles")},
    "bronze/quarantine": ("quarantine_id",),
    "silver/conversations": ("record_id",),
    "silver/examples": ("example_id",),
    "silver/scores": ("example_id",),
    "silver/signatures": ("example_id",),
    "silver/duplicates": ("example_id",),
    "silver/pii_findings": ("finding_id",),
    "gold/curated_examples": ("example_id",),
    "gold/releases": ("release",),
    "gold/training_splits": ("release", "example_id"),
}
"""Tables and the columns of which no two rows may have the same values."""


def rows(root: Path, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Those columns of a table by its log, every file of it read as a whole."""
    values: list[tuple[Any, ...]] = []
    for file in DeltaTable(str(root / table)).file_uris():
        read = pq.read_table(file, partitioning=None)
        of_folder = dict(part.split("=", 1) for part in unquote(file).split("/") if "=" in part)
        cells = [
            [of_folder[column]] * read.num_rows if column in of_folder else read.column(column).to_pylist()
            for column in columns
        ]
        values += zip(*cells, strict=True) if cells else [()] * read.num_rows
    return [tuple(str(value) for value in row) for row in values]


def state(root: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What two warehouses must have in common: the identity and content of all that is not of one run alone."""
    content = {
        **{
            name: ("record_id", "content_hash")
            for name in KEYS
            if name.startswith("bronze/") and "quar" not in name
        },
        "bronze/quarantine": ("quarantine_id",),
        "silver/conversations": ("record_id", "content_hash"),
        "silver/examples": ("example_id", "content_hash"),
        "silver/duplicates": ("example_id", "cluster_id", "is_kept"),
        "gold/curated_examples": ("example_id", "content_hash"),
    }
    return {table: sorted(rows(root, table, *columns)) for table, columns in content.items()}


def fingerprints(root: Path) -> dict[str, str]:
    """Release -> fingerprint."""
    return dict(rows(root, "gold/releases", "release", "fingerprint"))


def problems(root: Path, *, is_at_rest: bool = True) -> list[str]:
    """Everything that is wrong with a warehouse by itself; what a fault left behind only counts after the next run."""
    found: list[str] = []
    for table in sorted(path.parent for path in root.glob("*/*/_delta_log")):
        name = str(table.relative_to(root))
        if name.startswith("scratch/"):
            continue
        try:
            keys = rows(root, name, *KEYS.get(name, ()))
        except Exception as error:
            found.append(f"{name} cannot be read: {type(error).__name__} {str(error)[:120]}")
            continue
        if name in KEYS:
            twice = [key for key, count in Counter(keys).items() if count > 1]
            found += [f"{name}: {len(twice)} keys twice"] if twice else []
    found += unbalanced(root)
    if is_at_rest:
        left = [*root.glob("scratch/*"), *root.glob("smelt-probe-*"), *root.glob(".lease/.*")]
        left += [
            path for path in root.rglob("*") if ".tmp" in path.name or "#" in path.name
        ]  # of half a write
        found += [f"left behind: {path.relative_to(root)}" for path in left]
    return found + unfinished(root)


def unbalanced(root: Path) -> list[str]:
    """Stages of runs whose input is not accounted for."""
    sums: dict[tuple[str, str, str], Counter[str]] = {}
    for run, stage, source, measure, count in rows(
        root, "ops/ledger", "run_id", "stage", "source", "measure", "count"
    ):
        sums.setdefault((run, stage, source), Counter())[measure] += int(count)
    return [
        f"ledger of {stage}, {source}: {dict(by)}"
        for (_, stage, source), by in sums.items()
        if by["in"] != by["out"] + by["rejected"] + by["quarantined"]
    ]


def unfinished(root: Path) -> list[str]:
    """Releases whose rows are not those of their manifest."""
    held = Counter(rows(root, "gold/training_splits", "release", "run_id"))
    made = rows(root, "gold/releases", "release", "run_id", "rows", "dropped_at")
    return [
        f"release {name} has {held[(name, run)]} rows, its manifest says {count}"
        for name, run, count, dropped in made
        if dropped == "None" and held[(name, run)] != int(count)
    ]


def files_holding(root: Path, *words: str) -> list[str]:
    """Files in whose bytes a word stands, Parquet decoded, whether a table reads them or not."""
    found = []
    for file in sorted(root.rglob("*")):
        if not file.is_file():
            continue
        text = file.read_bytes().decode("utf-8", "replace")
        if file.suffix == ".parquet":
            text += json.dumps(
                pq.read_table(file, partitioning=None).to_pylist(), default=repr, ensure_ascii=False
            )
        if any(word.casefold() in text.casefold() for word in words):
            found.append(str(file.relative_to(root)))
    return found
