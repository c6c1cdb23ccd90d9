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
STOPPED = r"[.!?:;…。！？*|}}>][)\]\"'”’»\s]*$"
"""A stop, with closed brackets and quotes after it."""
HINTS = [
    "regards", "wishes", "thank", "sincerely", "faithfully", "truly", "yours", "cheers", "have a", "all the best",
    "take care", ",\n", ", \n",
]  # fmt: skip
"""One of these is in every text that is signed; finding them is ten times as fast as the pattern itself."""
_TAIL = 240
"""Characters at the end of a text that are looked at: patterns with a dollar sign are slow on long texts."""


def is_signed(texts: pl.Series) -> Flags:
    """Whether each of ``texts`` ends in :data:`SIGNED`."""
    tails = texts.str.tail(_TAIL)
    signed = np.asarray(tails.str.contains_any(HINTS, ascii_case_insensitive=True), dtype=np.bool_)
    likely = np.nonzero(signed)[0]
    signed[likely] = np.asarray(tails.gather(likely).str.contains(SIGNED), dtype=np.bool_)
    return signed


def ends_well(texts: pl.Series) -> Flags:
    """Whether each of ``texts`` ends in a stop or is signed."""
    well = np.asarray(texts.str.tail(_TAIL).str.contains(STOPPED), dtype=np.bool_)
    others = np.nonzero(~well)[0]
    well[others] = is_signed(texts.gather(others))
    return well
