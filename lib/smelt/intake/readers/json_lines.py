"""JSON lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

from smelt.intake.content import Content
from smelt.intake.records import Bad, Record, SourceFile
from smelt.intake.values import without_surrogates
from smelt.intake.vocabulary import Reason

SHOWN_BYTES = 1 << 16
"""Of a line that is too long; quarantine cuts it further."""


class JsonLinesReader:
    """Reads a file of JSON lines; blank lines are no records."""

    def read(self, content: Content, file: SourceFile) -> Iterator[Record | Bad]:
        """Every line in order, position ``line N`` from 1."""
        for number, line in enumerate(content.byte_lines(), 1):
            if content.is_long(line):
                yield Bad(
                    line[:SHOWN_BYTES].decode("utf-8", "replace"), f"line {number}", (Reason.TOO_LARGE,)
                )
                continue
            entry = parse_line(line, f"line {number}")
            if entry is not None:
                yield entry


def parse_line(line: bytes, position: str) -> Record | Bad | None:
    """One line of UTF-8: a record, a bad entry, or None where it is blank."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        line = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not line:
            return None
        value, reason = parse_json(line)
        if reason is not None:
            return Bad(line.decode("utf-8", "replace"), position, (reason,))
    if type(value) is dict:
        return Record(value, position)
    return Bad(line.decode("utf-8", "replace"), position, (Reason.NOT_AN_OBJECT,))


def parse_json(data: bytes) -> tuple[Any, str | None]:
    """A JSON value and None, or a reason. NaN becomes null; half a character (``\\ud83d``) becomes U+FFFD."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None, Reason.INVALID_ENCODING
    try:
        return without_surrogates(json.loads(text, parse_constant=lambda name: None)), None
    except RecursionError:
        return None, Reason.NESTED_TOO_DEEPLY
    except ValueError:
        return None, Reason.INVALID_JSON
