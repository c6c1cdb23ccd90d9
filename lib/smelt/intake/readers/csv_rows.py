"""CSV and its kin: any delimiter and quote, quoted line breaks, lines before the header."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from smelt.intake.content import Content, has_bad_bytes, printable
from smelt.intake.records import Bad, Record, SourceFile
from smelt.intake.vocabulary import Reason


class CsvReader:
    """Reads rows under a header line, or ``header`` where the file has none; empty lines are no rows."""

    def __init__(self, delimiter: str, quote: str, skip_lines: int, header: tuple[str, ...]) -> None:
        self._delimiter, self._quote, self._skip, self._header = delimiter, quote, skip_lines, header

    def read(self, content: Content, file: SourceFile) -> Iterator[Record | Bad]:
        """Every row in order, by the line that it starts on. Rows that do not fit the header are bad."""
        csv.field_size_limit(sys.maxsize)
        lines = _Remembered(islice(content.text_lines(), self._skip, None), content.longest_line)
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self._quote else csv.QUOTE_NONE
        rows = csv.reader(
            lines, delimiter=self._delimiter, quotechar=self._quote or None, quoting=quoting, strict=True
        )
        names = _unique(list(self._header))
        while True:
            lines.row.clear()
            start = rows.line_num + self._skip + 1
            position = f"line {start}"
            try:
                cells = next(rows)
            except StopIteration:
                return
            except _TooLong:
                yield Bad(printable("".join(lines.row)[:SHOWN]), position, (Reason.TOO_LARGE,))
                continue
            except csv.Error:
                yield Bad(printable("".join(lines.row)), position, (Reason.MALFORMED_ROW,))
                continue
            if not any(cells):
                continue
            if not names:
                names = _unique(cells)
                continue
            reasons = []
            if len(cells) != len(names):
                reasons.append(Reason.TOO_MANY_FIELDS if len(cells) > len(names) else Reason.TOO_FEW_FIELDS)
            if any(map(has_bad_bytes, lines.row)):
                reasons.append(Reason.INVALID_ENCODING)
            if reasons:
                yield Bad(printable("".join(lines.row)), position, tuple(reasons))
            else:
                yield Record(dict(zip(names, cells, strict=True)), position)


SHOWN = 1 << 16
"""Characters of a row that is too long; quarantine cuts it further."""


class _TooLong(Exception):
    """Raised within the reader of rows, which begins anew with the line after."""


class _Remembered:
    """An iterator over lines that keeps those of the row being read; a row beyond ``longest`` characters ends there.

    It gives them without NUL, which no text keeps.
    """

    def __init__(self, lines: Iterator[str], longest: int) -> None:
        self._lines, self._longest = lines, longest
        self._left = longest
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self.row:
            self._left = self._longest
        line = next(self._lines)
        self.row.append(line)
        self._left -= len(line)
        if self._left < 0:
            raise _TooLong
        return line.replace("\x00", "")


def _unique(cells: list[str]) -> list[str]:
    """Header names: blank ones are numbered, repeated ones get ``_2``, ``_3``."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for number, cell in enumerate(cells, 1):
        name = cell.strip() or f"column_{number}"
        again = seen[name]
        names.append(name if not again else f"{name}_{again + 1}")
        seen[cell.strip()] += 1
    return names
