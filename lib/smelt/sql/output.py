"""Writes answers as a table, CSV or JSON lines, with nested values as JSON."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import json
import math
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console

    from smelt.sql.answer import Answer

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Characters that begin a formula in a spreadsheet cell (OWASP, CSV Injection)."""


def write_csv(answer: Answer, out: TextIO) -> None:
    """A header and one line per row; text that a spreadsheet would run as a formula gets a leading apostrophe."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([csv_cell(value) for value in row] for row in answer.rows)


def csv_cell(value: Any) -> Any:
    """A value as a cell: null is empty, nested values are JSON, numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, (bool, list, dict, tuple)):
        return as_json(value)
    if isinstance(value, (int, float, decimal.Decimal)):
        return value
    text = plain(value)
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text


def write_json(answer: Answer, out: TextIO) -> None:
    """One object per line; of columns with the same name only the last is written."""
    for row in answer.rows:
        out.write(as_json(dict(zip(answer.columns, row, strict=True))) + "\n")


def write_table(answer: Answer, console: Console) -> None:
    """A table for the terminal."""
    from rich.markup import escape
    from rich.table import Table

    grid = Table(box=None, pad_edge=False)
    for number, column in enumerate(answer.columns):
        is_number = all(isinstance(row[number], (int, float)) for row in answer.rows[:20]) and answer.rows
        grid.add_column(escape(column), overflow="fold", justify="right" if is_number else "left")
    for row in answer.rows:
        grid.add_row(*(escape(_text(value)) for value in row))
    console.print(grid)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, dict, tuple)):
        return as_json(value)
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else str(value)
    return str(plain(value))


def as_json(value: Any) -> str:
    """Standard JSON on one line: no NaN, times as ISO 8601 with time zone."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:
    """Convert a value to JSON's types."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, (str, int)):
        return value
    return str(value)
