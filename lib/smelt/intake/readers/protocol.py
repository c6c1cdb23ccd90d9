"""The protocol of file readers, and an adapter that makes a text reader one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from smelt.intake.content import Content, has_bad_bytes, printable
from smelt.intake.records import Bad, Record, SourceFile, TextReader
from smelt.intake.values import as_json
from smelt.intake.vocabulary import Reason


class FileReader(Protocol):
    """Reads a file as a stream of bytes. Texts in its records must not hold undecodable bytes (lone surrogates)."""

    def read(self, content: Content, file: SourceFile) -> Iterator[Record | Bad]:
        """Every record of the file in order."""
        ...


class WholeText:
    """A file reader that decodes the whole file for a text reader; broken files are not read."""

    def __init__(self, reader: TextReader) -> None:
        self._reader = reader

    def read(self, content: Content, file: SourceFile) -> Iterator[Record | Bad]:
        """The text reader's records; a file that is too large, truncated or damaged gives one bad entry."""
        text = content.text()
        if content.is_too_large:
            return
        if content.is_broken:
            content.tail = text
        else:
            for entry in self._reader.read(text, file):
                yield entry if isinstance(entry, Bad) else _decoded(entry)


def _decoded(record: Record) -> Record | Bad:
    for value in record.fields.values():
        if type(value) is str:
            if value.isascii():
                continue
            if has_bad_bytes(value):
                break
    else:
        return record
    return Bad(printable(as_json(record.fields)), record.position, (Reason.INVALID_ENCODING,))
