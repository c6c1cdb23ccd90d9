"""Cleans question, answer and context texts in batches, with Polars (Rust) regular expressions.

Removes quoted replies, signatures, tracking ids and configured lines with the gaps that they leave; unifies terms and
spaces within prose. Code, indentation, and replies between the lines of a quote are kept. Cleaning is idempotent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

import polars as pl

from smelt.conversations.plain_text import even_lines, outside_fences
from smelt.examples.config import CleaningConfig
from smelt.examples.may_be_quoted import are_maybe_quoted
from smelt.examples.quotes import without_quotes
from smelt.examples.signatures import MAY_BE_SIGNED, without_signature
from smelt.examples.terminology import Terminology
from smelt.pii.detect.prefilters import in_its_thread

_GONE = "\ue0f8"
"""Marks a place where text was removed, so that only gaps made by cleaning are closed, not the writer's own."""


class Cleaner:
    """Cleans texts by one configuration; build it once per process."""

    def __init__(self, config: CleaningConfig) -> None:
        self._config = config
        self._terms = Terminology(config.terminology)
        self._lines = ["(?m)" + "|".join(f"(?:{line})" for line in config.lines)] if config.lines else []

    def clean(self, texts: Sequence[str | None]) -> list[str | None]:
        """Clean each text; a text that becomes empty gives None."""
        column = pl.Series("text", texts, dtype=pl.String)
        column = _replaced(column, [_GONE], "")
        if self._config.quoted_replies:
            column = _changed_where(column, are_maybe_quoted(column), without_quotes)
        if self._config.signatures:
            column = _changed(column, MAY_BE_SIGNED, without_signature)
        column = _replaced(column, [*self._lines, *self._config.tracking_ids], _GONE)
        column = _changed(column, _GONE, _closed)
        column = _changed(column, r" [,.;:!?](?:\s|$)", _without_stray_spaces).str.replace_all(
            r"[ \t]+\n", "\n"
        )
        column = _changed(column, r"\S(?:[ \t]{2,}|\t)\S", even_lines)
        column = column.to_frame().select(
            pl.col("text")
            .str.replace_all(r"(?m)^ (\S)", "${1}")
            .str.replace_all(r"\n{3,}", "\n\n")
            .str.strip_chars()
        )["text"]
        cleaned = self._terms.apply(column.to_list())
        return [text or None for text in cleaned]


def _replaced(column: pl.Series, patterns: Sequence[str], by: str) -> pl.Series:
    """``column`` with all matches of ``patterns`` (Rust regexes) replaced, one pattern after the other.

    One pass finds the few texts that match any of them; only these are gone through pattern by pattern.
    """
    if not patterns:
        return column
    matches = pl.any_horizontal(pl.col("text").str.contains(pattern) for pattern in patterns)
    rows = column.to_frame().select(matches.fill_null(False))["text"].arg_true()
    if not len(rows):
        return column
    changed = column.gather(rows)
    for pattern in patterns:
        changed = in_its_thread(pattern, partial(changed.str.replace_all, pattern, by))
    return column.scatter(rows, changed)


def _changed(column: pl.Series, pattern: str, change: Callable[[str], str]) -> pl.Series:
    """Apply ``change`` to the texts that match ``pattern`` (Rust regex)."""
    found = in_its_thread(pattern, partial(column.str.contains, pattern))
    return _changed_where(column, found.fill_null(False), change)


def _changed_where(column: pl.Series, chosen: pl.Series, change: Callable[[str], str]) -> pl.Series:
    rows = chosen.arg_true()
    if not len(rows):
        return column
    changed = [change(text) for text in column.gather(rows).to_list()]
    return column.scatter(rows, pl.Series(changed, dtype=pl.String))


_STRAY = re.compile(r" +([,;!?]|[.:](?=\s+[\"'“(]?[A-ZÀ-ÞА-Я\d]|\s*$))(?=\s|$)")
_CODE_LINE = re.compile(
    r"^(?:[ ]{2}|\t)|[={}<>|;`\\$]|\s--?[a-z]|^\s*[#%]|\b(?:git|docker|podman|cd|ls|dir|find|cp|mv|rm|du|"
    r"tar|zip|scp|rsync|grep|"
    r"chmod|chown|source|make|cmake|go|cargo|dotnet|mvn|gradle|kubectl|helm|terraform|ansible|pip3?|pipx|uv|npm|npx|yarn|pnpm|"
    r"pytest|ruff|black|mypy|flake8|eslint|prettier|python3?|node|php|ruby|java|bash|sh|sudo|svn|hg|code|tree|cat|jupyter|"
    r"explorer|open|run|type|enter|command)\b"
)
"""A line that may be a command, in which a separate punctuation mark is an argument."""


def _without_stray_spaces(text: str) -> str:
    """Remove spaces before punctuation, as in tokenised text; commands are not changed."""
    return outside_fences(text, _without_stray)


def _without_stray(line: str) -> str:
    if not _STRAY.search(line) or _CODE_LINE.search(line):
        return line
    return _STRAY.sub(r"\1", line)


_EMPTY_BRACKETS = re.compile(rf"[\[(]\s*{_GONE}[\s{_GONE}]*[\])]")
_SUBJECT_MARKS = re.compile(rf"(?m)^[ \t]*{_GONE}[ \t]*[-–:|,;]+[ \t]*|[ \t]*[-–:|]+[ \t]*{_GONE}[ \t]*$")
_BEFORE_SIGN = re.compile(rf"[ \t]*{_GONE}[ \t]*(?=[,.;:!?](?:\s|$))")
_BETWEEN = re.compile(rf"(?<=\S)[ \t]*{_GONE}[ \t]*(?=\S)")
_ALONE = re.compile(rf"[ \t]*{_GONE}[ \t]*")


def _closed(text: str) -> str:
    """Close the gaps at the _GONE marks."""
    text = re.sub(rf"{_GONE}(?:\s*{_GONE})+", _GONE, text)
    text = _EMPTY_BRACKETS.sub(_GONE, text)
    text = _SUBJECT_MARKS.sub("", text)
    text = _BEFORE_SIGN.sub("", text)
    return _ALONE.sub("", _BETWEEN.sub(" ", text))
