"""How texts end: with final punctuation, with a farewell and a name, or in the middle."""

from __future__ import annotations

import numpy as np
import polars as pl

from smelt.pii.detect.prefilters import matches
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
"""A farewell followed by at most seven capitalised words: a name, a company, a placeholder.

Or, whatever its words, a last paragraph of short lines whose first line ends in a comma.
"""
STOPPED = r"[.!?:;…。！？*|}}>][)\]\"'”’»\s]*$"
"""Final punctuation, optionally followed by closing brackets and quotes."""
HINTS = [
    "regards", "wishes", "thank", "sincerely", "faithfully", "truly", "yours", "cheers", "have a", "all the best",
    "take care", ",\n", ", \n",
]  # fmt: skip
"""Every signed text contains one of these; searching them first is ten times as fast as the pattern alone."""
_TAIL = 240
"""Only so many characters at the end of a text are matched, since patterns with ``$`` are slow on long texts."""


def is_signed(texts: pl.Series) -> Flags:
    """Whether each of ``texts`` ends in :data:`SIGNED`."""
    tails = texts.str.tail(_TAIL)
    signed = np.asarray(tails.str.contains_any(HINTS, ascii_case_insensitive=True), dtype=np.bool_)
    likely = np.nonzero(signed)[0]
    signed[likely] = matches(tails.gather(likely), SIGNED)
    return signed


def ends_well(texts: pl.Series) -> Flags:
    """Whether each of ``texts`` ends in :data:`STOPPED` or :data:`SIGNED`."""
    well = matches(texts.str.tail(_TAIL), STOPPED).copy()
    others = np.nonzero(~well)[0]
    well[others] = is_signed(texts.gather(others))
    return well
