"""What a reader of files is, and how a reader of texts becomes one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from smelt.intake.content import Content
from smelt.intake.records import Bad, Record, SourceFile, TextReader


class FileReader(Protocol):
    """Reads a file as a stream of bytes."""

    def read(self, content: Content, file: SourceFile) -> Iterator[Record | Bad]:
        """Every record of the file in order."""
        ...


class WholeText:
    """A file reader that decodes all of a file and gives it to a text reader; a broken file is not tried."""

    def __init__(self, reader: TextReader) -> None:
        self._reader = reader

    def read(self, content: Content, file: SourceFile) -> Iterator[Record | Bad]:
        """The text reader's records; nothing of a file that was cut off, since its end cannot be trusted."""
        text = content.text()
        if content.is_broken:
            content.tail = text
        else:
            yield from self._reader.read(text, file)
