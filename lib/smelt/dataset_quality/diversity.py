"""Diversity, on a sample of fixed size so that releases are comparable."""

from __future__ import annotations

from smelt.dataset_quality import distributions, intervals
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measures import Measure, Tally, mean_of, measured

FAMILY = "diversity"


def measures(tally: Tally, config: DatasetQualityConfig) -> list[Measure]:
    """The mean of distinct-2 (Li et al. 2016), 1 - self-similarity and cluster entropy.

    Reads ``distinct_1`` to ``distinct_3``, ``self_similarity`` and ``cluster_entropy`` of the sample; also gives the
    entropy over categories of the whole release.
    """
    found = {count.measure: measured(count) for count in tally if count.family == FAMILY and count.total}
    categories = tally.segments("selection", "released", "category")
    if categories:
        found["category_entropy"] = Measure(
            family=FAMILY,
            measure="category_entropy",
            kind="statistic",
            value=distributions.normalised_entropy(c.hits for c in categories.values()),
            n=int(sum(c.hits for c in categories.values())),
        )
    parts = []
    for name in ("distinct_2", "self_similarity", "cluster_entropy"):
        if name in found:
            value, (low, high) = found[name].value, found[name].interval
            if name == "self_similarity":
                value, low, high = 1 - value, 1 - high, 1 - low
            parts.append((value, intervals.Interval(low, high)))
    rows = list(found.values())
    if not parts:
        return rows
    return [mean_of(parts, family=FAMILY, n=max(m.n for m in rows)), *rows]
