"""Conversations to examples as Arrow batches: the function that ``mapInArrow`` runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa

from smelt.cleaning.config import CleaningConfig
from smelt.cleaning.texts import Cleaner
from smelt.examples.config import ExamplesConfig
from smelt.examples.pairing import Pair, pairs
from smelt.identity import stable_id

READ = (
    "record_id", "conversation_id", "customer_key", "source", "kind", "title", "turns", "resolution", "category",
    "priority", "asked_at", "language", "outcome", "pii_rejections", "content_hash", "ingested_at",
)  # fmt: skip
"""Columns of silver.conversations that examples are made from."""

_TIME = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        ("example_id", pa.string()),
        ("record_id", pa.string()),
        ("conversation_id", pa.string()),
        ("customer_key", pa.string()),
        ("source", pa.string()),
        ("kind", pa.string()),
        ("position", pa.int32()),
        ("question", pa.string()),
        ("answer", pa.string()),
        ("context", pa.list_(pa.struct([("role", pa.string()), ("text", pa.string())]))),
        ("category", pa.string()),
        ("priority", pa.string()),
        ("asked_at", _TIME),
        ("language", pa.string()),
        ("outcome", pa.map_(pa.string(), pa.string())),
        ("text_hash", pa.string()),
        ("rejections", pa.list_(pa.string())),
        ("content_hash", pa.string()),
        ("ingested_at", _TIME),
    ]
)
DDL = (
    "example_id string, record_id string, conversation_id string, customer_key string, source string, kind string, "
    "position int, question string, answer string, context array<struct<role:string,text:string>>, category string, "
    "priority string, asked_at timestamp, language string, outcome map<string,string>, text_hash string, "
    "rejections array<string>, content_hash string, ingested_at timestamp"
)

_WORD = re.compile(r"\[[A-Z_]+_\d+\]|\w+")
_NUMBERED = re.compile(r"\[([A-Z_]+)_\d+\]")


def pairing(
    config: ExamplesConfig, cleaning: CleaningConfig
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``: one Cleaner a task, then batch after batch."""

    def convert(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        cleaner = Cleaner(cleaning)
        for batch in batches:
            if batch.num_rows:
                yield to_examples(batch, config, cleaner)

    return convert


def to_examples(batch: pa.RecordBatch, config: ExamplesConfig, cleaner: Cleaner) -> pa.RecordBatch:
    """Columns READ in, at least one row a conversation out, in the columns of SCHEMA."""
    rows = batch.to_pylist()
    made: list[tuple[dict[str, Any], int, Pair]] = [
        (row, position, pair)
        for row in rows
        for position, pair in enumerate(
            pairs(row["kind"], row["title"], row["turns"] or (), row["resolution"], config)
        )
    ]
    questions = cleaner.clean([pair.question for _, _, pair in made])
    answers = cleaner.clean([pair.answer for _, _, pair in made])
    contexts = _clean_contexts([pair.context for _, _, pair in made], cleaner)
    out: list[dict[str, Any]] = []
    for (row, position, pair), question, answer, context in zip(
        made, questions, answers, contexts, strict=True
    ):
        reasons = list(pair.reasons)
        reasons += ["no_question"] if not question and "no_question" not in reasons else []
        reasons += ["no_answer"] if not answer and not {"no_answer", "no_pair"} & set(reasons) else []
        reasons += [f"pii_{entity.lower()}" for entity in row["pii_rejections"] or ()]
        out.append(
            {
                "example_id": stable_id("example", row["record_id"], position),
                "position": position,
                "question": question,
                "answer": answer,
                "context": context,
                "asked_at": pair.asked_at or row["asked_at"],
                "text_hash": text_hash(question, answer),
                "rejections": reasons,
                "outcome": list((dict(row["outcome"]) if row["outcome"] else {}).items()),
                **{name: row[name] for name in _CARRIED},
            }
        )
    return pa.RecordBatch.from_pylist(out, SCHEMA)


_CARRIED = (
    "record_id", "conversation_id", "customer_key", "source", "kind", "category", "priority", "language",
    "content_hash", "ingested_at",
)  # fmt: skip


def text_hash(question: str | None, answer: str | None) -> str:
    """Equal for pairs that differ in case, white space, punctuation or the numbers of placeholders only."""

    def normal(text: str | None) -> str:
        return " ".join(_WORD.findall(_NUMBERED.sub(r"[\1_0]", text or ""))).casefold()

    return stable_id("pair", normal(question), normal(answer))


def _clean_contexts(contexts: list[list[dict[str, str]]], cleaner: Cleaner) -> list[list[dict[str, str]]]:
    flat = cleaner.clean([turn["text"] for context in contexts for turn in context])
    cleaned: list[list[dict[str, str]]] = []
    at = 0
    for context in contexts:
        texts = flat[at : at + len(context)]
        at += len(context)
        cleaned.append(
            [{"role": t["role"], "text": text} for t, text in zip(context, texts, strict=True) if text]
        )
    return cleaned
