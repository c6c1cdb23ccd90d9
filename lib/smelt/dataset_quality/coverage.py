"""Coverage of categories, intents and topics."""

from __future__ import annotations

from collections.abc import Mapping

from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measures import Count, Measure, Tally, mean_of, measured

FAMILY = "coverage"
SHOWN = 12
"""Most names listed in a reason; the segments hold all."""


def measures(tally: Tally, config: DatasetQualityConfig) -> list[Measure]:
    """Shares of categories, intents and topics with enough examples, and their mean as ``coverage``.

    A category is covered from ``min_examples`` released examples; the taxonomy is configured, or taken from the raw
    intake. A topic is an article; it is covered if an example of the sample is similar to it.
    """
    rules = config.coverage
    found: list[Measure] = []
    for name, dimension, taxonomy in (
        ("category_coverage", "category", rules.categories),
        ("intent_coverage", "intent", rules.intents),
    ):
        wanted = taxonomy or tuple(raw_segments(tally, dimension))
        if wanted:
            counts = {s: c.hits for s, c in tally.segments("selection", "released", dimension).items()}
            found.append(covered(name, wanted, counts, rules.min_examples))
    topics = tally.get(FAMILY, "topic_coverage")
    if topics is not None and topics.total:
        found.append(measured(topics))
    if not found:
        return []
    score = mean_of([(m.value, m.interval) for m in found], family=FAMILY, n=sum(m.n for m in found))
    return [score, *found]


def raw_segments(tally: Tally, dimension: str) -> list[str]:
    """Segments in the raw intake, without "(none)"."""
    counted = tally.segments("selection", "raw", dimension)
    return sorted(segment for segment, count in counted.items() if count.hits and segment != "(none)")


def covered(name: str, wanted: tuple[str, ...], counts: Mapping[str, float], least: int) -> Measure:
    """The share of ``wanted`` with at least ``least`` examples; the reason names those without."""
    thin = [segment for segment in wanted if counts.get(segment, 0) < least]
    share = measured(Count(FAMILY, name, "share", len(wanted) - len(thin), len(wanted)))
    if not thin:
        return share
    names = ", ".join(f"{segment} ({counts.get(segment, 0):.0f})" for segment in thin[:SHOWN])
    more = f" and {len(thin) - SHOWN} more" if len(thin) > SHOWN else ""
    return share.with_status("info", f"fewer than {least} examples: {names}{more}")
