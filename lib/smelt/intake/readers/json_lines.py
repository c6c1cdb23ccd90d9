"""JSON lines: one object per line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import orjson

from smelt.intake.content import Content
from smelt.intake.pages import Pages
from smelt.intake.records import Bad, Record, SourceFile
from smelt.intake.values import as_json, without_surrogates
from smelt.intake.vocabulary import Reason

SHOWN_BYTES = 1 << 16
"""Bytes kept of an overlong line; quarantine truncates further."""


class JsonLinesReader:
    """Reads a file of JSON lines, skipping blank lines. ``pages`` splits objects that hold records.

    A file that is one JSON document, as saved from an API or a browser, is read as a document.
    """

    def __init__(self, pages: Pages | None = None) -> None:
        self._pages = pages

    def read(self, content: Content, file: SourceFile) -> Iterator[Record | Bad]:
        """Every record in order, with position ``line N`` from 1, or ``item N`` in a document."""
        numbered: Iterator[tuple[int, bytes]] = enumerate(content.byte_lines(), 1)
        first = next(((number, line) for number, line in numbered if line.strip()), None)
        if first is None:
            return
        start = first[1].removeprefix(b"\xef\xbb\xbf").lstrip()
        if not content.is_long(first[1]) and (start[:1] == b"[" or not is_json(start)):
            rest = list(numbered)
            try:
                document = loads(start + b"\n".join(line for _, line in rest))
            except orjson.JSONDecodeError:
                numbered = iter(rest)
            else:
                yield from records_of(document, self._pages)
                return
        for number, line in chain([first], numbered):
            if content.is_long(line):
                shown = line[:SHOWN_BYTES].decode("utf-8", "replace")
                yield Bad(shown, f"line {number}", (Reason.TOO_LARGE,))
                continue
            entry = parse_line(line, f"line {number}")
            if isinstance(entry, Record) and self._pages is not None:
                yield from self._pages.expanded(entry)
            elif entry is not None:
                yield entry


_LONG_NUMBER = re.compile(rb"[:\[,\s]-?\d{20}")


def loads(data: bytes) -> Any:
    """Parse a JSON value, keeping integers exact. Raises orjson.JSONDecodeError.

    orjson turns integers beyond 64 bits into floats, so orders or parcels with 20-digit numbers would share a key."""
    value = orjson.loads(data)
    if _LONG_NUMBER.search(data):
        try:
            return json.loads(data)
        except (ValueError, RecursionError):  # more digits than Python converts
            return value
    return value


def is_json(text: bytes) -> bool:
    """Whether bytes are one JSON value."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def records_of(document: Any, pages: Pages | None) -> Iterator[Record | Bad]:
    """The records of a parsed document: an array, a page, or a single record."""
    if isinstance(document, dict) and pages is not None:
        yield from pages.expanded(Record(document, ""))
        return
    for number, item in enumerate(document if isinstance(document, list) else [document], 1):
        position = f"item {number}"
        if not isinstance(item, dict):
            yield Bad(as_json(item), position, (Reason.NOT_AN_OBJECT,))
        elif pages is not None:
            yield from pages.expanded(Record(item, position))
        else:
            yield Record(item, position)


def parse_line(line: bytes, position: str) -> Record | Bad | None:
    """One line of UTF-8: a record, a bad entry, or None where it is blank."""
    try:
        value = loads(line)
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
    """(value, None), or (None, reason). NaN becomes null; a lone surrogate (``\\ud83d``) becomes U+FFFD."""
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
