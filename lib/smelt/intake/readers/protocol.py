"""What a reader of files is, and how a reader of texts becomes one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from smelt.intake.content import Content, has_bad_bytes, printable
from smelt.intake.records import Bad, Record, SourceFile, TextReader
from smelt.intake.values import as_json
from smelt.intake.vocabulary import Reason


class FileReader(Protocol):
    """Reads a file as a stream of bytes; texts of its records hold no bytes that could not be decoded."""

    def read(self, content: Content, file: SourceFile) -> Iterator[Record | Bad]:
        """Every record of the file in order."""
        ...


class WholeText:
    """A file reader that decodes all of a file and gives it to a text reader; a broken file is not tried."""

    def __init__(self, reader: TextReader) -> None:
        self._reader = reader

    def read(self, content: Content, file: SourceFile) -> Iterator[Record | Bad]:
        """The text reader's records; nothing of a file that is too large, or cut off: its end cannot be trusted."""
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
