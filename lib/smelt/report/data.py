"""The data of a report as typed models."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, Field

from smelt.dataset_quality.measure_names import ALL
from smelt.dataset_quality.measures import Measure


class Loss(BaseModel, frozen=True, extra="forbid"):
    """Rows lost at a step, under one label."""

    label: str
    count: int = Field(ge=0)
    kind: Literal["quarantined", "rejected", "duplicate", "waiting"] = "rejected"


class Step(BaseModel, frozen=True, extra="forbid"):
    """A step of the flow. ``entered`` equals the next step's plus the losses, unless the unit changes."""

    label: str
    unit: str = Field(description="records or examples")
    entered: int = Field(ge=0)
    losses: tuple[Loss, ...] = ()

    @property
    def left(self) -> int:
        """The number of rows that reach the next step."""
        return self.entered - sum(loss.count for loss in self.losses)


class LedgerLine(BaseModel, frozen=True, extra="forbid"):
    """The balance of one stage over all runs."""

    stage: str
    came_in: int
    went_out: int
    rejected: int
    quarantined: int


class SourceLine(BaseModel, frozen=True, extra="forbid"):
    """One configured source: numbers of records, of examples made from them, and of released examples."""

    source: str
    kind: str
    records: int
    examples: int
    released: int


class RejectedExample(BaseModel, frozen=True, extra="forbid"):
    """A rejected example from silver (scrubbed), with all its reasons."""

    reason: str
    source: str
    question: str
    answer: str
    all_reasons: tuple[str, ...]


class ReleasedExample(BaseModel, frozen=True, extra="forbid"):
    """A sample row of the release."""

    source: str
    category: str | None
    split: str
    question: str
    answer: str


class Cluster(BaseModel, frozen=True, extra="forbid"):
    """One of the largest clusters of duplicates, with the question of its kept example."""

    kind: str
    size: int
    question: str


class ReviewLine(BaseModel, frozen=True, extra="forbid"):
    """One reviewed sample; shares are weighted to all pairs, with 95 % confidence intervals."""

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
    """A table and the version from which the release was made."""

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
        """One measure, or None if it was not measured."""
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
