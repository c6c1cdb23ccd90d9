"""The ``spark`` section of the configuration."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class SparkConfig(BaseModel, frozen=True, extra="forbid"):
    """How a local or remote session is started; nothing here touches a session that already exists."""

    engine: Literal["auto", "spark", "sail"] = "auto"
    master: str = "local[*]"
    remote: str | None = None
    driver_memory: str = Field(default="4g", pattern=r"^[0-9]+[kmgKMG]$")
    shuffle_partitions: int | None = Field(default=None, ge=1)
    arrow_batch_rows: int = Field(default=2_000, ge=1)
    stores: tuple[Literal["s3a", "abfss"], ...] = ()
    """Object stores that a local session can reach; their jars are fetched at its first start."""
    extra_packages: tuple[str, ...] = ()
    java_options: str = (
        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MetaspaceSize=256m -XX:ReservedCodeCacheSize=256m"
    )
    """Of a local session. Most work is Python's: the optimising compiler would take more time than it saves. Without it
    Java keeps room for 48 MB of compiled code only, which a long run fills; then nothing is compiled any more."""
    settings: dict[str, str] = Field(default_factory=dict)
