"""Completeness of the fields of examples."""

from __future__ import annotations

from smelt.dataset_quality import intervals
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measures import Count, Measure, Tally, measured

FAMILY = "completeness"
FIELD = "field"


def measures(tally: Tally, config: DatasetQualityConfig) -> list[Measure]:
    """completeness = max(0, 1 - (.4 missing + .3 empty + .3 incomplete)), these three shares, and those of each field.

    Reads the counts ``missing_share`` and ``empty_share`` per field (of values), and ``incomplete_share`` (of rows).
    """
    weights = config.completeness
    missing = tally.segments(FAMILY, "missing_share", FIELD)
    empty = tally.segments(FAMILY, "empty_share", FIELD)
    incomplete = tally.get(FAMILY, "incomplete_share")
    if incomplete is None or not missing:
        return []
    overall = [pooled("missing_share", missing), pooled("empty_share", empty), measured(incomplete)]
    parts = list(zip((weights.missing, weights.empty, weights.incomplete), overall, strict=True))
    loss = sum(weight * part.value for weight, part in parts)
    spread = intervals.weighted([(weight, part.value, part.interval) for weight, part in parts])
    score = Measure(
        family=FAMILY,
        measure="completeness",
        kind="statistic",
        value=max(0.0, 1 - loss),
        n=incomplete.total,
        low=max(0.0, 1 - spread.high),
        high=1 - spread.low,
    )
    return [score, *overall, *(measured(c) for c in (*missing.values(), *empty.values()))]


def pooled(name: str, fields: dict[str, Count]) -> Measure:
    """One share over the values of all fields."""
    hits, total = sum(c.hits for c in fields.values()), sum(c.total for c in fields.values())
    return measured(Count(FAMILY, name, "share", hits, total))
