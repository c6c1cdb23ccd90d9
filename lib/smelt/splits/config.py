"""The ``splits`` section of the configuration: shares, salt, links that form groups."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

Split = Literal["train", "validation", "test"]
Link = Literal["record_id", "conversation_id", "customer_key", "cluster_id", "parent_id"]

SPLITS: tuple[Split, ...] = ("train", "validation", "test")


class SplitsConfig(BaseModel, frozen=True, extra="forbid"):
    """How curated examples are divided.

    Examples with an equal value in one of the columns ``links`` are in one group. Every value of the column
    ``stratify_by`` is divided in the same shares, within ``tolerance``; strata of fewer than ``min_stratum`` examples
    are left to the hash. Groups with an example at or after ``test_from`` form the test split; without it the salted
    hash decides.
    """

    train: float = Field(default=0.8, gt=0, lt=1)
    validation: float = Field(default=0.1, ge=0, lt=1)
    test: float = Field(default=0.1, gt=0, lt=1)
    salt: str = Field(default="smelt", min_length=1)
    links: tuple[Link, ...] = ("record_id", "conversation_id", "customer_key", "cluster_id", "parent_id")
    stratify_by: str | None = "category"
    tolerance: float = Field(default=0.02, ge=0, le=1)
    min_stratum: int = Field(default=20, ge=1)
    test_from: datetime | None = None

    @model_validator(mode="after")
    def shares_are_a_whole(self) -> Self:
        """Require that the shares sum to 1."""
        if abs(self.train + self.validation + self.test - 1) > 1e-9:
            raise ValueError("train + validation + test must be 1")
        return self

    def share(self, split: Split) -> float:
        """The wanted share of ``split`` in all examples."""
        return float({"train": self.train, "validation": self.validation, "test": self.test}[split])
