"""Turns pairs that a model wrote into children of their parents: scrubbed, checked, labelled with the model's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from smelt.augment.acceptance import facts_of, grounded, rejections_of, similarity
from smelt.augment.config import AugmentConfig
from smelt.augment.model.prompt import DOCUMENTS, WrittenPair
from smelt.examples.hashes import text_hashes
from smelt.identity import stable_id

NEGATION = "(negation)"


def problems_of(
    pair: WrittenPair, parent: Mapping[str, Any], siblings: Sequence[str], config: AugmentConfig
) -> list[str]:
    """Every reason to reject a written pair.

    Lengths and newness are checked as for any child. The answer must have exactly the facts of the parent's answer,
    and the question no fact that neither text of the parent has; negations are not compared. A section of a
    document answers many questions, so its answer may leave facts out, but at least ``config.grounded`` of the
    answer's words must be in the section in the same order.
    """
    found = rejections_of(pair.question, pair.answer, parent["question"], siblings, config)
    found = [reason for reason in found if reason != "facts_changed"]
    known = set(facts_of(parent["question"])) | set(facts_of(parent["answer"]))
    wanted = set(facts_of(parent["answer"])) - {NEGATION}
    has = set(facts_of(pair.answer)) - {NEGATION}
    added = (has | set(facts_of(pair.question)) - {NEGATION}) - known
    is_document = parent.get("kind") == DOCUMENTS
    if added or (not is_document and not wanted <= has):
        found.append("facts_changed")
    if is_document:
        is_apart = grounded(pair.answer, parent["answer"]) < config.grounded
    else:
        is_apart = similarity(pair.answer, parent["answer"]) < config.answer_overlap
    if is_apart:
        found.append("answer_apart")
    return found


def written_children(
    parent: Mapping[str, Any],
    pairs: Sequence[WrittenPair],
    config: AugmentConfig,
    *,
    holds_personal_data: Callable[[Sequence[str]], bool],
) -> list[dict[str, Any]]:
    """Rows with :data:`smelt.augment.arrow.SCHEMA`; ``parent`` has the columns READ of the same module."""
    rows: list[dict[str, Any]] = []
    accepted: list[str] = []
    hashes = text_hashes([pair.question for pair in pairs], [pair.answer for pair in pairs])
    for pair, text_hash in zip(pairs, hashes, strict=True):
        reasons = problems_of(pair, parent, accepted, config)
        if holds_personal_data((pair.question, pair.answer)):
            reasons.append("personal_data")
        if not reasons:
            accepted.append(pair.question)
        rows.append(
            {
                "example_id": stable_id("augmented", parent["example_id"], pair.question, pair.answer),
                "parent_id": parent["example_id"],
                "record_id": parent["record_id"],
                "source": parent["source"],
                "category": parent["category"],
                "origin": f"model:{config.model.name}",
                "question": pair.question,
                "answer": pair.answer,
                "parent_hash": parent["content_hash"],
                "text_hash": text_hash,
                "rules": [],
                "rejections": reasons,
            }
        )
    return list({row["example_id"]: row for row in rows}.values())
