"""Detects lines of code, commands, logs and tables, in which features of bad sentences are normal."""

from __future__ import annotations

from smelt.quality.texts import Flags, Texts

_CODE = (
    r"[{};]\s*$|^\s*(?:#\s?\w|\$[A-Za-z]|//|</?\w)|\b0x[0-9a-fA-F]+\b|\$[A-Za-z_]\w*(?:\.\w+|\s*=)|\w\(\w*\)|\S\s--?[A-Za-z]\w+(?:\s|$)|"
    r"\w\\\w|\b\w+\.\w+\.\w+[\w.]*\(|(?:^|[^\[\w])[A-Z]+(?:_[A-Z0-9]+)+\b|</?\w+[^>\n]*/?>|==|^\w+-[A-Z]\w*: \S"
)
"""Braces, comments, assignments, calls, options of a command, paths, constants, markup, header fields."""
CODE = rf"(?m){_CODE}"
"""Matches code in any line of a text."""
ROW = r"(?m)^(?:[^\n]*\S \| \S[^\n]*|\s*\d{1,2}\.\s+\p{Lu}[^\n]*)$"
"""A row of cells, or a numbered step."""
COMMAND = r"^\s*(?:[#$]|//|[\w.]+(?:-\w+)?\s--?[A-Za-z])|[{};]$"
"""A line that begins like a command or comment, or ends like code."""
MANY_ROWS = 4
"""Number of rows from which a text contains a table or a list of steps."""


def has_code(texts: Texts) -> Flags:
    """Whether any line of each text is code, a command or part of a log."""
    return texts.contains(CODE)


def ends_in_code(texts: Texts) -> Flags:
    """Whether the last line of each text is a command, a comment or other code."""
    return Texts(texts.series.str.split("\n").list.last()).contains(COMMAND)
