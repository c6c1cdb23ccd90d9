"""The composite score of a release."""

from __future__ import annotations

from collections.abc import Sequence

from smelt.dataset_quality import intervals
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measure_names import ALL
from smelt.dataset_quality.measures import Measure

FAMILY = "composite"
FAMILY_OF = {"bias_score": "bias"}
"""Part of the composite -> its family, if that has another name."""


def measures(found: Sequence[Measure], config: DatasetQualityConfig) -> list[Measure]:
    """The weighted sum of six measures, in [0, 1].

    By default .25 accuracy + .20 completeness + .20 consistency + .15 relevance + .10 diversity
    + .10 bias_score.
    The weight of a part that was not measured is distributed over the others, and the reason names it.
    """
    known = {(m.family, m.measure): m for m in found if m.dimension == ALL}
    weights = config.composite.model_dump()
    parts = {
        name: (weight, known[FAMILY_OF.get(name, name), name])
        for name, weight in weights.items()
        if (FAMILY_OF.get(name, name), name) in known and known[FAMILY_OF.get(name, name), name].n
    }
    total = sum(weight for weight, _ in parts.values())
    if not total:
        return []
    value = sum(weight * part.value for weight, part in parts.values()) / total
    low, high = intervals.weighted(
        [(weight / total, part.value, part.interval) for weight, part in parts.values()]
    )
    absent = sorted(name for name, weight in weights.items() if weight and name not in parts)
    return [
        Measure(
            family=FAMILY,
            measure="composite",
            kind="statistic",
            value=min(1.0, max(0.0, value)),
            n=max(part.n for _, part in parts.values()),
            low=low,
            high=high,
            reason=f"not measured, weight given to the others: {', '.join(absent)}" if absent else None,
        )
    ]
