"""The prompts for the model, and the parser of its answers: JSON, with or without prose around it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from smelt.augment.model.config import ModelConfig
from smelt.identity import stable_id

SYSTEM = (
    "You write training data for {domain}. You get one question of a customer with its answer. Write {many} new pairs:"
    " the same need in the words of another customer, and an answer with the same facts in other words. Keep every"
    " number, code, product name and placeholder in square brackets exactly as it is, and add no fact. Style: {style}"
    ' Answer with JSON alone: {{"pairs": [{{"question": "...", "answer": "..."}}]}}'
)


OF_DOCUMENT = (
    "You write training data for {domain}. You get a section of a document of somebody else with its heading. Write"
    " {many} pairs: a question that a customer could ask and that the section answers, and the answer, from what the"
    " section says alone and in your own words. Keep every number, code, product name and placeholder in square"
    " brackets exactly as it is, and add no fact. Style: {style}"
    ' Answer with JSON alone: {{"pairs": [{{"question": "...", "answer": "..."}}]}}'
)
DOCUMENTS = "external"
"""Kind of the parents for which the prompt OF_DOCUMENT is used."""


class WrittenPair(NamedTuple):
    """A pair as a model wrote it."""

    question: str
    answer: str


class UnusableAnswerError(ValueError):
    """Raised if an answer has no usable pairs; ``reason`` is one word that quotes nothing of the answer."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def request_of(
    question: str, answer: str, category: str | None, config: ModelConfig, kind: str | None = None
) -> dict[str, Any]:
    """The body of a chat-completion request; for ``kind`` DOCUMENTS with the prompt OF_DOCUMENT."""
    if kind == DOCUMENTS:
        asked, wanted = {"topic": category or "", "heading": question, "section": answer}, OF_DOCUMENT
    else:
        asked, wanted = {"topic": category or "", "question": question, "answer": answer}, SYSTEM
    system = wanted.format(domain=config.domain, many=config.pairs_a_request, style=config.style)
    return {
        "model": config.name,
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": json.dumps(asked, ensure_ascii=False)},
        ],
        "temperature": config.temperature,
        "max_tokens": config.answer_tokens,
    }


def request_hash(body: dict[str, Any], url: str) -> str:
    """Hash that identifies a request by its body (with the model) and the server's URL."""
    return stable_id("request", url, json.dumps(body, sort_keys=True, ensure_ascii=False))


def pairs_of(content: str) -> list[WrittenPair]:
    """The pairs in the first JSON object or list of an answer that has any.

    Raises UnusableAnswerError: ``empty``, ``no_json`` (prose, a refusal), ``cut`` (JSON without an end), ``no_pairs``.
    """
    if not content.strip():
        raise UnusableAnswerError("empty")
    decoder = json.JSONDecoder()
    starts = [place for place, letter in enumerate(content) if letter in "{["]
    if not starts:
        raise UnusableAnswerError("no_json")
    is_whole = False
    for start in starts:
        try:
            value, _ = decoder.raw_decode(content, start)
        except json.JSONDecodeError:
            continue
        except (
            RecursionError
        ):  # no real answer nests so deeply; trying each of its brackets would take too long
            break
        if isinstance(value, dict | list):
            is_whole = True
            found = _pairs(value)
            if found:
                return found
    raise UnusableAnswerError("no_pairs" if is_whole else "cut")


def _pairs(value: Any) -> list[WrittenPair]:
    listed = value.get("pairs", [value]) if isinstance(value, dict) else value
    if not isinstance(listed, list):
        return []
    found = []
    for each in listed:
        question, answer = (
            (each.get("question"), each.get("answer")) if isinstance(each, dict) else (None, None)
        )
        if isinstance(question, str) and isinstance(answer, str) and question.strip() and answer.strip():
            found.append(WrittenPair(question.strip(), answer.strip()))
    return found
