"""Parses bytes of files or lines into rows of bronze.arrivals; independent of Spark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from smelt.intake.columns import Row
from smelt.intake.config import IntakeConfig
from smelt.intake.content import MOST_UNPACKED, Content, printable
from smelt.intake.mapping import Mapper
from smelt.intake.pages import Pages
from smelt.intake.plugins import Plugin
from smelt.intake.readers import reader_for
from smelt.intake.readers.json_lines import parse_line
from smelt.intake.readers.protocol import WholeText
from smelt.intake.records import Bad, Record, SourceFile
from smelt.intake.source import SourceConfig
from smelt.intake.vocabulary import Reason
from smelt.isolate import failure


class Limits(NamedTuple):
    """Limits of one run: configured sizes, and the latest time that a record may carry."""

    latest: datetime
    raw_characters: int
    max_record_bytes: int
    max_file_bytes: int
    max_unpacked_bytes: int = MOST_UNPACKED

    @classmethod
    def of(cls, config: IntakeConfig, latest: datetime) -> Limits:
        """The configured limits."""
        return cls(
            latest,
            config.raw_characters,
            config.max_record_bytes,
            config.max_file_bytes,
            config.max_unpacked_bytes,
        )


class Parser:
    """Parses and maps the files of one source; created once per task."""

    def __init__(self, source: SourceConfig, limits: Limits, plugin: Plugin | None = None) -> None:
        self._source, self._limits = source, limits
        self._mapper = Mapper(
            source,
            latest=limits.latest,
            raw_characters=limits.raw_characters,
            max_record_bytes=limits.max_record_bytes,
        )
        self._reader = WholeText(plugin.reader()) if plugin else reader_for(source)
        self._pages = Pages.of(source)

    def file(self, data: bytes | None, file: SourceFile) -> Iterator[Row]:
        """Rows of one file; ``data`` is None if it is too large to be read whole."""
        if data is None:
            yield self._mapper.bad_row(Bad("", "file", (Reason.FILE_TOO_LARGE,)), file)
        else:
            yield from self._mapper.rows(self._entries(data, file), file)

    def lines(self, lines: Iterable[tuple[bytes, str]], file: SourceFile) -> Iterator[Row]:
        """Rows of JSON lines, given as (line, position); blank lines give none."""
        source, limit = self._source, self._limits.max_record_bytes
        is_utf8 = source.encoding.replace("_", "-").lower() in ("utf-8", "utf8", "utf-8-sig", "ascii")
        for line, position in lines:
            try:
                if not is_utf8:
                    line = line.decode(source.encoding, "surrogateescape").encode("utf-8", "surrogatepass")
            except (
                ValueError
            ):  # an encoding, such as UTF-16, in which surrogateescape cannot represent every byte
                shown = line[: 4 * self._limits.raw_characters].decode("utf-8", "replace")
                yield self._mapper.bad_row(Bad(shown, position, (Reason.INVALID_ENCODING,)), file)
                continue
            if len(line) > limit:
                start = line[: 4 * self._limits.raw_characters].decode("utf-8", "replace")
                yield self._mapper.bad_row(Bad(start, position, (Reason.TOO_LARGE,)), file)
                continue
            try:
                entry = parse_line(line, position)
            except Exception as error:
                entry = Bad(line.decode("utf-8", "replace"), position, (failure("ingest", error),))
            if type(entry) is Record:
                if self._pages is None:
                    yield self._mapper.row(entry, file)
                else:
                    yield from self._mapper.rows(self._pages.expanded(entry), file)
            elif isinstance(entry, Bad):
                yield self._mapper.bad_row(entry, file)

    def records(self, records: Iterable[Record], file: SourceFile) -> Iterator[Row]:
        """Rows of records already read by Spark (Parquet files larger than ``max_file_bytes``)."""
        return self._mapper.rows(records, file)

    def _entries(self, data: bytes, file: SourceFile) -> Iterator[Record | Bad]:
        limits, last, content = self._limits, "start", None
        try:
            content = Content(
                data,
                self._source.encoding,
                longest_line=limits.max_record_bytes,
                most_in_memory=limits.max_file_bytes,
                most_unpacked=limits.max_unpacked_bytes,
            )
            for entry in self._reader.read(content, file):
                last = entry.position
                yield entry
        except UnicodeError:  # UTF-16 or UTF-32 without the byte-order mark that the encoding requires
            yield Bad("", f"after {last}", (Reason.INVALID_ENCODING,))
        except Exception as error:  # a reader failed: the rest of the file becomes one quarantined entry
            failure("ingest", error)
            yield Bad("", f"after {last}", (f"{Reason.READER_FAILED}:{type(error).__name__}",))
        if content is not None and content.is_too_large:
            yield Bad("", f"after {last}", (Reason.FILE_TOO_LARGE,))
        elif content is not None and content.is_broken:
            yield Bad(printable(content.tail), f"end, after {last}", (Reason.TRUNCATED,))
