"""Asking until enough pairs are accepted, or a limit is reached; every request is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from smelt.augment.model.client import ChatClient, Completion
from smelt.augment.model.config import ModelConfig
from smelt.augment.model.prompt import UnusableAnswerError, WrittenPair, pairs_of, request_hash, request_of


class Asked(NamedTuple):
    """One parent and what came of asking: ``outcome`` is ``answered``, ``kept`` (asked earlier), or a failure."""

    parent: Mapping[str, Any]
    request_hash: str
    outcome: str
    content: str | None
    pairs: tuple[WrittenPair, ...]
    tokens_in: int
    tokens_out: int


@dataclass
class Spent:
    """What has been used of the limits."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    accepted: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def cost(self, config: ModelConfig) -> float:
        """In the currency of the prices."""
        return (self.tokens_in * config.price_in + self.tokens_out * config.price_out) / 1_000_000

    def limit_reached(self, config: ModelConfig) -> str | None:
        """Which limit stops further requests, or None."""
        limits = {
            "target": self.accepted >= config.target,
            "max_requests": self.requests >= config.max_requests,
            "max_tokens": self.tokens_in + self.tokens_out >= config.max_tokens,
            "max_cost": config.max_cost is not None and self.cost(config) >= config.max_cost,
        }
        return next((name for name, is_reached in limits.items() if is_reached), None)


def write_pairs(
    parents: Iterable[Mapping[str, Any]],
    config: ModelConfig,
    client: ChatClient,
    *,
    kept: Mapping[str, str],
    may_leave: Callable[[str], bool],
    accept: Callable[[Mapping[str, Any], WrittenPair], bool],
    spent: Spent,
) -> Iterator[Asked]:
    """Ask about one parent after the other (example_id, question, answer, category) until a limit is reached.

    ``kept`` is request hash -> answer of earlier runs, which cost nothing again; a failure is never kept, so it is
    asked again next time. ``may_leave`` decides on the text of a request: what it refuses is never sent.
    ``accept`` says whether a pair counts towards the target. ``spent`` is brought up to date before each yield.
    """
    waiting = iter(parents)
    while spent.limit_reached(config) is None:
        parent = next(waiting, None)
        if parent is None:
            return
        body = request_of(parent["question"], parent["answer"], parent.get("category"), config)
        key = request_hash(body, str(config.url))
        outcome, completion = "answered", None
        if key in kept:
            outcome, completion = "kept", Completion(kept[key], 0, 0)
        elif not may_leave("\n".join(str(message["content"]) for message in body["messages"][1:])):
            outcome = "not_sent_personal_data"
        else:
            spent.requests += 1
            try:
                completion = client.complete(body)
            except UnusableAnswerError as error:
                outcome = error.reason
        pairs: tuple[WrittenPair, ...] = ()
        content = None
        if completion is not None:
            spent.tokens_in += completion.tokens_in
            spent.tokens_out += completion.tokens_out
            try:
                pairs = tuple(pairs_of(completion.content))
                content = completion.content
            except UnusableAnswerError as error:
                outcome = error.reason
        spent.outcomes[outcome] += 1
        spent.accepted += sum(accept(parent, pair) for pair in pairs)
        yield Asked(
            parent,
            key,
            outcome,
            content,
            pairs,
            completion.tokens_in if completion else 0,
            completion.tokens_out if completion else 0,
        )
