"""Normalises texts for comparison."""

from __future__ import annotations

import polars as pl

SCRUBBED = "\ue000"
"""A private-use character that replaces every scrubbed value, so that no real text equals it."""

_NOT_ASCII = r"[^\x00-\x7F]"
_INVISIBLE = "[\u00ad\u200b-\u200f\u2060\ufeff]"
_SIGNED = r"[<>≤≥][=\s]*\d|[-−]\d|\+\+|[A-Za-z]#"
_SIGNS = (
    (r"(\S[ \t]*)[<≤]=?[ \t]*(\d)", "${1} lt ${2}"),
    (r"(\S[ \t]*)[>≥]=?[ \t]*(\d)", "${1} gt ${2}"),
    (r"(^|[\s(=:,\[])[-−](\d)", "${1}minus ${2}"),
    (r"([A-Za-z])\+\+", "${1}plusplus"),
    (r"\b([A-Za-z])#", "${1}sharp"),
)
"""Punctuation that changes the meaning: ``-20 °C``, ``< 5``, ``C++`` and ``C#``."""
_APOSTROPHE = r"(\p{L})['’ʼ`](\p{L})"
_SEPARATORS = r"[^\p{L}\p{M}\p{N}\p{Sc}\x{E000}]+"


def normalise(texts: pl.Series, placeholder: str) -> pl.Series:
    """Normalise texts (null and blank become the empty string).

    NFKC, lower case; all scrubbed values (``placeholder``, a Rust regex) become equal; everything except letters,
    marks, digits and currency signs separates words; one space between words; an apostrophe inside a word is removed
    (don't = dont); a minus or ``<`` or ``>`` before a number, ``C++`` and ``C#`` become words.
    """
    prepared: pl.Series = texts.cast(pl.String).fill_null("").str.replace_all(placeholder, f" {SCRUBBED} ")
    foreign = prepared.str.contains(_NOT_ASCII)
    if foreign.any():
        composed = prepared.filter(foreign).str.normalize("NFKC").str.replace_all(_INVISIBLE, "")
        prepared = prepared.scatter(foreign.arg_true(), composed)
    signed = prepared.str.contains(_SIGNED)
    if signed.any():
        spelt = prepared.filter(signed)
        for sign, word in _SIGNS:
            spelt = spelt.str.replace_all(sign, word)
        prepared = prepared.scatter(signed.arg_true(), spelt)
    lowered: pl.Series = prepared.str.to_lowercase().str.replace_all(_APOSTROPHE, "$1$2")
    return lowered.str.replace_all(_SEPARATORS, " ").str.strip_chars(" ")
