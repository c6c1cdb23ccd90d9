"""Readers: one format a file. A new format is a reader here and a name in ``Format`` and ``_READERS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from smelt.intake.config import SourceConfig
from smelt.intake.readers.csv_rows import CsvReader
from smelt.intake.readers.html import HtmlReader
from smelt.intake.readers.json_document import JsonDocumentReader
from smelt.intake.readers.json_lines import JsonLinesReader
from smelt.intake.readers.markdown import MarkdownReader
from smelt.intake.readers.parquet import ParquetReader
from smelt.intake.readers.protocol import FileReader, WholeText
from smelt.intake.readers.srt import SrtReader
from smelt.intake.readers.webvtt import WebVttReader

_READERS: Mapping[str, Callable[[SourceConfig], FileReader]] = {
    "json_lines": lambda source: JsonLinesReader(),
    "json": lambda source: WholeText(JsonDocumentReader(source.records_path)),
    "csv": lambda source: CsvReader(
        source.delimiter or ",",
        '"' if source.quote is None else source.quote,
        source.skip_lines,
        source.header,
    ),
    "parquet": lambda source: ParquetReader(),
    "webvtt": lambda source: WholeText(WebVttReader()),
    "srt": lambda source: WholeText(SrtReader()),
    "markdown": lambda source: WholeText(MarkdownReader()),
    "html": lambda source: WholeText(HtmlReader()),
}


def reader_for(source: SourceConfig) -> FileReader:
    """The reader of a source's format; plugins are made by ``smelt.intake.plugins``."""
    return _READERS[source.format](source)
