"""``monitor.logs`` in the configuration: where the logs of a model in production are, and what their fields mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, field_validator, model_validator

from smelt.monitor.logs.columns import FEEDBACK, PREDICTION

Shape = Literal["smelt", "openai", "mlflow"]


class LogConfig(BaseModel, frozen=True, extra="forbid"):
    """One log: requests with or without feedback, or feedback only."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    path: str = Field(min_length=1)
    """File, or folder that is searched recursively; relative to the configuration file."""
    glob: str = "*"
    format: Literal["json_lines", "csv", "parquet"] = "json_lines"
    shape: Shape = "smelt"
    """Default mapping of fields: smelt's own log, OpenAI's request and response, or MLflow's traces."""
    holds: Literal["predictions", "feedback"] = "predictions"
    mapping: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Field -> path(s) in the entry; the first with a value is used. ``latency_s`` maps a latency in seconds."""
    defaults: Mapping[str, str] = Field(default_factory=dict)
    """Field -> value for entries without one, e.g. ``{model_version: v3}``."""
    of: str | None = None
    """For a feedback log: the name of the log with its requests."""
    time_zone: str = "UTC"
    time_formats: tuple[str, ...] = ()

    @field_validator("mapping", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {key: (each,) if isinstance(each, str) else each for key, each in value.items()}

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except Exception:
            raise ValueError(f"{value} is no time zone (IANA name)") from None
        return value

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        known = {*PREDICTION, *FEEDBACK, "latency_s"}
        problems = [f"{name} is no field of a log" for name in {*self.mapping, *self.defaults} - known]
        if (self.holds == "feedback") != (self.of is not None):
            problems.append("of names the log that feedback is about, and is for logs of feedback alone")
        if problems:
            raise ValueError(f"log {self.name}: " + "; ".join(sorted(problems)))
        return self
