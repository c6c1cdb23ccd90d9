"""Tells texts apart, in batches, that have no quoted mail; the others are examined line by line."""

from __future__ import annotations

import polars as pl

from smelt.examples.quote_headers import (
    ABOVE_WORDS,
    AT_THE_END,
    FORWARDED_WORDS,
    LABELS,
    ORIGINAL_WORDS,
    VERBS,
)
from smelt.pii.detect.prefilters import contains, in_its_thread, matches

MAY_BE_QUOTED = (
    r"(?m)^\s*>|[:：][\s\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]*$|"
    r"^\s*[*_]{0,2}\p{L}[\p{L}' ]{0,20}[*_]{0,2}\s?[:：]|^[-_=*—–\s]{2,}|"
    r"(?i)forwarded|weitergeleitet|above this line|^##-|^\s{0,3}\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? +\d{1,2}[:.]\d{2}|"
    r"(?-i:^\s{0,8}[A-Z][A-Za-z]{1,2}>)"
)
"""Rust regex that matches every text with a quote (and many others); what it does not match is never changed."""

_LABELS = "|".join(label for label, meaning in sorted(LABELS.items()) if meaning in ("from", "sent"))
_FORMS = (
    r"(?m)^\s*>|^\s{0,8}[A-Z][A-Za-z]{1,2}>|^\s*--[^\n]*--\s*$|^\s*_{10,}\s*$|"
    r"^\s*\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? +\d{1,2}[:.]\d{2}|"
    rf"(?i:^[\s>]*[*_]{{0,2}}(?:{_LABELS}) *[*_]{{0,2}}\s?[:：])|"
    # what Python compares in another way: directions, white space, letters without case
    r"[\x1c-\x1f\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{feff}ıİﬀ-ﬆ]"
)
"""Marks of quotes and of the headers above them, except attributions and headers named by a word."""

_TO_COLON = r"[^\n]*(?:\n[^\n]*\S[^\n]*)?(?:\n[^\n]*)?[:：]\s*$"
"""From anywhere in an attribution to its colon: it has at most three lines, none of them blank."""
_SIGN = rf"(?m)[\d@<\[]{_TO_COLON}"
_VERBS = f"{VERBS}|{AT_THE_END}".replace(" ", r"\s+")
_ATTRIBUTED = (
    rf"(?im)(?:{_VERBS}|@|<\s*\[?[A-Z_]|\[EMAIL|"
    rf"wiadomość\s+napisana|missatge\s+de|^\s*\* ){_TO_COLON}"
)
_ORIGINAL = r"(?m)^[-_=*—–\s&&[^\n]]{2,}[^\n]*(?:" + "|".join(ORIGINAL_WORDS) + ")"


def are_maybe_quoted(texts: pl.Series) -> pl.Series:
    """Whether each text may have a quote; False only where :func:`smelt.examples.quotes.without_quotes` changes
    nothing."""
    likely = in_its_thread(MAY_BE_QUOTED, lambda: texts.str.contains(MAY_BE_QUOTED)).fill_null(False)
    rows = likely.arg_true()
    if not len(rows):
        return likely
    chosen = texts.gather(rows)
    lowered = chosen.str.to_lowercase()
    forms, sign, attributed = contains(chosen, (_FORMS, _SIGN, _ATTRIBUTED))
    named = lowered.str.contains_any([*FORWARDED_WORDS, *ABOVE_WORDS]).to_numpy()
    found = forms | (sign & attributed) | named | matches(lowered, _ORIGINAL)
    return likely.scatter(rows, pl.Series(found))
