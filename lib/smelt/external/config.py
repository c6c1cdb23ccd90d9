"""Section ``external`` of the configuration: the sources that are not one's own, and on what terms they may be used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pydantic import BaseModel, Field


class ExternalSource(BaseModel, frozen=True, extra="forbid"):
    """One source of ``intake.sources`` that belongs to somebody else."""

    licence: str = Field(min_length=1)
    """SPDX identifier, as it stands in the licence policy."""
    licence_file: str = Field(min_length=1)
    """The licence's text, or the permission in writing, as it came with the data: the evidence."""
    retrieved: dt.date
    """When data and licence were taken from where they are."""
    title: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    """Author or publisher who is to be credited."""
    url: str | None = None
    """Where it comes from."""
    note: str | None = None
    """What the licence wants to be said besides."""


class ExternalConfig(BaseModel, frozen=True, extra="forbid"):
    """All external sources, and how much of a release they may be."""

    sources: Mapping[str, ExternalSource] = Field(default_factory=dict)
    """Name in ``intake.sources`` -> terms. A source that is not named here is one's own."""
    policy: str | None = None
    """Licence policy, a YAML file; null: the one that comes with smelt (conf/licences.yaml)."""
    max_share: float = Field(default=1.0, ge=0, le=1)
    """Share of a release's rows that may be external; more stops the release."""
