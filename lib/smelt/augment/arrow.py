"""Makes children of accepted pairs from Arrow batches, for mapInArrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa

from smelt.augment.acceptance import rejections_of
from smelt.augment.children import children_of
from smelt.augment.config import AugmentConfig
from smelt.augment.rules import Rule, domain, english
from smelt.examples.hashes import text_hashes
from smelt.identity import stable_id
from smelt.pii.config import PiiConfig
from smelt.privacy.gate import ResidualScanner

READ = ("example_id", "record_id", "source", "category", "question", "answer", "content_hash")
"""Columns read from gold.curated_examples."""

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("example_id", "parent_id", "record_id", "source", "category")),
        *((name, pa.string()) for name in ("origin", "question", "answer", "parent_hash", "text_hash")),
        ("rules", pa.list_(pa.string())),
        ("rejections", pa.list_(pa.string())),
    ]
)
DDL = (
    "example_id string, parent_id string, record_id string, source string, category string, origin string,"
    " question string, answer string, parent_hash string, text_hash string, rules array<string>,"
    " rejections array<string>"
)

Batches = Iterable[pa.RecordBatch]


def rules_of(config: AugmentConfig) -> tuple[Rule, ...]:
    """The English rules of the configured kinds, and a rule for each configured synonym."""
    return (*(rule for rule in english() if rule.kind in config.rules), *domain(config.synonyms))


def making(config: AugmentConfig, pii: PiiConfig) -> Callable[[Batches], Batches]:
    """Return a function from batches with columns READ to batches with SCHEMA: children with rejection reasons.

    Only reasons that the text of the pair alone gives; nearness, category and score are checked later."""

    def make(batches: Batches) -> Iterator[pa.RecordBatch]:
        rules = rules_of(config)
        scanner = ResidualScanner(pii)
        for batch in batches:
            made = [child for parent in batch.to_pylist() for child in children(parent, config, rules)]
            if not made:
                continue
            leaking = {finding.row for finding in scanner.by_row([(child["question"],) for child in made])}
            for number in leaking:
                made[number]["rejections"].append("personal_data")
            hashes = text_hashes([child["question"] for child in made], [child["answer"] for child in made])
            for child, text_hash in zip(made, hashes, strict=True):
                child["text_hash"] = text_hash
            yield from pa.Table.from_pylist(made, schema=SCHEMA).combine_chunks().to_batches()

    return make


def children(
    parent: dict[str, str], config: AugmentConfig, rules: tuple[Rule, ...]
) -> Iterator[dict[str, Any]]:
    """Rows of SCHEMA, without text_hash, for one accepted pair."""
    accepted: list[str] = []
    found = children_of(
        parent["question"], rules, many=config.per_parent, most_rules=config.rules_a_child, seed=config.seed
    )
    for child in found:
        reasons = rejections_of(child.question, parent["answer"], parent["question"], accepted, config)
        if not reasons:
            accepted.append(child.question)
        yield {
            "example_id": stable_id("augmented", parent["example_id"], child.question),
            "parent_id": parent["example_id"],
            "record_id": parent["record_id"],
            "source": parent["source"],
            "category": parent["category"],
            "origin": f"rules:{'+'.join(child.rules)}",
            "question": child.question,
            "answer": parent["answer"],
            "parent_hash": parent["content_hash"],
            "rules": list(child.rules),
            "rejections": reasons,
        }
