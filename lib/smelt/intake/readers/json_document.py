"""JSON documents: an array of records, an object that holds one (``records_path``), or a single record."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from smelt.intake.content import has_bad_bytes, printable
from smelt.intake.pages import Pages
from smelt.intake.readers.json_lines import loads, parse_json, records_of
from smelt.intake.records import Bad, Record, SourceFile
from smelt.intake.vocabulary import Reason


class JsonDocumentReader:
    """Reads a whole document; positions are ``item N`` from 1. ``pages`` splits objects that hold records."""

    def __init__(self, pages: Pages | None) -> None:
        self._pages = pages

    def read(self, text: str, file: SourceFile) -> Iterator[Record | Bad]:
        """Every record of the document in order."""
        if not text.strip():
            return
        if has_bad_bytes(text):
            yield Bad(printable(text), "file", (Reason.INVALID_ENCODING,))
            return
        data = text.encode("utf-8")
        try:
            document = loads(data)
        except orjson.JSONDecodeError:
            document, reason = parse_json(data)
            if reason is not None:
                yield Bad(text, "file", (reason,))
                return
        yield from records_of(document, self._pages)
