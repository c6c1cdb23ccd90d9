"""Computes measures and verdicts from counts: every family, the composite, the history, then the gates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from smelt.dataset_quality import (
    bias,
    completeness,
    composite,
    consistency,
    coverage,
    diversity,
    drift,
    gates,
    history,
    intrinsic,
    plain,
    scores,
    volume,
)
from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.measures import Count, Measure, Tally

FAMILIES = (completeness, consistency, scores, coverage, bias, diversity, volume, intrinsic, plain)


def measure_release(counts: Iterable[Count], config: DatasetQualityConfig) -> list[Measure]:
    """All measures of a release, without comparison and gates."""
    tally = Tally(counts)
    found = [m for family in FAMILIES for m in family.measures(tally, config)]
    return [*composite.measures(found, config), *found]


def judge_release(
    counts: Iterable[Count], past: Sequence[Sequence[Measure]], config: DatasetQualityConfig
) -> list[Measure]:
    """All measures with the change since the previous release, anomalies, and the verdict of the gates.

    ``past``: the measures of earlier releases, the newest last. A status set by the family itself (volume) is kept
    unless a gate's is worse.
    """
    measured = history.with_history(measure_release(counts, config), past, config.history)
    if past:
        measured += drift.measures(measured, past[-1])
    verdicts = gates.judged(measured, config.gates)
    return [keep_worse(before, after) for before, after in zip(measured, verdicts, strict=True)]


def keep_worse(family: Measure, gate: Measure) -> Measure:
    """The worse status of the family's and the gate's; both reasons are kept."""
    reasons = [r for r in (gate.reason, family.reason) if r]
    status = max(family.status, gate.status, key=gates.RANK.__getitem__)
    value = gate.value if math.isfinite(gate.value) else math.nan
    return replace(gate, value=value, status=status, reason="; ".join(dict.fromkeys(reasons)) or None)
