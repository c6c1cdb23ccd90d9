"""Resolves overlapping findings."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from smelt.pii.types import Finding

SpanT = TypeVar("SpanT", bound=tuple[Any, ...])

CONTAINERS = frozenset({"URL", "STREET_ADDRESS", "SECRET"})
"""Entities that contain others: the parts around a winning inner finding are kept as findings."""

MIN_REST_CHARS = 4
"""Shorter rests of a container (``" - "``, ``"st "``) are dropped."""


def overlapping(spans: Sequence[SpanT], start: int, end: int) -> Sequence[SpanT]:
    """Those of ``spans`` (start, end, ...; sorted, disjoint) that overlap [start, end)."""
    first = bisect_right(spans, start, key=itemgetter(1))
    return spans[first : bisect_left(spans, end, lo=first, key=itemgetter(0))]


def certainty(finding: Finding) -> tuple[float, int, int, str, str]:
    """Sort key by priority: higher confidence first, then longer, then earlier; names break ties."""
    return (-finding.confidence, finding.start - finding.end, finding.start, finding.entity, finding.detector)


def claim(findings: Iterable[Finding]) -> list[Finding]:
    """The winning findings, without overlaps, by text and position.

    The result does not depend on order and repeats. The finding with the highest priority takes its span; overlapping
    ones are dropped, except that a container (an address, a URL) keeps its parts before and after, and a part that
    extends beyond a container is kept. Among findings of one entity, a wider span replaces those inside. Of findings
    that differ in confidence or detector only, those with less priority never count: they compete for the same span.
    """
    by_text: dict[int, dict[tuple[int, int, str], Finding]] = {}
    for finding in findings:
        text, entity, start, end, detector, confidence = finding
        distinct = by_text.get(text)
        if distinct is None:
            distinct = by_text[text] = {}
        span = start, end, entity
        other = distinct.setdefault(span, finding)
        if other is not finding and (-confidence, detector) < (-other.confidence, other.detector):
            distinct[span] = finding
    return [finding for text in sorted(by_text) for finding in _claim_text(by_text[text])]


def _claim_text(distinct: dict[tuple[int, int, str], Finding]) -> list[Finding]:
    """The winning findings of one text, of which no two have both span and entity in common."""
    end = -1
    spans = sorted(distinct)
    for first, last, _ in spans:
        if first >= last or first < end:
            break
        end = last
    else:
        return [distinct[span] for span in spans]  # none overlaps another
    findings = list(distinct.values())
    taken: list[tuple[int, int, str]] = []
    kept: list[Finding] = []
    for finding in sorted(_widened(findings), key=certainty):
        for start, end in _free(finding, taken):
            insort(taken, (start, end, finding.entity))
            kept.append(finding._replace(start=start, end=end))
    return sorted(kept, key=_position)


_position = attrgetter("start", "end")


def _widened(findings: list[Finding]) -> list[Finding]:
    """The findings, each with the highest confidence of findings of the same entity inside it.

    ``453``, found as a card after a question, and ``453 e 15``, found by its form, are one card. The narrower finding
    keeps lower priority, in case another entity takes the wider span.
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
    """The free parts of a finding's span: all of it, none, or the rests around or outside a container."""
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
