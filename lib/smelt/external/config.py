"""Section ``external`` of the configuration: sources that belong to others, and their licence terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pydantic import BaseModel, Field


class ExternalSource(BaseModel, frozen=True, extra="forbid"):
    """One source of ``intake.sources`` that belongs to somebody else."""

    licence: str = Field(min_length=1)
    """SPDX identifier, as in the licence policy."""
    licence_file: str = Field(min_length=1)
    """The licence's text, or the permission in writing, as it came with the data: the evidence."""
    retrieved: dt.date
    """Date of the download of data and licence."""
    title: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    """Author or publisher to credit."""
    url: str | None = None
    """Address of the data."""
    note: str | None = None
    """Further text that the licence requires, e.g. a statement of changes."""


class ExternalConfig(BaseModel, frozen=True, extra="forbid"):
    """All external sources, and their largest share of a release."""

    sources: Mapping[str, ExternalSource] = Field(default_factory=dict)
    """Name in ``intake.sources`` -> terms. Sources not named here are your own."""
    policy: str | None = None
    """Licence policy, a YAML file; null: the one that comes with smelt (conf/licences.yaml)."""
    max_share: float = Field(default=1.0, ge=0, le=1)
    """Largest share of external rows in a release; above it the release fails."""
