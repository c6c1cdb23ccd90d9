"""Common parts of the streams: the case behind a record, and the finished record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

from smelt.generate.grammar import Grammar
from smelt.generate.people import People, Person
from smelt.generate.plan import Plan
from smelt.generate.randomness import stream
from smelt.generate.story import Story
from smelt.generate.text import Span

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
SPAN_SECONDS = 57_000_000
"""Records are spread over 22 months from EPOCH."""

AGENTS = 240
OFFSETS = (0, 0, 0, -5, -8, 1, 2, 5.5, 10)

TruthSpans = dict[str, list[Span]]
"""Field of the raw record (dotted, with [n] in lists) -> personal data in it."""


@dataclass(frozen=True)
class World:
    """Data shared by all records of a seed."""

    seed: int
    grammar: Grammar
    people: People


@dataclass(frozen=True)
class Case:
    """The basis of one record: its story, and an own random stream for what a copy may vary."""

    plan: Plan
    story: Story
    own: Random
    created: datetime

    @property
    def customer(self) -> Person:
        """The customer who asks."""
        return self.story.customer

    @property
    def agent(self) -> Person:
        """The agent who answers."""
        return self.story.agent

    def local(self, moment: datetime) -> datetime:
        """The moment in the UTC offset of this record's system."""
        offset = OFFSETS[self.plan.number % len(OFFSETS)]
        return moment.astimezone(timezone(timedelta(hours=offset)))


@dataclass(frozen=True)
class Made:
    """One record before it is written: its key, fields or text, and the personal data in them."""

    key: str
    payload: Any
    spans: Mapping[str, list[Span]] = field(default_factory=dict)


def open_case(world: World, source: str, plan: Plan) -> Case:
    """The case of a plan. An exact copy has the same customer; half of the near copies have another."""
    seed = world.seed
    rng = stream(seed, f"{source}/story", plan.origin)
    own = stream(seed, f"{source}/own", plan.number)
    customer = int(rng.random() * (60 + plan.origin // 3))
    agent = int(rng.random() * AGENTS)
    if plan.copy == "near" and own.random() < 0.5:
        customer = int(own.random() * (60 + plan.number // 3))
    story = Story(
        rng, world.grammar, world.people, world.people.customer(customer), world.people.agent(agent)
    )
    return Case(plan, story, own, EPOCH + timedelta(seconds=int(own.random() * SPAN_SECONDS)))


def add_spans(spans: TruthSpans, name: str, found: list[Span]) -> None:
    """Note the spans of a field that has any."""
    if found:
        spans[name] = found
