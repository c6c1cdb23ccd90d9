"""Prefilters: which texts of a batch can hold an address, and of which kind, by Rust regexes over the column.

Case folding and word boundaries are ASCII; with Unicode's, a text with one accent takes twenty times as long.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from smelt.pii.detect.addresses.european import IN_TOWN
from smelt.pii.detect.addresses.european import PREFIXES as EUROPEAN_PREFIXES
from smelt.pii.detect.addresses.european import SUFFIXES as EUROPEAN_SUFFIXES
from smelt.pii.detect.addresses.words import (
    STREET_PREFIXES,
    STREET_SUFFIXES,
    STREET_WORDS,
    USUAL_STREET_WORDS,
    WEAK_STREET_WORDS,
)
from smelt.pii.detect.prefilters import matches

(
    NUMBERED_BIT,
    PREFIX_BIT,
    SUFFIX_BIT,
    BETWEEN_BIT,
    BOX_BIT,
    CUE_BIT,
    TOWN_BIT,
    NAMED_BIT,
    EUROPEAN_BIT,
    IN_TOWN_BIT,
) = (1 << bit for bit in range(10))
_EDGE = r"(?-u:\b)"
_WORDS = r"(?:\S{1,20}\s+)"
_STREET = rf"(?i-u:{USUAL_STREET_WORDS}|{WEAK_STREET_WORDS}){_EDGE}"
STREET = rf"\s{_STREET}"
"""What every text with a street's name and its word matches; searched once for both kinds."""

_PREFIX = rf"(?i:{STREET_PREFIXES})\s+"
_CODE = r"zip|postal code|post ?code|pin code"
_ADDRESS = r"add{0,3}r{1,2}ess?(?:es)?"
_AT = r"liv(?:e|es|ing)|resid(?:e|es|ing)|located|stay|staying"
_TO = r"(?:ship|deliver|send|mail|return|forward)(?:ed|ing)? (?:it |them |this |my order )?to"
PREFILTERS: tuple[tuple[int, bool, tuple[str, ...]], ...] = (
    (NUMBERED_BIT, True, (STREET, rf"{_EDGE}\d[\w/-]{{0,9}},?\s+{_WORDS}{{1,4}}{_STREET}")),
    (
        NAMED_BIT,
        False,
        (
            STREET,
            rf"\p{{L}}\s(?i-u:{STREET_WORDS}|st|rd|ave|dr|ln){_EDGE}",
        ),
    ),
    (
        PREFIX_BIT,
        True,
        (
            _PREFIX,
            rf"{_EDGE}{_PREFIX}{_WORDS}{{0,4}}\p{{Lu}}[\p{{L}}.'’-]*,?\s+\d"
            rf"|{_EDGE}\d{{1,5}}\s+{_PREFIX}{_WORDS}{{0,4}}\p{{Lu}}",
        ),
    ),
    (
        EUROPEAN_BIT,
        False,
        (
            r"[\p{L}.] [0-9]|, ?[0-9]|[0-9],? \p{L}|[sS][/.]?[nN](?-u:\b)",
            rf"(?i:{EUROPEAN_SUFFIXES})[ ][0-9]"
            rf"|(?:^|[^\p{{L}}])(?i:{EUROPEAN_PREFIXES})[ ](?:[a-z]{{1,6}}['’ ]?[ ]?){{0,6}}[\p{{Lu}}0-9]",
        ),
    ),
    (
        IN_TOWN_BIT,
        False,
        (
            rf"{_EDGE}(?:{IN_TOWN})[ ](?:[a-z]{{1,6}}['’ ]?[ ]?){{0,6}}\p{{Lu}}[^\n]{{2,80}}"
            r"(?:,|[ ](?:à|a|en|em|w))[ ]\p{Lu}",
        ),
    ),
    (SUFFIX_BIT, True, (rf"(?i:{STREET_SUFFIXES})\.?\s+\d", rf"\p{{L}}{{5}}\.? \d{{1,3}}{_EDGE}")),
    (
        BETWEEN_BIT,
        True,
        (
            rf"{_EDGE}\d{{1,4}}\s(?:\p{{Lu}}[\p{{L}}.'’-]*\s|(?:de|la|of|den|der|du|da|do)\s){{1,5}}"
            rf"\d{{1,4}}[a-z]?{_EDGE}",
        ),
    ),
    (
        BOX_BIT,
        True,
        (
            r"(?i-u:apt|apartment|suite|flat|ste|unit|box|postfach|apartado|[AFD]PO)(?:[^A-Za-z]|$)",
            rf"{_EDGE}(?i-u:apt|apartment|suite|flat|ste|unit|box|postfach|apartado){_EDGE}\.?\s*(?i-u:no\.?|#)?\s*\d"
            rf"|{_EDGE}(?i-u:[AFD]PO){_EDGE}",
        ),
    ),
    (
        CUE_BIT,
        False,
        (
            rf"(?i-u:{_CODE}|{_ADDRESS}|(?:{_AT}) at [0-9]|{_TO}[ -@]|taxi to [0-9]|house no)",
            rf"(?i-u:\b(?:{_CODE}))\W+(?:\w+\W+){{0,2}}\w?\d"
            rf"|(?i-u:\b{_ADDRESS})\W+(?:\w+\W+){{0,4}}(?:\d|(?i-u:(?:no|apt|suite|flat|unit|p\.?o)\b))"
            rf"|(?i-u:\b(?:{_AT}) at )\d|(?i-u:\b{_TO})\W+\w*\W*\d|(?i-u:taxi to )\d|(?i-u:house no)"
            rf"|^[^A-Za-z]{{0,80}}(?i-u:\b{_ADDRESS}\b)[^A-Za-z]{{0,120}}$",
        ),
    ),
    (
        TOWN_BIT,
        True,
        (
            r"\d{5}",
            rf"\p{{L}},?\s[A-Z]{{2}},?\s\d{{5}}{_EDGE}|^\s*(?i-u:no\.? )?\d{{1,5}} [^\d\s].{{0,60}}\d{{5}}\s*$",
        ),
    ),
)
"""Per kind of core: its bit, whether it needs a digit, and regexes, each applied to texts that matched the previous
one."""


def kinds(column: pl.Series) -> list[int]:
    """For each text, the sum of the bits of the kinds of core that it can hold; 0 for most texts."""
    bits = np.zeros(len(column), dtype=np.int64)
    streets = matches(column, STREET)
    every = np.arange(len(column))
    numbered = every[matches(column, r"\d")]
    with_digits = column.gather(numbered)
    for bit, needs_digit, regexes in PREFILTERS:
        texts, rows = (with_digits, numbered) if needs_digit else (column, every)
        for regex in regexes:
            if not len(rows):  # compiling a pattern costs more than searching a few texts
                break
            inside = np.flatnonzero(streets[rows] if regex is STREET else matches(texts, regex))
            texts, rows = texts.gather(inside), rows[inside]
        bits[rows] |= bit
    return bits.tolist()
