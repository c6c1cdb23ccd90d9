"""The ``warehouse`` section of the configuration."""

from __future__ import annotations

from pydantic import BaseModel, Field


class WarehouseConfig(BaseModel, frozen=True, extra="forbid"):
    """Where tables live: paths below ``root``, or three-level names when ``catalog`` is set."""

    root: str = "warehouse"
    catalog: str | None = None
    schema_prefix: str = ""
    wait_seconds: float = Field(default=120, ge=0)
    """How long to wait, in seconds, for another process that writes to the warehouse."""
