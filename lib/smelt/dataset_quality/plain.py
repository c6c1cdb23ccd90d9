"""Counts that become measures without further calculation."""

from __future__ import annotations

from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measures import Measure, Tally, measured

FAMILIES = ("selection", "distribution", "rejections", "duplicates", "privacy")


def measures(tally: Tally, config: DatasetQualityConfig) -> list[Measure]:
    """Raw and released counts by segment, histograms, reasons, duplicates and privacy counts."""
    return [
        measured(count)
        for count in tally
        if count.family in FAMILIES and (count.total or count.kind == "count")
    ]
