"""Means of the example-level scores over the release, including accuracy and relevance."""

from __future__ import annotations

from dataclasses import replace

from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measures import Measure, Tally, measured

FAMILY = "scores"


def measures(tally: Tally, config: DatasetQualityConfig) -> list[Measure]:
    """The mean of every score; those used by the composite also under their own families.

    Reads one ``score`` count per column of silver.scores, and ``good_outcome`` (share of examples with a good outcome
    by their source), which belongs to the accuracy family.
    """
    found = [measured(count) for count in tally if count.family == FAMILY and count.total]
    by_name = {m.measure: m for m in found}
    for name, column in sorted(config.scores.items()):
        if column in by_name:
            found.append(replace(by_name[column], family=name, measure=name))
    outcome = tally.get("accuracy", "good_outcome_share")
    if outcome is not None and outcome.total:
        found.append(measured(outcome))
    return found
