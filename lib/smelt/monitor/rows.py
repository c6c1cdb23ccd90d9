"""In-memory rows of gold.monitoring."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "moved", "small", "incomplete", "not_computed", "info"]

WHOLE = "all"
MISSING = "(missing)"
OTHER = "(other)"


@dataclass(frozen=True)
class Row:
    """One measure of a window; schemas/gold.monitoring.yaml describes each field."""

    family: str
    measure: str
    dimension: str
    segment: str
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    labelled_share: float | None = None
    bound_low: float | None = None
    bound_high: float | None = None
    reference: float | None = None
    reference_n: int | None = None
    compared_with: str | None = None
    method: str | None = None
    effect: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    status: Status = "info"
    reason: str | None = None


@dataclass(frozen=True)
class Span:
    """A window of a version."""

    model_version: str
    release: str | None
    start: dt.datetime
    end: dt.datetime
    is_complete: bool
    digest: str
