"""The ``release`` section of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

Dimension = Literal["category", "complexity", "length"]

COMPLEXITIES = ("simple", "medium", "hard")
LENGTHS = ("short", "medium", "long")


class BalanceConfig(BaseModel, frozen=True, extra="forbid"):
    """Target shares of the train split; validation and test keep the natural distribution."""

    targets: Mapping[Dimension, Literal["equal"] | Mapping[str, float]] = Field(default_factory=dict)
    """Dimension -> value -> share of the train split; ``equal``: the same share for all values. Values without a share
    get the remainder in proportion to their rows; an empty mapping changes nothing."""
    tolerance: float = Field(default=0.02, ge=0, le=0.5)
    """Largest accepted difference of a share from its target."""
    keep_at_least: float = Field(default=0.5, ge=0, le=1)
    """Least share of the train rows to keep, even if targets are missed for it."""
    prefer: Literal["score", "random"] = "score"
    """Order in which rows of a cell are kept, after those of an earlier release: by score, or by a salted hash."""
    complexity_bounds: tuple[int, int] = (5, 10)
    """Complexity points (sentences or steps of the answer, questions, turns before) from which a pair is medium,
    hard."""
    length_bounds: tuple[int, int] = (250, 800)
    """Characters of question and answer together from which a pair is medium, long."""

    @model_validator(mode="after")
    def targets_can_be_met_at_once(self) -> Self:
        """Refuse targets that are not shares, and dimensions whose shares sum to more than 1, all at once."""
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
    """Form and selection of a release's rows."""

    system_prompt: str | None = None
    context_turns: int = Field(default=6, ge=0)
    balance: BalanceConfig = BalanceConfig()
    augmented: bool = False
    """Whether augmented pairs (silver.augmentations) are added to train if their parent is there."""

    @model_serializer(mode="wrap")
    def without_what_is_idle(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out settings that are switched off, so that they do not change the configuration hash of a release."""
        idle = {"balance": not self.balance.targets, "augmented": not self.augmented}
        return {name: value for name, value in plain(self).items() if not idle.get(name, False)}
