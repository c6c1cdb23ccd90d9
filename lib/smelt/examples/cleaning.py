"""Cleaning of question, answer and context texts, whole batches at a time with Rust regex (Polars).

Removed: quoted replies, signatures, tracking ids, configured lines, ragged white space. Made uniform: terms.
Applied twice, nothing changes any more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from smelt.examples.config import CleaningConfig
from smelt.examples.terminology import Terminology

_QUOTE_HEADERS = (
    r"(?m)^-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|message d'origine)\s*-{2,}\s*$",
    r"(?m)^on [^\n]{6,200}(?:\n[^\n]{0,80})?\bwrote:\s*$",
    r"(?m)^am [^\n]{6,200}\bschrieb[^\n]{0,80}:\s*$",
    r"(?m)^le [^\n]{6,200}\ba écrit\s?:\s*$",
    r"(?m)^from: [^\n]{1,200}\n(?:(?:sent|date|to|cc|subject): [^\n]{0,300}\n?){2,}",
    r"(?m)^_{20,}\s*$",
)
"""What mail programs put before the message that is answered (Outlook, Gmail, Apple Mail, Thunderbird)."""

_SIGNATURE = r"(?m)^-- ?$"
"""The signature separator of RFC 3676, section 4.3."""
_CLOSING = re.compile(
    r"(?i)^(?:(?:with )?(?:kind|best|warm|warmest)? ?regards|best wishes|best|cheers"
    r"|(?:many )?thanks(?: (?:again|in advance|so much))?|thank you|sincerely"
    r"|yours (?:sincerely|faithfully|truly)|respectfully|mit freundlichen grüßen|cordialement)[,.! ]*$"
)
_MAX_SIGNATURE_LINES = 8
_MAX_SIGNATURE_LINE = 80
_PLACEHOLDER_GAPS = r"\[\s*\]|\(\s*\)"


class Cleaner:
    """Cleans texts by one configuration; build it once a process."""

    def __init__(self, config: CleaningConfig) -> None:
        self._config = config
        self._terms = Terminology(config.terminology)
        self._lines = [f"(?m){line}" for line in config.lines]

    def clean(self, texts: Sequence[str | None]) -> list[str | None]:
        """Each text cleaned; what is empty afterwards is null."""
        column = pl.Series("text", texts, dtype=pl.String)
        if self._config.quoted_replies:
            column = _without_quotes(column)
        if self._config.signatures:
            column = _without_signatures(column)
        for pattern in (*self._lines, *self._config.tracking_ids):
            column = column.str.replace_all(pattern, "")
        column = (
            column.str.replace_all(_PLACEHOLDER_GAPS, "")
            .str.replace_all(r"(\S)(?:[ \t]{2,}|\t)", "${1} ")
            .str.replace_all(r"[ \t]+\n", "\n")
            .str.replace_all(r"(?m)^ (\S)", "${1}")
            .str.replace_all(r"\n{3,}", "\n\n")
            .str.replace_all(r" +([,.;:!?])(\s|$)", "$1$2")
            .str.strip_chars()
        )
        cleaned = self._terms.apply(column.to_list())
        return [text or None for text in cleaned]


def _without_quotes(column: pl.Series) -> pl.Series:
    """Cut from the first quote header on, then drop lines that begin with ``>``; a text of nothing else stays."""
    lowered = column.str.to_lowercase()
    for header in _QUOTE_HEADERS:
        hit = lowered.str.contains(header).fill_null(False)
        if not hit.any():
            continue
        values, lower = column.to_list(), lowered.to_list()
        pattern = re.compile(header)
        for index in hit.arg_true():
            found = pattern.search(lower[index])
            if found and lower[index][: found.start()].strip() and len(lower[index]) == len(values[index]):
                values[index] = values[index][: found.start()]
        column = pl.Series("text", values, dtype=pl.String)
        lowered = column.str.to_lowercase()
    quoted = column.str.contains(r"(?m)^\s*>").fill_null(False)
    if not quoted.any():
        return column
    values = column.to_list()
    for index in quoted.arg_true():
        kept = "\n".join(line for line in values[index].split("\n") if not line.lstrip().startswith(">"))
        values[index] = kept if kept.strip() else values[index]
    return pl.Series("text", values, dtype=pl.String)


def _without_signatures(column: pl.Series) -> pl.Series:
    """Cut at a signature separator, or at a closing formula that stands on a line of its own near the end."""
    may = (
        column.str.contains(_SIGNATURE)
        | column.str.contains(
            r"(?im)^(?:.{0,8}regards|best|cheers|.{0,5}thank|sincerely|yours|respectfully|mit|cord)"
        )
    ).fill_null(False)
    if not may.any():
        return column
    values = column.to_list()
    for index in may.arg_true():
        values[index] = without_signature(values[index])
    return pl.Series("text", values, dtype=pl.String)


def without_signature(text: str) -> str:
    """The text up to its signature; a text that is nothing but a signature stays as it is."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if line in ("--", "-- ") and any(before.strip() for before in lines[:at]):
            return "\n".join(lines[:at]).rstrip()
    for at in range(len(lines) - 1, max(-1, len(lines) - _MAX_SIGNATURE_LINES - 2), -1):
        if not _CLOSING.match(lines[at].strip()):
            continue
        after = [line for line in lines[at + 1 :] if line.strip()]
        if all(len(line) <= _MAX_SIGNATURE_LINE for line in after) and any(b.strip() for b in lines[:at]):
            return "\n".join(lines[:at]).rstrip()
    return text
