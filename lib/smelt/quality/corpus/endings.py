"""How texts end: with a stop, with a farewell and a name, or in the middle."""

from __future__ import annotations

import polars as pl

_FAREWELL = (
    r"(?:best|kind|kindest|warm|warmest|with|many)\s+(?:regards|wishes|thanks)|(?:yours\s+)?(?:sincerely|faithfully|truly)|"
    r"regards|yours|cheers|have a (?:good|nice|great|lovely) (?:day|evening|week|weekend|one|\p{L}+day)|all the best|"
    r"thank you(?:\s+(?:so|very)\s+much)?(?:\s+again)?|thanks(?:\s+(?:so much|a lot|again))?|take care"
)
SIGNED = (
    rf"(?:^|[\s,.!;])(?i:{_FAREWELL})"
    r"[\s,.!–-]*(?:[\p{Lu}\[][\p{L}\p{N}_.'’&\]-]*[\s,|]*){0,7}$"
    r"|\n[^\S\n]*\n[^\n]{1,40},[^\S\n]*\n(?:[^\n]{1,40}\n?){1,4}$"
)
"""A farewell, and after it at most seven words that begin with a capital: a name, a company, a mark of scrubbing.

Or, whatever its words: a last paragraph of short lines, the first of which ends in a comma.
"""
ENDS_WELL = rf"(?:[.!?:;…。！？*|}}>][)\]\"'”’»\s]*|{SIGNED})$"
"""A stop, with closed brackets and quotes after it, or a farewell."""


def share_of(texts: pl.Series, pattern: str) -> float:
    """Share of ``texts`` in which ``pattern`` occurs."""
    return float(texts.str.contains(pattern).sum()) / max(len(texts), 1)
