"""JSON documents: an array of records, an object that holds one (``records_path``), or a single record."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from smelt.intake.content import has_bad_bytes, printable
from smelt.intake.paths import getter
from smelt.intake.readers.json_lines import parse_json
from smelt.intake.records import Bad, Record, SourceFile
from smelt.intake.values import as_json
from smelt.intake.vocabulary import Reason


class JsonDocumentReader:
    """Reads a whole document; positions are ``item N`` from 1."""

    def __init__(self, records_path: str | None) -> None:
        self._records = getter(records_path) if records_path else None

    def read(self, text: str, file: SourceFile) -> Iterator[Record | Bad]:
        """Every record of the document in order."""
        if not text.strip():
            return
        if has_bad_bytes(text):
            yield Bad(printable(text), "file", (Reason.INVALID_ENCODING,))
            return
        data = text.encode("utf-8")
        try:
            document = orjson.loads(data)
        except orjson.JSONDecodeError:
            document, reason = parse_json(data)
            if reason is not None:
                yield Bad(text, "file", (reason,))
                return
        if self._records is not None and isinstance(document, dict):
            document = self._records(document)
        for number, item in enumerate(document if isinstance(document, list) else [document], 1):
            position = f"item {number}"
            yield (
                Record(item, position)
                if isinstance(item, dict)
                else Bad(as_json(item), position, (Reason.NOT_AN_OBJECT,))
            )
