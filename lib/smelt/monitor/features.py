"""Features of a batch of requests, computed at import: scrubbed texts and flags of the answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from smelt.identity import stable_id
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import FIELD, Known, TextBatch

REPEATED = 3
"""Occurrences of one four-word sequence that make an answer repetitive (Holtzman et al. 2020 show such loops)."""

_WORDS = re.compile(r"\w+")
_SHORTEST_KNOWN = 4


@dataclass
class Scrubbed:
    """Scrubbed texts and span counts by (index of the request, field); requests in ``rejected`` must not be stored."""

    texts: dict[tuple[int, str], str] = field(default_factory=dict)
    spans: Counter[tuple[int, str]] = field(default_factory=Counter)
    rejected: set[int] = field(default_factory=set)


def scrub(
    requests: Sequence[dict[str, Any]], names: Sequence[tuple[str, str]], scrubber: Scrubber
) -> Scrubbed:
    """Scrub the texts ``names`` (field, role) of each request as one conversation; the customer's address is known."""
    texts: list[str] = []
    places: list[tuple[int, str]] = []
    roles: list[str] = []
    known: list[list[Known]] = []
    for number, request in enumerate(requests):
        known.append(_known(request.get("customer_id")))
        for name, role in names:
            if request.get(name):
                texts.append(str(request[name]))
                places.append((number, name))
                roles.append(role)
    found = Scrubbed()
    if not texts:
        return found
    result = scrubber.scrub(TextBatch(texts, [number for number, _ in places], roles, known))
    found.texts = dict(zip(places, result.texts, strict=True))
    found.spans = Counter(places[span.text] for span in result.replaced if span.policy != "keep")
    found.rejected = set(result.rejected)
    return found


ROLES = (("question", "customer"), ("answer", "agent"), ("category", FIELD))


def _known(customer: object) -> list[Known]:
    """The customer id as a known value if it is an e-mail address; numbers and names are too short or too common."""
    text = str(customer or "")
    return [Known("email", text)] if "@" in text and len(text) >= _SHORTEST_KNOWN else []


def flags(
    answers: Sequence[str | None], errors: Sequence[str | None], refusals: Sequence[str]
) -> pl.DataFrame:
    """Columns is_empty, is_refusal, is_repetitive and answer_hash, one row per answer."""
    said = pl.Series("answer", answers, dtype=pl.String)
    refused = pl.Series([False] * len(said), dtype=pl.Boolean)
    for pattern in refusals:
        refused = refused | said.str.contains(f"(?i){pattern}").fill_null(False)
    return pl.DataFrame(
        {
            "is_empty": [not text and not error for text, error in zip(answers, errors, strict=True)],
            "is_refusal": refused,
            "is_repetitive": [bool(text) and is_repetitive(str(text)) for text in answers],
            "answer_hash": [stable_id(text) if text else None for text in answers],
        },
        schema_overrides={"is_empty": pl.Boolean, "is_repetitive": pl.Boolean, "answer_hash": pl.String},
    )


def is_repetitive(text: str) -> bool:
    """Whether a sequence of four words occurs at least REPEATED times; of four characters in texts without words."""
    words = _WORDS.findall(text.casefold()) or list(text.strip())
    if len(words) < 4 + REPEATED - 1:
        return False
    grams = Counter(zip(words, words[1:], words[2:], words[3:], strict=False))
    return max(grams.values()) >= REPEATED
