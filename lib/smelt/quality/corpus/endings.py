"""How texts end: with a stop, with a farewell and a name, or in the middle."""

from __future__ import annotations

import numpy as np
import polars as pl

from smelt.quality.texts import Flags

_FAREWELL = (
    r"(?:best|kind|kindest|warm|warmest|with|many)\s+(?:regards|wishes|thanks)|(?:yours\s+)?(?:sincerely|faithfully|truly)|"
    r"regards|yours|cheers|have a (?:good|nice|great|lovely) (?:day|evening|week|weekend|one|[a-z]+day)|all the best|"
    r"thank you(?:\s+(?:so|very)\s+much)?(?:\s+again)?|thanks(?:\s+(?:so much|a lot|again))?|take care"
)
SIGNED = (
    rf"(?:^|[\s,.!;])(?i:{_FAREWELL})"
    r"[\s,.!–-]*(?:[A-ZÀ-ÞŁŚŻĆ\[][^\s,|]*[\s,|]*){0,7}$"
    r"|\n[^\S\n]*\n[^\n]{1,40},[^\S\n]*\n(?:[^\n]{1,40}\n?){1,4}$"
)
"""A farewell, and after it at most seven words that begin with a capital: a name, a company, a mark of scrubbing.

Or, whatever its words: a last paragraph of short lines, the first of which ends in a comma.
"""
ENDS_WELL = rf"(?:[.!?:;…。！？*|}}>][)\]\"'”’»\s]*|{SIGNED})$"
"""A stop, with closed brackets and quotes after it, or a farewell."""


_TAIL = 240
"""Characters at the end of a text that are looked at: patterns with a dollar sign are slow on long texts."""


def ends_in(texts: pl.Series, pattern: str) -> Flags:
    """Whether each of ``texts`` ends in ``pattern`` (:data:`SIGNED` or :data:`ENDS_WELL`)."""
    return np.asarray(texts.str.tail(_TAIL).str.contains(pattern), dtype=np.bool_)
