"""Conditions on fields that decide which records or turns of a source may be used.

::

    where:
      status: {not: [deleted, spam]}      # none of these; a record without the field passes
      brand: [shop, web]                  # one of these; "" stands for a field that is not there
      tags: {not: test}                   # of a list, every item counts
      created_at: {from: 2024-01-01, before: 2026-01-01}
      is_public: null                     # takes back what a preset asks of this field
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from smelt.intake.paths import Getter
from smelt.intake.times import TimeParser
from smelt.intake.values import as_text


class Condition(BaseModel):
    """A condition on one field. Texts are compared case-insensitively; times are parsed as in ``mapping``."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    one_of: tuple[Any, ...] = Field(default=(), alias="is")
    """The field, or an item of it if it is a list, has one of these values; ``""`` means that it may be missing."""
    none_of: tuple[Any, ...] = Field(default=(), alias="not")
    """Neither the field, nor any item of it if it is a list, has one of these values."""
    since: str | None = Field(default=None, alias="from")
    """The field is a time, and not before this one."""
    until: str | None = Field(default=None, alias="before")
    """The field is a time, and before this one."""

    @field_validator("one_of", "none_of", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, (list, tuple)) else (value,)

    @field_validator("since", "until", mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        return value.isoformat() if isinstance(value, dt.date) else value

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not (self.one_of or self.none_of or self.since or self.until):
            raise ValueError("a condition needs one of: is, not, from, before")
        return self


def as_conditions(value: Any) -> Any:
    """Expand short forms such as ``{public: true}`` and ``{status: [a, b]}``; drop fields whose condition is null."""
    if not isinstance(value, Mapping):
        return value
    return {
        key: entry if isinstance(entry, (Mapping, Condition)) else {"is": entry}
        for key, entry in value.items()
        if entry is not None
    }


def condition(
    path: str, wanted: Condition, getter_of: Callable[[str], Getter], parse_time: TimeParser
) -> Callable[[Any], bool]:
    """Compile a condition into a predicate of a record or turn.

    Raises ValueError where ``from`` or ``before`` is no time.
    """
    get = getter_of(path)
    allowed = frozenset(map(_word, wanted.one_of))
    refused = frozenset(map(_word, wanted.none_of))
    low = parse_time(wanted.since) if wanted.since else None
    high = parse_time(wanted.until) if wanted.until else None

    def is_met(item: Any) -> bool:
        value = get(item)
        words = (
            {_word(part) for part in value} if isinstance(value, (list, tuple)) and value else {_word(value)}
        )
        if (allowed and not words & allowed) or (refused and words & refused):
            return False
        if low is None and high is None:
            return True
        try:
            at = parse_time(value)
        except ValueError:
            return False
        return at is not None and (low is None or at >= low) and (high is None or at < high)

    return is_met


def _word(value: Any) -> str:
    return (as_text(value) or "").strip().casefold()
