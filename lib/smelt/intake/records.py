"""The output of readers: a record with its position, or a bad entry with its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol


class Record(NamedTuple):
    """One record as the file has it; ``position`` is unique in its file (``line 7``, ``row 3``)."""

    fields: Mapping[str, Any]
    position: str


class Bad(NamedTuple):
    """An entry that could not be read as a record: its ``raw`` text as far as decodable, and every reason."""

    raw: str
    position: str
    reasons: tuple[str, ...]


class SourceFile(NamedTuple):
    """The file being read: ``path`` as stored in source_file, ``relative`` to the source's path."""

    path: str
    relative: str

    @property
    def stem(self) -> str:
        """The file's name without folders and suffix."""
        name = self.relative.rsplit("/", 1)[-1]
        return name.partition(".")[0] or name


class TextReader(Protocol):
    """Reads a whole decoded file. A reader plugin is such a class; its ``__init__`` takes the options."""

    def read(self, text: str, file: SourceFile) -> Iterator[Record | Bad]:
        """Every record of the file in order. If it raises, the rest of the file is quarantined as one entry."""
        ...
