"""What a report says, as one typed value: read from the tables, or made by hand in a test."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, Field

from smelt.dataset_quality.measure_names import ALL
from smelt.dataset_quality.measures import Measure


class Loss(BaseModel, frozen=True, extra="forbid"):
    """Rows that left the flow at a step, under one heading."""

    label: str
    count: int = Field(ge=0)
    kind: Literal["quarantined", "rejected", "duplicate", "waiting"] = "rejected"


class Step(BaseModel, frozen=True, extra="forbid"):
    """A station of the flow. What ``entered`` is what went on plus the losses, unless the unit changes after it."""

    label: str
    unit: str = Field(description="records or examples")
    entered: int = Field(ge=0)
    losses: tuple[Loss, ...] = ()

    @property
    def left(self) -> int:
        """What went on to the next step."""
        return self.entered - sum(loss.count for loss in self.losses)


class LedgerLine(BaseModel, frozen=True, extra="forbid"):
    """The balance of one stage over all runs."""

    stage: str
    came_in: int
    went_out: int
    rejected: int
    quarantined: int


class SourceLine(BaseModel, frozen=True, extra="forbid"):
    """One configured source: records taken in, examples made of them, examples released."""

    source: str
    kind: str
    records: int
    examples: int
    released: int


class RejectedExample(BaseModel, frozen=True, extra="forbid"):
    """A rejected example as silver holds it, scrubbed; with every reason it has."""

    reason: str
    source: str
    question: str
    answer: str
    all_reasons: tuple[str, ...]


class ReleasedExample(BaseModel, frozen=True, extra="forbid"):
    """An example of the release, for readers who want to see what a model will learn from."""

    source: str
    category: str | None
    split: str
    question: str
    answer: str


class Cluster(BaseModel, frozen=True, extra="forbid"):
    """One of the largest clusters of duplicates, and the question that stands for it."""

    kind: str
    size: int
    question: str


class ReviewLine(BaseModel, frozen=True, extra="forbid"):
    """One sample that people reviewed; shares are weighted to all pairs, intervals are of 95 %."""

    sample: str
    scope: str
    tasks: int
    answers: int
    people: int
    alpha: float | None = None
    alpha_interval: tuple[float, float] | None = None
    accepted: float | None = None
    accepted_interval: tuple[float, float] | None = None
    rejected: int = Field(default=0, description="Effective verdicts of the sample's pairs that reject")
    corrected: int = Field(default=0, description="Effective verdicts of the sample's pairs that correct")


class TableVersion(BaseModel, frozen=True, extra="forbid"):
    """A table that the release was made from, and which version of it."""

    table: str
    version: int | None
    rows: int | None = None


class ReportData(BaseModel, frozen=True, extra="forbid", arbitrary_types_allowed=True):
    """Everything in one report. ``measures`` are the rows of gold.quality_reports of this release."""

    title: str
    release: str
    made_at: dt.datetime
    before: str | None = None
    code_version: str
    fingerprint: str | None = None
    measures: tuple[Measure, ...] = ()
    composite_history: tuple[tuple[str, float], ...] = ()
    steps: tuple[Step, ...] = ()
    ledger: tuple[LedgerLine, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    splits: dict[str, int] = Field(default_factory=dict)
    rejected: tuple[RejectedExample, ...] = ()
    samples: tuple[ReleasedExample, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    reviews: tuple[ReviewLine, ...] = ()
    tables: tuple[TableVersion, ...] = ()

    def measure(self, family: str, name: str, dimension: str = ALL, segment: str = ALL) -> Measure | None:
        """One measure, or None where it was not measured."""
        wanted = (family, name, dimension, segment)
        return next(
            (m for m in self.measures if (m.family, m.measure, m.dimension, m.segment) == wanted), None
        )

    def segments(self, family: str, name: str, dimension: str) -> dict[str, Measure]:
        """The measures of every segment of a dimension."""
        return {
            m.segment: m
            for m in self.measures
            if (m.family, m.measure, m.dimension) == (family, name, dimension)
        }
