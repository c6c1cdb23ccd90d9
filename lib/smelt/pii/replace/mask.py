"""``mask``: keeps the last four characters of a number, ****1234."""

from __future__ import annotations

from smelt.pii.replace.context import Context
from smelt.pii.replace.value import SEPARATED, TEXTUAL, Value

KEPT = 4
MIN_CHARACTERS = 9
"""Of shorter values, the last four would be half or more."""


def replace(value: Value, context: Context) -> str:
    """****1234 for numbers of nine characters or more; **** for names, addresses, dates and short values.

    The length of the value is hidden.
    """
    characters = [character for character in value.text if character.isalnum()]
    if (
        value.entity in TEXTUAL | SEPARATED
        or len(characters) < MIN_CHARACTERS
        or not characters[-1].isdecimal()
    ):
        return "****"
    last = "".join(characters[-KEPT:])
    return f"****{last}" if last.isascii() else "****"
