"""Settings of the generator: number and kinds of records, shares of damage and duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, Field, field_validator

Kind = Literal["tickets", "chats", "transcripts", "articles"]

KINDS: tuple[Kind, ...] = ("tickets", "chats", "transcripts", "articles")

STREAM_SHARES: Mapping[str, tuple[Kind, float]] = {
    "tickets": ("tickets", 0.58),
    "chats": ("chats", 0.22),
    "chat_turns": ("chats", 0.08),
    "calls": ("transcripts", 0.10),
    "call_captions": ("transcripts", 0.008),
    "articles": ("articles", 0.008),
    "articles_html": ("articles", 0.004),
}
"""Stream -> its kind and share. Streams with one file per record have small shares, as in a company."""


class GenerateConfig(BaseModel, frozen=True, extra="forbid"):
    """One run of the generator; the same values give the same bytes."""

    records: int = Field(ge=1, le=100_000_000)
    seed: int = 7
    kinds: tuple[Kind, ...] = KINDS
    messy: float = Field(
        default=0.05,
        ge=0,
        le=0.5,
        description="share of damaged records; four in ten of them cannot be used, the others can be mended",
    )
    duplicates: float = Field(
        default=0.06, ge=0, le=0.5, description="share of planted exact and near duplicates"
    )
    start: int = Field(default=0, ge=0, description="records to pass over: goes on after a run of that many")
    shard: int = Field(default=50_000, ge=100, description="records a file")

    @field_validator("kinds")
    @classmethod
    def at_least_one_kind(cls, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
        """Require at least one kind; the given order does not matter."""
        if not kinds:
            raise ValueError("kinds must name at least one of " + ", ".join(KINDS))
        return tuple(kind for kind in KINDS if kind in kinds)


def stream_counts(records: int, kinds: tuple[Kind, ...]) -> dict[str, int]:
    """Number of records of each stream, by share; monotonic in ``records``, and exactly ``records`` in total.

    The largest stream takes the rounding difference; from 50 records on, every stream has at least one.
    """
    shares = {name: share for name, (kind, share) in STREAM_SHARES.items() if kind in kinds}
    total = sum(shares.values())
    least = 1 if records >= 50 else 0
    counts = {name: max(least, int(records * share / total)) for name, share in shares.items()}
    largest = max(shares, key=lambda name: shares[name])
    counts[largest] += records - sum(counts.values())
    return counts
