"""Intrinsic measures of a dataset: size, balance and complexity."""

from __future__ import annotations

from smelt.dataset_quality import distributions
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measures import Measure, Tally, measured

FAMILY = "intrinsic"


def measures(tally: Tally, config: DatasetQualityConfig) -> list[Measure]:
    """Size, balance (entropy over tasks) and the means that describe complexity."""
    size = tally.hits("selection", "released")
    found = [Measure(family=FAMILY, measure="size", kind="count", value=size, n=int(size))]
    tasks = [c.hits for c in tally.segments("selection", "released", "task").values() if c.hits]
    if tasks:
        found.append(
            Measure(
                family=FAMILY,
                measure="balance",
                kind="statistic",
                value=distributions.normalised_entropy(tasks),
                n=int(sum(tasks)),
            )
        )
    return [*found, *(measured(count) for count in tally if count.family == FAMILY and count.total)]
