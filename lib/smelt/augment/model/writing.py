"""Sends requests until enough pairs are accepted or a limit is reached, and records what became of each request."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from smelt.augment.model.client import ChatClient, Completion
from smelt.augment.model.config import ModelConfig
from smelt.augment.model.prompt import UnusableAnswerError, WrittenPair, pairs_of, request_hash, request_of

NOT_SENT = "not_sent_personal_data"
"""Outcome of a request that was not sent because the release scan found personal data in its text."""

CHARACTERS_A_TOKEN = 3
"""Characters per token for upper estimates: fewer than in English text, so that tokens are rather overestimated."""

Accept = Callable[[Mapping[str, Any], WrittenPair], bool]
"""Checks a written pair of a parent; True if it counts towards the target."""


class Request(NamedTuple):
    """A request about one parent; ``settled`` is its outcome if nothing has to be sent, else None."""

    parent: Mapping[str, Any]
    request_hash: str
    body: dict[str, Any]
    settled: str | None
    content: str | None = None
    """Answer kept from an earlier run."""

    def most_tokens(self) -> int:
        """Upper estimate of the tokens of request and answer."""
        written = json.dumps(self.body["messages"], ensure_ascii=False)
        return len(written) // CHARACTERS_A_TOKEN + int(self.body["max_tokens"])


class Asked(NamedTuple):
    """The result of one request: ``outcome`` is ``answered``, ``kept`` (from an earlier run) or a failure."""

    parent: Mapping[str, Any]
    request_hash: str
    outcome: str
    content: str | None
    pairs: tuple[WrittenPair, ...]
    tokens_in: int
    tokens_out: int


@dataclass
class Spent:
    """Usage so far, compared with the limits."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    accepted: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    next_passes: str | None = None
    """The limit that a further batch might exceed."""

    def cost(self, config: ModelConfig) -> float:
        """Cost so far, in the currency of the prices."""
        return (self.tokens_in * config.price_in + self.tokens_out * config.price_out) / 1_000_000

    def limit_reached(self, config: ModelConfig) -> str | None:
        """Name of the limit that stops further requests, or None."""
        limits = {
            "target": self.accepted >= config.target,
            "max_requests": self.requests >= config.max_requests,
            "max_tokens": self.tokens_in + self.tokens_out >= config.max_tokens,
            "max_cost": config.max_cost is not None and self.cost(config) >= config.max_cost,
        }
        return next((name for name, is_reached in limits.items() if is_reached), self.next_passes)


def requests_for(
    parents: Iterable[Mapping[str, Any]],
    config: ModelConfig,
    *,
    kept: Mapping[str, str],
    may_leave: Callable[[str], bool],
) -> Iterator[Request]:
    """One request for each parent (example_id, question, answer, category, kind).

    ``kept`` is request hash -> answer of earlier runs, which are reused at no cost; failures are not kept, so they
    are sent again next time. ``may_leave`` checks the text of a request; if it returns False, nothing is sent.
    """
    for parent in parents:
        body = request_of(
            parent["question"], parent["answer"], parent.get("category"), config, parent.get("kind")
        )
        key = request_hash(body, str(config.url))
        settled = None
        if key in kept:
            settled = "kept"
        elif not may_leave("\n".join(str(message["content"]) for message in body["messages"][1:])):
            settled = NOT_SENT
        yield Request(parent, key, body, settled, kept.get(key))


def write_pairs(
    requests: Iterable[Request], config: ModelConfig, client: ChatClient, *, accept: Accept, spent: Spent
) -> Iterator[Asked]:
    """Send one request after the other until a limit is reached; ``spent`` is updated before each yield."""
    waiting = iter(requests)
    while spent.limit_reached(config) is None:
        request = next(waiting, None)
        if request is None:
            return
        result: Completion | str | None = None
        if request.settled is None:
            spent.requests += 1
            try:
                result = client.complete(request.body)
            except UnusableAnswerError as error:
                result = error.reason
        yield settled(request, result, accept=accept, spent=spent)


def settled(request: Request, result: Completion | str | None, *, accept: Accept, spent: Spent) -> Asked:
    """Account for a request: ``result`` is the answer, the reason for its failure, or None if nothing was sent."""
    outcome = request.settled or "answered"
    completion = Completion(request.content, 0, 0) if request.content is not None else None
    if isinstance(result, Completion):
        completion = result
    elif result is not None:
        outcome = result
    pairs: tuple[WrittenPair, ...] = ()
    content = None
    tokens = (completion.tokens_in, completion.tokens_out) if completion else (0, 0)
    spent.tokens_in += tokens[0]
    spent.tokens_out += tokens[1]
    if completion is not None:
        try:
            pairs, content = tuple(pairs_of(completion.content)), completion.content
        except UnusableAnswerError as error:
            outcome = error.reason
    spent.outcomes[outcome] += 1
    spent.accepted += sum(accept(request.parent, pair) for pair in pairs)
    return Asked(request.parent, request.request_hash, outcome, content, pairs, *tokens)
