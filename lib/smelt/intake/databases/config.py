"""``intake.databases``: tables of PostgreSQL that `smelt pull` copies into the landing folder."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, Field


class DatabaseConfig(BaseModel, frozen=True, extra="forbid"):
    """One table or view. ``intake.sources`` needs a source of format parquet that reads ``folder``."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    url: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    """Name of the environment variable that holds postgresql://USER:PASSWORD@HOST:PORT/DATABASE, never the URL
    itself."""
    table: str = Field(pattern=r"^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)?$")
    """table or schema.table, in upper and lower case as in the database."""
    key: str
    """Column that identifies a row; the source's mapping must take it as source_key."""
    updated_at: str
    """Column with the time of the last change."""
    overlap: dt.timedelta = dt.timedelta(hours=1)
    """How far before the newest row pulled so far a pull begins, since a transaction may commit after the time that its
        rows carry. ISO 8601, such as PT1H."""
    folder: str
    """Below ``intake.landing``."""
    partitions: int = Field(default=4, ge=1, le=64)
    """Number of parallel reads, each of a share of the rows."""
