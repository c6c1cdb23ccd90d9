"""The ``report`` section of the configuration."""

from __future__ import annotations

from pydantic import BaseModel, Field


class MlflowConfig(BaseModel, frozen=True, extra="forbid"):
    """Logging of releases to MLflow; off if ``tracking_uri`` is null. Needs the extra ``mlflow``."""

    tracking_uri: str | None = Field(default=None, description="sqlite:///mlflow.db, http://..., databricks")
    experiment: str = "smelt"


class ReportConfig(BaseModel, frozen=True, extra="forbid"):
    """Section ``report`` of the configuration."""

    title: str = Field(default="Training data report", min_length=1)
    examples_per_reason: int = Field(
        default=3, ge=0, le=20, description="scrubbed examples below each reason"
    )
    example_characters: int = Field(default=400, ge=40, le=4_000)
    segments: int = Field(
        default=15, ge=3, le=100, description="rows of a chart; the rest is summed up as other"
    )
    mlflow: MlflowConfig = MlflowConfig()
