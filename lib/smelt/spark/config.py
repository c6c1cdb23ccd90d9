"""The ``spark`` section of the configuration."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class SparkConfig(BaseModel, frozen=True, extra="forbid"):
    """How a local or remote session is started; an existing session is not changed."""

    engine: Literal["auto", "spark", "sail"] = "auto"
    master: str = "local[*]"
    remote: str | None = None
    driver_memory: str = Field(default="4g", pattern=r"^[0-9]+[kmgKMG]$")
    shuffle_partitions: int | None = Field(default=None, ge=1)
    arrow_batch_rows: int = Field(default=2_000, ge=1)
    stores: tuple[Literal["s3a", "abfss"], ...] = ()
    """Object stores that a local session can access; their jars are downloaded at its first start."""
    extra_packages: tuple[str, ...] = ()
    java_options: str = (
        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MetaspaceSize=256m -XX:ReservedCodeCacheSize=256m"
    )
    """JVM options of a local session.

    Most work is done in Python, so the optimising compiler (C2) costs more time than it saves. Without C2 the default
    code cache is 48 MB, which a long run fills, after which nothing more is compiled.
    """
    settings: dict[str, str] = Field(default_factory=dict)
