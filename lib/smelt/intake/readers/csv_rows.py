"""CSV and similar formats: any delimiter and quote, quoted line breaks, lines before the header."""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Literal

from smelt.intake.content import Content, has_bad_bytes, printable
from smelt.intake.records import Bad, Record, SourceFile
from smelt.intake.vocabulary import Reason


class CsvReader:
    """Reads rows below a header line, or with the column names ``header`` if the file has none; skips empty lines.

    ``delimiter``: None for what a first line ``sep=;`` says (Excel), or else the sign of ``,;|`` and tab that the
    header has most of. A cell ``\\N`` is null, as MySQL, Redshift and PostgreSQL write it.

    ``escape``: how a quote is written inside quotes. None: doubled (RFC 4180) or, in rows that cannot be read so, after
    a backslash, as Spark, MySQL and Redshift do; a character: after that character; empty: doubled only.
    """

    def __init__(
        self,
        delimiter: str | None,
        quote: str,
        skip_lines: int,
        header: tuple[str, ...],
        escape: str | None = None,
    ) -> None:
        self._delimiter, self._quote, self._skip, self._header = delimiter, quote, skip_lines, header
        self._escaped = _escapes(escape, quote) if escape and quote else None
        self._perhaps = _escapes("\\", quote) if escape is None and quote else None

    def read(self, content: Content, file: SourceFile) -> Iterator[Record | Bad]:
        """Every row in order; its position is the line on which it starts. Rows that do not fit the header are bad."""
        csv.field_size_limit(sys.maxsize)
        lines = _Remembered(islice(content.text_lines(), self._skip, None), content.longest_line)
        try:
            delimiter = self._delimiter or self._found_delimiter(lines)
        except _TooLong:
            delimiter = ","  # reported below, with the line
            lines.put_back(list(lines.row))
        rows = self._reader(map(self._escaped, lines) if self._escaped else lines, delimiter)
        names = _unique(list(self._header))
        while True:
            lines.row.clear()
            position = f"line {lines.count + self._skip + 1}"
            try:
                cells, is_broken = next(rows), False
            except StopIteration:
                return
            except _TooLong:
                yield Bad(printable("".join(lines.row)[:SHOWN]), position, (Reason.TOO_LARGE,))
                continue
            except csv.Error:
                cells, is_broken = [], True
            if names and (is_broken or len(cells) != len(names)):
                again = self._read_again(lines, len(names), delimiter)
                cells, is_broken = (cells, is_broken) if again is None else (again, False)
            if is_broken:
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
                yield Record(
                    {name: None if cell == "\\N" else cell for name, cell in zip(names, cells, strict=True)},
                    position,
                )

    def _found_delimiter(self, lines: _Remembered) -> str:
        first = next(lines, "")
        if told := re.fullmatch(r"\"?sep=(.)\"?\r?\n?", first):
            return told[1]
        lines.put_back(list(lines.row))
        lines.row.clear()
        counts = {mark: first.count(mark) for mark in ",;\t|"}
        return "," if self._header else max(counts, key=counts.__getitem__)

    def _reader(self, lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self._quote else csv.QUOTE_NONE
        return csv.reader(
            lines, delimiter=delimiter, quotechar=self._quote or None, quoting=quoting, strict=True
        )

    def _read_again(self, lines: _Remembered, wanted: int, delimiter: str) -> list[str] | None:
        """Read a row again with backslash escapes; None if that gives no row with ``wanted`` cells.

        Further lines are taken only if the row needs them, and put back if it fails.
        """
        if self._perhaps is None or not any(f"\\{self._quote}" in line for line in lines.row):
            return None
        before = list(lines.row)
        lines.row.clear()
        lines.put_back(before)
        try:
            cells = next(self._reader(map(self._perhaps, lines), delimiter))
        except (csv.Error, StopIteration, _TooLong):
            cells = []
        if len(cells) == wanted:
            return cells
        lines.put_back(list(lines.row))
        lines.row.clear()
        for _ in before:
            next(lines)
        return None


def _escapes(escape: str, quote: str) -> Callable[[str], str]:
    """A function that doubles the quotes of a line that are preceded by an odd number of ``escape``."""
    pattern = re.compile(rf"((?:{re.escape(escape)})+){re.escape(quote)}")

    def doubled(found: re.Match[str]) -> str:
        count = len(found[1])
        return escape * (count // 2) + (quote * 2 if count % 2 else quote)

    return lambda line: pattern.sub(doubled, line)


SHOWN = 1 << 16
"""Characters kept of an overlong row; quarantine truncates further."""


class _TooLong(Exception):
    """Raised inside the csv reader for an overlong row; a new reader starts with the next line."""


class _Remembered:
    """An iterator over lines that remembers those of the current row and raises _TooLong beyond ``longest`` characters.

    Lines can be put back; ``count`` is the number of lines given. NUL characters are removed.
    """

    def __init__(self, lines: Iterator[str], longest: int) -> None:
        self._lines, self._longest = lines, longest
        self._left = longest
        self._again: list[str] = []
        self.row: list[str] = []
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self.row:
            self._left = self._longest
        line = self._again.pop() if self._again else next(self._lines)
        self.row.append(line)
        self.count += 1
        self._left -= len(line)
        if self._left < 0:
            raise _TooLong
        return line.replace("\x00", "")

    def put_back(self, lines: list[str]) -> None:
        """Yield ``lines`` again, before all others."""
        self._again += reversed(lines)
        self.count -= len(lines)


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
