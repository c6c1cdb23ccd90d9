"""Who claims a span when several detectors want it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from smelt.pii.types import Finding

SpanT = TypeVar("SpanT", bound=tuple[Any, ...])

CONTAINERS = frozenset({"URL", "STREET_ADDRESS", "SECRET"})
"""Entities that hold others: what a winner inside them leaves over is still personal, and stays a finding."""

MIN_REST_CHARS = 4
"""A shorter rest of a container (``" - "``, ``"st "``) tells nothing and is not kept."""


def overlapping(spans: Sequence[SpanT], start: int, end: int) -> Sequence[SpanT]:
    """Those of ``spans`` (start, end, ...), in order and apart, that share a character with ``start`` to ``end``."""
    first = bisect_right(spans, start, key=itemgetter(1))
    return spans[first : bisect_left(spans, end, lo=first, key=itemgetter(0))]


def certainty(finding: Finding) -> tuple[float, int, int, str, str]:
    """The order of claims: surer first, then longer, then earlier; names break what is left of ties."""
    return (-finding.confidence, finding.start - finding.end, finding.start, finding.entity, finding.detector)


def claim(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stay, without overlaps, by text and position.

    A pure function of the set of findings: their order, and repeats, do not matter. The surest
    finding takes its span; one that overlaps it is dropped, except that a container (an address, a URL)
    keeps the parts before and after, and what juts out of one stays. Of one entity the wider span stands
    for those within it.
    """
    kept: list[Finding] = []
    for _, group in groupby(sorted(set(findings)), key=attrgetter("text")):
        kept.extend(_claim_text(list(group)))
    return kept


def _claim_text(findings: list[Finding]) -> list[Finding]:
    if len(findings) == 1:
        return findings if findings[0].start < findings[0].end else []
    taken: list[tuple[int, int, str]] = []
    kept: list[Finding] = []
    for finding in sorted(_widened(findings), key=certainty):
        for start, end in _free(finding, taken):
            insort(taken, (start, end, finding.entity))
            kept.append(finding._replace(start=start, end=end))
    return sorted(kept, key=lambda finding: (finding.start, finding.end))


def _widened(findings: list[Finding]) -> list[Finding]:
    """The findings, each as sure as the surest of the same entity within it.

    ``453`` found as a card after a question, and ``453 e 15`` by its form, are one card. The narrower one
    stays behind it, for the case that another entity takes the wider one's span.
    """
    kept: list[Finding] = []
    narrower: list[Finding] = []
    widest: dict[str, int] = {}
    for finding in sorted(findings, key=lambda f: (f.start, -f.end, certainty(f))):
        index = widest.get(finding.entity)
        if index is None or finding.end > kept[index].end:
            widest[finding.entity] = len(kept)
            kept.append(finding)
            continue
        narrower.append(finding)
        if finding.confidence > kept[index].confidence:
            kept[index] = kept[index]._replace(confidence=finding.confidence, detector=finding.detector)
    return kept + narrower


def _free(finding: Finding, taken: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """The parts of a finding's span that nobody took: all of it, or nothing, or the rests beside a container."""
    start, end = finding.start, finding.end
    if start >= end:
        return []
    rivals = overlapping(taken, start, end)
    if not rivals:
        return [(start, end)]
    if finding.entity not in CONTAINERS and not all(rival[2] in CONTAINERS for rival in rivals):
        return []
    edges = [start, *(edge for rival in rivals for edge in rival[:2]), end]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return [(left, right) for left, right in gaps if right - left >= MIN_REST_CHARS]
