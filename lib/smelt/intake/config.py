"""The ``intake`` section of the configuration: where raw records come from, one entry per source."""

from __future__ import annotations

import os

from pydantic import BaseModel, Field, field_validator

from smelt.intake.contradictions import contradictions
from smelt.intake.databases.config import DatabaseConfig
from smelt.intake.source import SourceConfig
from smelt.tables.filesystem import has_scheme, literal, local_path


class IntakeConfig(BaseModel, frozen=True, extra="forbid"):
    """Section ``intake`` of the configuration."""

    landing: str = "landing"
    """Folder to which relative paths of sources refer."""
    sources: tuple[SourceConfig, ...] = ()
    databases: tuple[DatabaseConfig, ...] = ()
    """Tables that `smelt pull` copies into the landing folder."""
    max_record_bytes: int = Field(default=16 * 1024 * 1024, ge=1024)
    """Larger records, in bytes, are quarantined."""
    max_file_bytes: int = Field(default=512 * 1024 * 1024, ge=1024)
    """Larger files, in bytes, are quarantined if their format cannot be read in pieces (all but plain JSON lines).

    For compressed and Parquet files the uncompressed size counts too.
    """
    max_unpacked_bytes: int = Field(default=16 * 1024 * 1024 * 1024, ge=1024)
    """Most bytes that a compressed file of lines (JSON lines, CSV) may unpack to; the rest is quarantined as one
    entry."""
    raw_characters: int = Field(default=4096, ge=0)
    """Characters of a bad entry that quarantine keeps."""
    task_bytes: int = Field(default=32 * 1024 * 1024, ge=1024)
    """Approximate bytes of input per task; many small files are read by one task."""

    @field_validator("sources")
    @classmethod
    def _names_are_unique(cls, sources: tuple[SourceConfig, ...]) -> tuple[SourceConfig, ...]:
        names = [source.name for source in sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sources have the same name: {', '.join(twice)}")
        return sources

    @field_validator("sources")
    @classmethod
    def _are_consistent(cls, sources: tuple[SourceConfig, ...]) -> tuple[SourceConfig, ...]:
        found = [
            f"source {source.name}: {'; '.join(told)}"
            for source in sources
            if (told := contradictions(source))
        ]
        if found:
            raise ValueError("; ".join(found))
        return sources

    def location(self, path: str) -> str:
        """A path of a source, below ``landing`` where it is relative."""
        for candidate in (path, f"{self.landing.rstrip('/')}/{path}"):
            if has_scheme(candidate):
                return candidate
        return os.path.abspath(os.path.join(self.landing, path))

    def pattern(self, path: str) -> str:
        """:meth:`location` as a pattern for Spark's readers: a path may hold ``*``, ``?``, ``[a-c]`` and ``{a,b}``.

        In the landing folder's own path, and in a path that exists literally, these characters are escaped.
        """
        location = self.location(path)
        local = local_path(location)
        if local is not None and os.path.lexists(local):
            return literal(location)
        folder = self.landing.rstrip("/") if has_scheme(self.landing) else os.path.abspath(self.landing)
        inside = location.removeprefix(f"{folder}/")
        return location if inside == location else f"{literal(folder)}/{inside}"

    def boundary(self, path: str) -> str:
        """The folder that symbolic links of a source must not leave: ``landing``, or the source's path if outside of
        it."""
        location = self.location(path)
        landing = os.path.abspath(self.landing)
        return landing if location.startswith(f"{landing}/") else location
