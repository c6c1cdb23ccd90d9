"""The ``release`` section of the configuration."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ReleaseConfig(BaseModel, frozen=True, extra="forbid"):
    """What a release's rows look like."""

    system_prompt: str | None = None
    context_turns: int = Field(default=6, ge=0)
