"""The input and output of judging: counts from Spark, and measures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from smelt.dataset_quality import intervals
from smelt.dataset_quality.measure_names import ALL

Kind = Literal["share", "score", "mean", "count", "statistic"]
Status = Literal["pass", "warn", "fail", "info"]


@dataclass(frozen=True)
class Count:
    """One count from Spark. ``hits`` is a number of rows or a sum of values, ``squares`` the sum of their squares."""

    family: str
    measure: str
    kind: Kind
    hits: float
    total: int
    squares: float = 0.0
    dimension: str = ALL
    segment: str = ALL
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> float:
        """The share, the mean or the number itself."""
        if self.kind in ("count", "statistic"):
            return self.hits
        return self.hits / self.total if self.total else math.nan

    @property
    def deviation(self) -> float:
        """Sample standard deviation of a mean; 0 for everything else."""
        if self.kind not in ("score", "mean"):
            return 0.0
        return intervals.standard_error(self.hits, self.squares, self.total) * math.sqrt(self.total)


@dataclass(frozen=True)
class Measure:
    """One row of gold.quality_reports, judged or not."""

    family: str
    measure: str
    value: float
    kind: Kind
    n: int
    low: float | None = None
    high: float | None = None
    dimension: str = ALL
    segment: str = ALL
    deviation: float = 0.0
    previous: float | None = None
    p_value: float | None = None
    effect_size: float | None = None
    robust_z: float | None = None
    is_anomaly: bool = False
    threshold: str | None = None
    status: Status = "info"
    reason: str | None = None

    @property
    def name(self) -> str:
        """``family.measure``, or ``family.measure[dimension=segment]``."""
        where = "" if self.dimension == ALL else f"[{self.dimension}={self.segment}]"
        return f"{self.family}.{self.measure}{where}"

    @property
    def interval(self) -> intervals.Interval:
        """The interval; missing bounds are the value itself."""
        return intervals.Interval(
            self.value if self.low is None else self.low, self.value if self.high is None else self.high
        )

    def with_status(self, status: Status, reason: str | None = None) -> Measure:
        """A copy with a status and a reason."""
        return replace(self, status=status, reason=reason)


def measured(count: Count) -> Measure:
    """A measure with its interval: Wilson for shares, Student's for means, as given for statistics."""
    low, high = count.low, count.high
    if count.kind == "share":
        low, high = intervals.wilson(count.hits, count.total)
    elif count.kind == "score":
        low, high = intervals.of_mean(count.hits, count.squares, count.total, bounds=(0.0, 1.0))
    elif count.kind == "mean" and count.total > 1:
        low, high = intervals.of_mean(count.hits, count.squares, count.total)
    return Measure(
        family=count.family,
        measure=count.measure,
        value=count.value,
        kind=count.kind,
        n=count.total,
        low=low,
        high=high,
        dimension=count.dimension,
        segment=count.segment,
        deviation=count.deviation,
    )


def mean_of(parts: Sequence[tuple[float, intervals.Interval]], *, family: str, n: int) -> Measure:
    """The score of a family: the mean of (value, interval) of parts that are taken as independent."""
    weight = 1 / len(parts)
    low, high = intervals.weighted([(weight, value, interval) for value, interval in parts])
    return Measure(
        family=family,
        measure=family,
        kind="statistic",
        value=sum(value for value, _ in parts) * weight,
        n=n,
        low=low,
        high=high,
    )


class Tally:
    """All counts of one release, accessible by name."""

    def __init__(self, counts: Iterable[Count]) -> None:
        self._counts: dict[tuple[str, str, str, str], Count] = {
            (count.family, count.measure, count.dimension, count.segment): count for count in counts
        }

    def __iter__(self) -> Iterator[Count]:
        return iter(self._counts.values())

    def get(self, family: str, measure: str, dimension: str = ALL, segment: str = ALL) -> Count | None:
        """One count, or None."""
        return self._counts.get((family, measure, dimension, segment))

    def hits(self, family: str, measure: str, dimension: str = ALL, segment: str = ALL) -> float:
        """``hits`` of one count; 0 if there is none."""
        found = self.get(family, measure, dimension, segment)
        return found.hits if found else 0.0

    def segments(self, family: str, measure: str, dimension: str) -> dict[str, Count]:
        """The counts of every segment of a dimension, by segment."""
        return {
            count.segment: count
            for count in self
            if (count.family, count.measure, count.dimension) == (family, measure, dimension)
        }

    def dimensions(self, family: str, measure: str) -> list[str]:
        """The dimensions in which a measure was counted, without ``all``."""
        found = {
            c.dimension for c in self if (c.family, c.measure) == (family, measure) and c.dimension != ALL
        }
        return sorted(found)
