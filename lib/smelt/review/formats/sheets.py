"""CSV and JSON lines for use with a spreadsheet: one row per task and annotator, with empty columns to fill in."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import orjson

from smelt.review.answers import FIELDS, Answer, made_of
from smelt.review.formats.label_studio import data_of
from smelt.review.tasks import Task

ANYBODY = "annotator"
"""Annotator in file names if none are configured."""


def write(tasks: Sequence[Task], folder: Path, kind: Literal["csv", "jsonl"]) -> list[str]:
    """Write one file per annotator (``tasks-NAME.csv``), or ``overlap`` numbered files (``tasks-annotator-1.csv``).

    CSV has a byte order mark, so that spreadsheets read it as UTF-8, and texts that would be formulas are prefixed with
    an apostrophe.
    """
    folder.mkdir(parents=True, exist_ok=True)
    people: dict[str, list[Task]] = {}
    for task in tasks:
        names = task.assigned_to or tuple(f"{ANYBODY}-{number}" for number in range(1, task.overlap + 1))
        for name in names:
            people.setdefault(name, []).append(task)
    files = []
    for number, (name, own) in enumerate(sorted(people.items()), start=1):
        stem = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
        files.append(
            f"tasks-{stem}.{kind}" if f"tasks-{stem}.{kind}" not in files else f"tasks-{stem}-{number}.{kind}"
        )
        rows = (
            {**data_of(task), "annotator": name if task.assigned_to else "", **dict.fromkeys(FIELDS, "")}
            for task in own
        )
        if kind == "csv":
            _write_csv(folder / files[-1], rows)
        else:
            with (folder / files[-1]).open("wb") as file:
                file.writelines(orjson.dumps(row) + b"\n" for row in rows)
    return files


def _write_csv(path: Path, rows: Iterator[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(file, fieldnames=list(row))
                writer.writeheader()
            writer.writerow({name: _safe(value) for name, value in row.items()})


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def answer_of_row(row: dict[str, Any], where: str, kind: str) -> Answer:
    """The answer in a returned row; its state is ``empty`` if nothing was filled in."""
    return made_of(
        {name: row.get(name) for name in FIELDS},
        task=row.get("task_id"),
        content_hash=row.get("content_hash"),
        annotator=row.get("annotator"),
        state="answered",
        tool=kind,
        where=where,
        seconds=row.get("seconds"),
        at=row.get("answered_at"),
    )
