"""Converts Arrow batches of conversations to examples; run by ``mapInArrow``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from smelt.conversations.notices import OF_CUSTOMERS, SECTIONS, are_courtesies, are_notices
from smelt.examples.cleaning import Cleaner
from smelt.examples.config import CleaningConfig, ExamplesConfig
from smelt.examples.hashes import text_hashes
from smelt.examples.pairing import ANSWERING, Pair, pairs
from smelt.identity import stable_id
from smelt.isolate import PREFIX, emptied, isolated
from smelt.pii.cache import no_cycles
from smelt.tables.contract import contract

READ = (
    "record_id", "conversation_id", "customer_key", "source", "kind", "title", "turns", "resolution", "category",
    "priority", "asked_at", "language", "outcome", "exclusions", "pii_rejections", "content_hash", "ingested_at",
)  # fmt: skip
"""Columns of silver.conversations from which examples are made."""

_TIME = pa.timestamp("us", tz="UTC")

Counts = npt.NDArray[np.int64]
Turn = dict[str, Any]
Made = tuple[int, int, Pair]
"""Number of the conversation in its batch, position of the pair in it, and the pair."""


@cache
def schema() -> pa.Schema:
    """The schema of the output: silver.examples without run_id."""
    return contract("silver.examples").arrow_schema(without=["run_id"])


def pairing(
    config: ExamplesConfig, cleaning: CleaningConfig
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``, columns READ -> :func:`schema`; builds one Cleaner per task.

    A conversation that fails gives one row without question and answer, rejected as ``failed:examples:TYPE``.
    """

    made_of = schema()  # evaluated on the driver, so that workers need not read the contract

    def convert(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        cleaner = Cleaner(cleaning)

        def work(batch: pa.RecordBatch) -> pa.RecordBatch:
            with no_cycles():
                return to_examples(batch, config, cleaner, made_of)

        def without_text(row: pa.RecordBatch, reason: str) -> pa.RecordBatch:
            made = work(emptied(row, ("title", "turns", "resolution", "outcome", "category", "priority")))
            at = made_of.get_field_index("rejections")
            return made.set_column(
                at, made_of.field(at), pa.array([[reason]] * made.num_rows, made_of.field(at).type)
            )

        for batch in batches:
            if batch.num_rows:
                yield from isolated(batch, work, without_text, stage="examples")

    return convert


def to_examples(
    batch: pa.RecordBatch, config: ExamplesConfig, cleaner: Cleaner, made_of: pa.Schema | None = None
) -> pa.RecordBatch:
    """Columns READ -> at least one row per conversation, with the columns ``made_of`` (default: :func:`schema`)."""
    made_of = made_of or schema()
    excluded = [list(reasons or ()) for reasons in batch.column("exclusions").to_pylist()]
    made = [
        (row, position, pair)
        for row, (conversation, reasons) in enumerate(zip(_conversations(batch), excluded, strict=True))
        for position, pair in enumerate(
            [Pair(None, None, [], None, reasons)] if reasons else pairs(*conversation, config)
        )
    ]
    records, rejected = (batch.column(name).to_pylist() for name in ("record_id", "pii_rejections"))
    texts = _cleaned(made, cleaner)
    questions = [texts[pair.question] for _, _, pair in made]
    answers = [texts[pair.answer] for _, _, pair in made]
    rejections = [
        _rejections(pair, question, answer, rejected[row])
        for (row, _, pair), question, answer in zip(made, questions, answers, strict=True)
    ]
    of_row = pa.array([row for row, _, _ in made], pa.int64())
    asked = batch.column("asked_at").cast(_TIME).cast(pa.int64()).take(of_row).to_pylist()
    outcomes = [list(dict(outcome or ()).items()) for outcome in batch.column("outcome").to_pylist()]
    carried = {name: batch.column(name).take(of_row) for name in _CARRIED}
    columns: dict[str, pa.Array] = carried | {
        "example_id": _strings(stable_id("example", records[row], position) for row, position, _ in made),
        "position": pa.array([position for _, position, _ in made], pa.int32()),
        "question": _strings(questions),
        "answer": _strings(answers),
        "context": _contexts([pair.context for _, _, pair in made], texts),
        "asked_at": pa.array(
            [
                given if pair.asked_at is None else pair.asked_at
                for (_, _, pair), given in zip(made, asked, strict=True)
            ],
            pa.int64(),
        ).cast(_TIME),
        "text_hash": _strings(text_hashes(questions, answers)),
        "rejections": pa.array(rejections, made_of.field("rejections").type),
        "outcome": pa.array(outcomes, made_of.field("outcome").type).take(of_row),
    }
    return pa.RecordBatch.from_arrays(
        [columns[field.name].cast(field.type) for field in made_of], schema=made_of
    )


_CARRIED = (
    "record_id", "conversation_id", "customer_key", "source", "kind", "category", "priority", "language",
    "content_hash", "ingested_at",
)  # fmt: skip


def _conversations(batch: pa.RecordBatch) -> Iterator[tuple[str, str | None, list[Turn], str | None]]:
    """Kind, title, turns and resolution of every row; times are microseconds since 1970 UTC.

    Turns that are automatic notices get the role system; resolutions that are notices are left out.
    """
    each = batch.column("turns").flatten()
    counts = batch.column("turns").value_lengths().fill_null(0).to_numpy()
    kinds, titles = (batch.column(name).to_pylist() for name in ("kind", "title"))
    resolved = pl.Series("resolution", batch.column("resolution"), dtype=pl.String)
    resolutions = resolved.set(pl.Series(are_notices(resolved)), None).to_list()
    texts = pl.Series("text", each.field("text"), dtype=pl.String)
    roles = _roles(each.field("role").to_pylist(), texts, kinds, counts)
    turns = [
        {"role": role, "text": text, "at": at, "is_courtesy": polite}
        for role, text, at, polite in zip(
            roles,
            texts.to_list(),
            each.field("at").cast(_TIME).cast(pa.int64()).to_pylist(),
            _courtesies(
                roles,
                texts,
                [kind == "tickets" and not own for kind, own in zip(kinds, resolutions, strict=True)],
                counts,
            ),
            strict=True,
        )
    ]
    end = 0
    for kind, title, resolution, count in zip(kinds, titles, resolutions, counts.tolist(), strict=True):
        begin, end = end, end + count
        yield kind, title, turns[begin:end], resolution


def _roles(roles: list[str], texts: pl.Series, kinds: list[str], counts: Counts) -> list[str]:
    """The role of every turn: system for notices, except in articles."""
    said = np.array(roles, dtype=object)
    is_customer = said == "customer"
    told = np.repeat(np.array(kinds, dtype=object) == "articles", counts)
    of_document = np.repeat(np.array(kinds, dtype=object) == "external", counts)
    if of_document.any():  # an external document has no customer
        row = np.repeat(np.arange(len(counts)), counts)
        told |= of_document & (np.bincount(row, is_customer, len(counts)) == 0)[row]
    for rows, sections in ((is_customer & ~told, OF_CUSTOMERS), (~is_customer & ~told, SECTIONS)):
        chosen = np.nonzero(rows)[0]
        said[chosen[are_notices(texts.gather(chosen), sections)]] = "system"
    found: list[str] = said.tolist()
    return found


def _courtesies(roles: list[str], texts: pl.Series, asked: list[bool], counts: Counts) -> list[bool]:
    """Whether each turn is a courtesy; False where nobody asks, which is in conversations that are not ``asked`` about
    and in those with one answer."""
    row = np.repeat(np.arange(len(counts)), counts)
    answers = np.fromiter(map(ANSWERING.__contains__, roles), np.bool_, len(roles))
    answers &= (np.array(asked, dtype=np.bool_) & (np.bincount(row, answers, len(counts)) > 1))[row]
    polite = np.zeros(len(roles), dtype=np.bool_)
    chosen = np.nonzero(answers)[0]
    polite[chosen] = are_courtesies(texts.gather(chosen))
    found: list[bool] = polite.tolist()
    return found


def _cleaned(made: Sequence[Made], cleaner: Cleaner) -> dict[str | None, str | None]:
    """Text -> cleaned text, for all texts of the pairs; each is cleaned once, although a turn is context of many
    pairs."""
    texts: dict[str | None, None] = {None: None}
    for _, _, pair in made:
        texts[pair.question] = texts[pair.answer] = None
        for turn in pair.context:
            texts[turn["text"]] = None
    return dict(zip(texts, cleaner.clean(list(texts)), strict=True))


def _rejections(
    pair: Pair, question: str | None, answer: str | None, of_scrubbing: Sequence[str] | None
) -> list[str]:
    reasons = list(pair.reasons)
    if any(reason.startswith("excluded:") for reason in reasons):
        return reasons
    reasons += ["no_question"] if not question and "no_question" not in reasons else []
    reasons += ["no_answer"] if not answer and not {"no_answer", "no_pair"} & set(reasons) else []
    given = of_scrubbing or ()
    failed = [reason for reason in given if reason.startswith(PREFIX)]
    return failed + reasons + [f"pii_{entity.lower()}" for entity in given if not entity.startswith(PREFIX)]


def _contexts(contexts: Sequence[list[dict[str, str]]], texts: dict[str | None, str | None]) -> pa.Array:
    """Cleaned context turns, without those left empty."""
    roles: list[str] = []
    said: list[str] = []
    ends = [0]
    for context in contexts:
        for turn in context:
            text = texts[turn["text"]]
            if text:
                roles.append(turn["role"])
                said.append(text)
        ends.append(len(roles))
    turns = pa.StructArray.from_arrays([_strings(roles), _strings(said)], names=["role", "text"])
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), turns)


def _strings(values: Iterable[str | None]) -> pa.Array:
    return pa.array(list(values), pa.string())
