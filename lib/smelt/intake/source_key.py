"""The source's own key of a record, from which its permanent id is made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from smelt.intake.paths import getter
from smelt.intake.records import Record, SourceFile
from smelt.intake.values import as_json, as_text

Read = Callable[[Record, SourceFile], Any]


def key_reader(paths: Iterable[str]) -> Callable[[Record, SourceFile], str | None]:
    """A function that gives the value of the first of ``paths`` that has one, as text; None if none has.

    Paths are those of a mapping, ``smelt.intake.vocabulary.PLACES`` included.
    """
    readers = [_reader(path) for path in paths]

    def key_of(record: Record, file: SourceFile) -> str | None:
        for read in readers:
            key = as_text(read(record, file))
            if key is not None:
                return key.strip()
        return None

    return key_of


def _reader(path: str) -> Read:
    if path == "@file":
        return lambda record, file: file.relative
    if path == "@stem":
        return lambda record, file: file.stem
    if path == "@position":
        return lambda record, file: f"{file.relative}#{record.position}"
    if path == "@hash":
        return lambda record, file: hashlib.sha256(as_json(record.fields).encode()).hexdigest()
    get = getter(path)
    return lambda record, file: get(record.fields)
