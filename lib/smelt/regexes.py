"""Configured regular expressions: they run in Rust's regex engine, whose time is linear in the length of the text.

Python's engine backtracks, so that a pattern of a few characters can take hours (regular expression denial of
service, https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS).
The syntax is that of https://docs.rs/regex/latest/regex/#syntax: no look-around and no back-references.
"""

from __future__ import annotations

from collections.abc import Iterable

_MARKS = "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6\ufdd7"
"""Noncharacters (Unicode, D14); two that a text does not contain are inserted around its matches."""


def problem_of(pattern: str) -> str | None:
    """The engine's error message for an invalid pattern; None if it is valid."""
    import polars as pl

    try:
        pl.Series([""], dtype=pl.String).str.contains(pattern)
    except pl.exceptions.ComputeError as error:
        said = [line.strip() for line in str(error).splitlines() if line.strip()]
        reasons = [line.removeprefix("error: ") for line in said if line.startswith("error: ")]
        return reasons[0] if reasons else said[0].removeprefix("regex error: ")
    return None


def problems_of(patterns: Iterable[str]) -> list[str]:
    """One message for each invalid pattern."""
    return [f"{pattern!r}: {problem}" for pattern in patterns if (problem := problem_of(pattern))]


def spans(pattern: str, text: str) -> list[tuple[int, int]]:
    """(start, end) in characters of all non-empty matches of a pattern, from left to right."""
    import polars as pl

    free = [mark for mark in _MARKS if mark not in text]
    if len(free) < 2:  # a text that contains all marks
        text, free = text.translate(dict.fromkeys(map(ord, _MARKS), "\ufffd")), list(_MARKS)
    begin, end = free[:2]
    marked: str = (
        pl.Series([text], dtype=pl.String).str.replace_all(pattern, f"{begin}${{0}}{end}").to_list()[0]
    )
    found: list[tuple[int, int]] = []
    at = 0
    first, *parts = marked.split(begin)
    at = len(first)
    for part in parts:
        inside, _, after = part.partition(end)
        if inside:
            found.append((at, at + len(inside)))
        at += len(inside) + len(after)
    return found
