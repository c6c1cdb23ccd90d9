"""Placeholders left by scrubbing (marks), and how they are recognised.

Scrubbing is idempotent because a mark is never personal data: a finding inside a mark is dropped, and one that overlaps
a mark is reduced to its parts outside of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from smelt.pii.spans import overlapping
from smelt.pii.types import Finding

MASKED = r"\*{4}(?:[0-9A-Za-z]{0,3}[0-9])?(?![\w@*-]|\.\w)"


def pattern(entities: Iterable[str]) -> re.Pattern[str]:
    """A regex of the marks of these entities: [EMAIL], [EMAIL_1], [EMAIL#3f9a1c0b7d2e], ****1234."""
    names = "|".join(sorted(map(re.escape, entities), key=len, reverse=True))
    return re.compile(rf"\[(?P<entity>{names})(?:_(?P<number>[1-9][0-9]{{0,5}})|#[0-9a-f]{{12}})?\]|{MASKED}")


def may_hold_marks(text: str) -> bool:
    """A cheap test that excludes most texts from the search."""
    return "[" in text or "****" in text


def outside(finding: Finding, text: str, marks: Sequence[tuple[int, int]]) -> list[Finding]:
    """The parts of a finding outside all marks (sorted, disjoint) that contain a letter or digit."""
    parts = []
    start = finding.start
    for mark_start, mark_end in overlapping(marks, finding.start, finding.end):
        if mark_start > start:
            parts.append((start, mark_start))
        start = max(start, mark_end)
    if start < finding.end:
        parts.append((start, finding.end))
    if len(parts) == 1 and parts[0] == (finding.start, finding.end):
        return [finding]
    return [
        finding._replace(start=trimmed[0], end=trimmed[1])
        for part in parts
        if (trimmed := _trim(text, *part)) is not None
    ]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Strip separators at the ends of a part; None if nothing else is left."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return (start, end) if start < end else None
