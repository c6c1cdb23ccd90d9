"""Which texts of a batch can hold an address at all, and of which kind: Rust passes over the whole column."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from smelt.pii.names.streets import (
    STREET_PREFIXES,
    STREET_SUFFIXES,
    STREET_WORDS,
    USUAL_STREET_WORDS,
    WEAK_STREET_WORDS,
)

NUMBERED_BIT, PREFIX_BIT, SUFFIX_BIT, BETWEEN_BIT, BOX_BIT, CUE_BIT, TOWN_BIT, NAMED_BIT = (
    1 << bit for bit in range(8)
)
_WORDS = r"(?:\S{1,20}\s+)"
_STREETS = tuple(
    f" {word}" for word in f"{USUAL_STREET_WORDS}|{WEAK_STREET_WORDS}".replace("?", "").split("|")
)
_PREFIXES = tuple(word.replace("\\", "") + " " for word in STREET_PREFIXES.split("|"))
_BOXES = (
    " apt",
    "apt ",
    "apt.",
    "apartment",
    "suite",
    "flat ",
    "ste ",
    "unit ",
    "box ",
    "postfach",
    "apartado",
    "apo ",
    "fpo ",
    "dpo ",
)
_ASKED = (
    "zip",
    "postal code",
    "post code",
    "postcode",
    "pin code",
    "adress",
    "addres",
    "addrress",
    " at ",
    "taxi to",
    "house no",
    "it to",
    "them to",
    "this to",
    "order to",
    "ship",
    "deliver",
    "send",
    "mail",
    "return",
)
GATES: tuple[tuple[int, tuple[str, ...], bool, str], ...] = (
    (
        NUMBERED_BIT,
        _STREETS,
        True,
        rf"(?i)\b\d[\w/-]{{0,9}},?\s+{_WORDS}{{1,4}}(?:{USUAL_STREET_WORDS}|{WEAK_STREET_WORDS})\b",
    ),
    (NAMED_BIT, _STREETS, False, rf"(?i)\p{{L}}\s(?:{STREET_WORDS}|st|rd|ave|dr|ln)\b"),
    (
        PREFIX_BIT,
        _PREFIXES,
        True,
        rf"\b(?i:{STREET_PREFIXES})\s+{_WORDS}{{0,4}}\p{{Lu}}[\p{{L}}.'’-]*,?\s+\d"
        rf"|\b\d{{1,5}}\s+(?i:{STREET_PREFIXES})\s+{_WORDS}{{0,4}}\p{{Lu}}",
    ),
    (SUFFIX_BIT, (), True, rf"(?i)(?:{STREET_SUFFIXES})\b\.?\s+\d"),
    (
        BETWEEN_BIT,
        (),
        True,
        r"\b\d{1,4}\s(?:\p{Lu}[\p{L}.'’-]*\s|(?:de|la|of|den|der|du|da|do)\s){1,5}\d{1,4}[a-z]?\b",
    ),
    (
        BOX_BIT,
        _BOXES,
        True,
        r"(?i)\b(?:apt|apartment|suite|flat|ste|unit|box|postfach|apartado)\b\.?\s*(?:no\.?|#)?\s*\d|\b[AFD]PO\b",
    ),
    (
        CUE_BIT,
        _ASKED,
        False,
        r"(?i)\b(?:zip|postal code|post ?code|pin code)\W+(?:\w+\W+){0,2}\w?\d"
        r"|\badd{0,3}r{1,2}ess?(?:es)?\W+(?:\w+\W+){0,4}(?:\d|no\b|apt\b|suite\b|flat\b|unit\b|p\.?o\b)"
        r"|\b(?:liv(?:e|es|ing)|resid(?:e|es|ing)|located|stay|staying) at \d|\b(?:ship|deliver|send|mail"
        r"|return|forward)(?:ed|ing)? (?:it |them |this |my order )?to\W+\w*\W*\d"
        r"|taxi to \d|house no|^[^A-Z]{0,80}\badd{0,3}r{1,2}ess?(?:es)?\b[^A-Z]{0,120}$",
    ),
    (TOWN_BIT, (), True, r"\p{L},?\s[A-Z]{2},?\s\d{5}\b|^\s*(?i:no\.? )?\d{1,5} [^\d\s].{0,60}\d{5}\s*$"),
)
"""What tells which kinds of core a text can hold: literals (any case, Aho-Corasick) and a digit first, then a
regex over what is left. Both run in Rust over the batch; one large alternation would be ten times slower."""


_FIRST = {
    NUMBERED_BIT: rf"(?i)\s(?:{USUAL_STREET_WORDS}|{WEAK_STREET_WORDS})\b",
    SUFFIX_BIT: r"\p{L}{5}\.? \d{1,3}\b",
}
"""Simpler regexes, tried before the ones of the same bit."""


def kinds(column: pl.Series) -> list[int]:
    """By text of ``column``: the kinds of core it can hold, as the sum of their bits; 0 for most texts."""
    bits = np.zeros(len(column), dtype=np.int64)
    digits = column.str.contains(r"\d").to_numpy()
    literal: dict[tuple[str, ...], npt.NDArray[np.bool_]] = {(): np.ones(len(column), dtype=np.bool_)}
    for bit, literals, needs_digit, regex in GATES:
        if literals not in literal:
            literal[literals] = column.str.contains_any(
                list(literals), ascii_case_insensitive=True
            ).to_numpy()
        rows = np.flatnonzero(literal[literals] & digits if needs_digit else literal[literals])
        if bit in _FIRST:
            rows = rows[column.gather(rows).str.contains(_FIRST[bit]).to_numpy()]
        if len(rows):
            bits[rows[column.gather(rows).str.contains(regex).to_numpy()]] |= bit
    return bits.tolist()
