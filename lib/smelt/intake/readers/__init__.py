"""Readers: one module per format. A new format is a reader here and a name in ``Format`` and ``_READERS``.

Most sources are JSON lines or CSV, so the parsers of other formats are imported only when needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from smelt.intake.pages import Pages
from smelt.intake.readers.csv_rows import CsvReader
from smelt.intake.readers.json_document import JsonDocumentReader
from smelt.intake.readers.json_lines import JsonLinesReader
from smelt.intake.readers.protocol import FileReader, WholeText
from smelt.intake.source import SourceConfig


def _parquet(source: SourceConfig) -> FileReader:
    from smelt.intake.readers.parquet import ParquetReader

    return ParquetReader()


def _webvtt(source: SourceConfig) -> FileReader:
    from smelt.intake.readers.webvtt import WebVttReader

    return WholeText(WebVttReader())


def _srt(source: SourceConfig) -> FileReader:
    from smelt.intake.readers.srt import SrtReader

    return WholeText(SrtReader())


def _markdown(source: SourceConfig) -> FileReader:
    from smelt.intake.readers.markdown import MarkdownReader

    return WholeText(MarkdownReader())


def _html(source: SourceConfig) -> FileReader:
    from smelt.intake.readers.html import HtmlReader

    return WholeText(HtmlReader())


def _mail(source: SourceConfig) -> FileReader:
    from smelt.intake.readers.mail import MailReader

    return MailReader()


_READERS: Mapping[str, Callable[[SourceConfig], FileReader]] = {
    "json_lines": lambda source: JsonLinesReader(Pages.of(source)),
    "json": lambda source: WholeText(JsonDocumentReader(Pages.of(source))),
    "csv": lambda source: CsvReader(
        source.delimiter,
        '"' if source.quote is None else source.quote,
        source.skip_lines,
        source.header,
        source.escape,
    ),
    "parquet": _parquet,
    "webvtt": _webvtt,
    "srt": _srt,
    "markdown": _markdown,
    "html": _html,
    "mbox": _mail,
    "eml": _mail,
}


def reader_for(source: SourceConfig) -> FileReader:
    """The reader for a source's format; plugins come from :mod:`smelt.intake.plugins`."""
    return _READERS[source.format](source)
