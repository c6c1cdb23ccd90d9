"""Means of the example-level scores over the release; accuracy and relevance are two of them."""

from __future__ import annotations

from dataclasses import replace

from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measures import Measure, Tally, measured

FAMILY = "scores"


def measures(tally: Tally, config: DatasetQualityConfig) -> list[Measure]:
    """Every score's mean, and those that the composite names again under its own family.

    Read: one ``score`` count a column of silver.scores; ``good_outcome`` (share of examples whose source
    says that it went well) joins the accuracy family.
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
