"""Consistency of answers, labels, formats and terminology."""

from __future__ import annotations

from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measures import Count, Measure, Tally, mean_of, measured

FAMILY = "consistency"


def measures(tally: Tally, config: DatasetQualityConfig) -> list[Measure]:
    """consistency = mean of agreement of answers, agreement of labels, format and terminology consistency.

    Only observed parts count: a release without dates has no date format.
    Reads the counts ``contradiction_share``, ``label_noise``, and ``format`` and ``term`` by style.
    """
    parts: list[Measure] = []
    found: list[Measure] = []
    for name in ("contradiction_share", "label_noise"):
        count = tally.get(FAMILY, name)
        if count is not None and count.total:
            share = measured(count)
            found.append(share)
            parts.append(complement(share))
    for name, result in (("format", "format_consistency"), ("term", "terminology_consistency")):
        dominant = dominants(tally, name, result)
        found += dominant
        parts += [m for m in dominant if m.dimension == "all"]
    if not parts:
        return found
    score = mean_of([(m.value, m.interval) for m in parts], family=FAMILY, n=max(m.n for m in parts))
    return [score, *found]


def complement(share: Measure) -> Measure:
    """1 - share, with the complementary interval."""
    return Measure(
        family=share.family,
        measure=share.measure,
        kind="share",
        value=1 - share.value,
        n=share.n,
        low=1 - share.interval.high,
        high=1 - share.interval.low,
    )


def dominants(tally: Tally, name: str, result: str) -> list[Measure]:
    """The share of the most used style, for each kind with at least two styles, and overall.

    Segments of ``name`` read ``kind: style``.
    """
    kinds: dict[str, list[Count]] = {}
    for segment, count in tally.segments(FAMILY, name, "style").items():
        kinds.setdefault(segment.split(": ", 1)[0], []).append(count)
    rows = []
    top, uses = 0.0, 0
    for kind, styles in sorted(kinds.items()):
        total = int(sum(style.hits for style in styles))
        if not total:
            continue
        most = max(style.hits for style in styles)
        top, uses = top + most, uses + total
        rows.append(measured(Count(FAMILY, result, "share", most, total, dimension="style", segment=kind)))
    if not uses:
        return []
    return [measured(Count(FAMILY, result, "share", top, uses)), *rows]
