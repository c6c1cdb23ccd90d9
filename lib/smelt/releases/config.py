"""The ``release`` section of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

Dimension = Literal["category", "complexity", "length"]

COMPLEXITIES = ("simple", "medium", "hard")
LENGTHS = ("short", "medium", "long")


class BalanceConfig(BaseModel, frozen=True, extra="forbid"):
    """Shares that the train split is to have; validation and test keep the natural distribution."""

    targets: Mapping[Dimension, Literal["equal"] | Mapping[str, float]] = Field(default_factory=dict)
    """Dimension -> value -> share of the train split. ``equal``: all values that there are, alike. Values that are
    not named share what is left as they naturally do; an empty mapping leaves the release as it is."""
    tolerance: float = Field(default=0.02, ge=0, le=0.5)
    """How far a share may be off."""
    keep_at_least: float = Field(default=0.5, ge=0, le=1)
    """Share of the train rows that a release keeps, even where targets are missed for it."""
    prefer: Literal["score", "random"] = "score"
    """Which rows of a cell stay: those of an earlier release first, then the best, or any by a salted hash."""
    complexity_bounds: tuple[int, int] = (5, 10)
    """Points (sentences or steps of the answer, questions, turns before) from which a pair is medium, and hard."""
    length_bounds: tuple[int, int] = (250, 800)
    """Characters of question and answer together from which a pair is medium, and long."""

    @model_validator(mode="after")
    def targets_can_be_met_at_once(self) -> Self:
        """Name every target that is no share, and every dimension whose shares pass 1."""
        known = {"complexity": COMPLEXITIES, "length": LENGTHS}
        problems = []
        for dimension, shares in self.targets.items():
            if isinstance(shares, str):
                continue
            problems += [
                f"{dimension}.{value}: {share} is not in [0, 1]"
                for value, share in shares.items()
                if not 0 <= share <= 1
            ]
            if sum(shares.values()) > 1 + 1e-9:
                problems.append(f"{dimension}: shares sum to {sum(shares.values()):g}, more than 1")
            values = known.get(dimension)
            problems += [
                f"{dimension}: {value} is none of {', '.join(values)}"
                for value in shares
                if values and value not in values
            ]
        for name, bounds in (
            ("complexity_bounds", self.complexity_bounds),
            ("length_bounds", self.length_bounds),
        ):
            if bounds[0] >= bounds[1]:
                problems.append(f"{name}: bounds must rise")
        if problems:
            raise ValueError("; ".join(problems))
        return self


class ReleaseConfig(BaseModel, frozen=True, extra="forbid"):
    """What a release's rows look like, and which of them it takes."""

    system_prompt: str | None = None
    context_turns: int = Field(default=6, ge=0)
    balance: BalanceConfig = BalanceConfig()
    augmented: bool = False
    """Whether made pairs (silver.augmentations) whose parents are in train go there too."""

    @model_serializer(mode="wrap")
    def without_what_is_idle(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What is switched off does nothing, so it is no part of what a release's hash of settings covers."""
        idle = {"balance": not self.balance.targets, "augmented": not self.augmented}
        return {name: value for name, value in plain(self).items() if not idle.get(name, False)}
