"""Reads answers from files of any supported tool; the format is recognised by the first entry."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from smelt.errors import ConfigError
from smelt.review.answers import Answer
from smelt.review.formats import argilla, label_studio, sheets
from smelt.review.tasks import annotator_name

NESTED = (
    "Argilla's nested JSON has no status: drafts and discarded answers look like submitted ones there."
    " Write dataset.records.to_list(flatten=True) instead"
)
SUFFIXES = (".json", ".jsonl", ".ndjson", ".csv")

csv.field_size_limit(1 << 24)


def read_answers(paths: Sequence[Path], *, annotator: str | None = None) -> list[Answer]:
    """All answers in files and folders; raises ConfigError with every file that cannot be read.

    ``annotator`` is used for rows without one. Entries without an answer are returned too, to be counted.
    """
    problems: list[str] = []
    found: list[Answer] = []
    for path in _files(paths, problems):
        try:
            for answer in _answers(path):
                found.append(
                    answer if answer.annotator else answer._replace(annotator=annotator_name(annotator))
                )
        except (orjson.JSONDecodeError, csv.Error, UnicodeDecodeError):
            problems.append(f"{path}: not valid {path.suffix[1:].upper()}")
        except OSError as error:
            problems.append(f"{path}: {error.strerror or 'cannot be read'}")
        except ValueError as error:
            problems.append(f"{path}: {error}")
    if problems:
        raise ConfigError("the answers cannot be read", problems)
    return found


def _files(paths: Sequence[Path], problems: list[str]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.iterdir() if each.suffix.lower() in SUFFIXES)
            if not inside:
                problems.append(f"{path}: no {', '.join(SUFFIXES)} file is in it")
            yield from inside
        elif path.suffix.lower() not in SUFFIXES:
            problems.append(f"{path}: must end in {', '.join(SUFFIXES)}")
        elif not path.is_file():
            problems.append(f"{path}: no such file")
        else:
            yield path


def _answers(path: Path) -> Iterator[Answer]:
    kind = path.suffix.lower()
    if kind == ".csv":
        yield from _of_csv(path)
        return
    for number, entry in enumerate(_entries(path, kind), start=1):
        where = f"{path.name}, entry {number}"
        if not isinstance(entry, dict):
            raise ValueError(f"entry {number} is no object")
        if label_studio.is_full(entry):
            yield from label_studio.answers_of(entry, where)
        elif argilla.is_flat(entry):
            yield from argilla.answers_of(entry, where)
        elif argilla.is_nested(entry):
            raise ValueError(NESTED)
        elif "annotation_id" in entry or ("lead_time" in entry and "id" in entry):
            yield label_studio.answer_of_row(entry, where)
        elif "task_id" in entry:
            yield sheets.answer_of_row(entry, where, "jsonl")
        else:
            raise ValueError(f"entry {number} is of no format that is known: it has no task_id")


def _entries(path: Path, kind: str) -> Iterator[Any]:
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if kind == ".json":
        loaded = orjson.loads(raw)
        yield from loaded if isinstance(loaded, list) else [loaded]
        return
    for line in raw.splitlines():
        if line.strip():
            yield orjson.loads(line)


def _of_csv(path: Path) -> Iterator[Answer]:
    text = path.read_bytes().decode("utf-8-sig")
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)  # in some countries spreadsheets write semicolons
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    if not rows.fieldnames or "task_id" not in rows.fieldnames:
        raise ValueError("it has no column task_id")
    is_tool = "annotation_id" in rows.fieldnames
    for number, row in enumerate(rows, start=1):
        where = f"{path.name}, row {number}"
        yield label_studio.answer_of_row(row, where) if is_tool else sheets.answer_of_row(row, where, "csv")
