"""Converts measures to rows of gold.quality_reports and back."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from smelt.dataset_quality.measures import Measure

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def report_rows(measures: Iterable[Measure], release: str, run_id: str) -> Iterable[tuple[object, ...]]:
    """Measures as rows of the table; NaN becomes NULL."""
    now = dt.datetime.now(dt.UTC)
    for m in measures:
        numbers = (m.value, m.low, m.high, m.deviation, m.previous, m.p_value, m.effect_size, m.robust_z)
        value, low, high, deviation, previous, p_value, effect, z = (
            None if x is None or not math.isfinite(x) else float(x) for x in numbers
        )
        yield (
            release, m.family, m.measure, m.dimension, m.segment, value, low, high, int(m.n), m.kind, deviation,
            previous, p_value, effect, z, bool(m.is_anomaly), m.threshold, m.status, m.reason, now, run_id,
        )  # fmt: skip


def past_reports(reports: DataFrame, release: str) -> list[list[Measure]]:
    """The measures of each release that was measured before ``release``, the newest last."""
    from pyspark.sql import functions as F

    rows = reports.where(F.col("release") != release).orderBy("measured_at", "release").collect()
    own = reports.where(F.col("release") == release).agg(F.min("measured_at")).collect()[0][0]
    past: dict[str, list[Measure]] = {}
    for row in rows:
        if own is None or row["measured_at"] < own:
            past.setdefault(row["release"], []).append(as_measure(row.asDict()))
    return list(past.values())


def as_measure(row: Mapping[str, Any]) -> Measure:
    """Convert one row of the table to a Measure."""
    names = set(Measure.__dataclass_fields__)
    known = {name: value for name, value in row.items() if name in names}
    known["value"] = math.nan if known["value"] is None else known["value"]
    known["deviation"] = known["deviation"] or 0.0
    return Measure(**known)


def of_release(reports: DataFrame, release: str) -> Sequence[Measure]:
    """The stored measures of one release."""
    from pyspark.sql import functions as F

    rows = (
        reports.where(F.col("release") == release)
        .orderBy("family", "measure", "dimension", "segment")
        .collect()
    )
    return [as_measure(row.asDict()) for row in rows]
