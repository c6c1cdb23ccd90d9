"""Makes examples from records of tabular sources: one pair per record, by its source's templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from smelt.examples.arrow import schema
from smelt.examples.cleaning import Cleaner
from smelt.examples.config import CleaningConfig
from smelt.examples.hashes import text_hashes
from smelt.identity import stable_id
from smelt.isolate import emptied, isolated

POSITION = -1
"""Position of the template's pair; pairs of the record's conversation count from 0."""
OF_CONVERSATION = ("conversation_id", "customer_key", "kind", "priority", "language", "outcome")
"""Columns taken from the record's conversation."""
OF_RECORD = (
    "record_id", "source", "question", "answer", "category", "asked_at", "rejections", "content_hash", "ingested_at",
)  # fmt: skip
"""Columns of silver.records from which examples are made."""


def templated(records: DataFrame, conversations: DataFrame) -> DataFrame:
    """Rows of silver.records joined with :data:`OF_CONVERSATION`; ``content_hash`` covers all columns read.

    A record's own content_hash does not cover what depends on other rows of its source: medians, duplicates.
    """
    read = F.to_json(F.struct(*(name for name in OF_RECORD if name not in ("record_id", "ingested_at"))))
    return (
        records.select(*OF_RECORD)
        .withColumn("content_hash", F.substring(F.sha2(read, 256), 1, 32))
        .join(conversations.select("record_id", *OF_CONVERSATION), "record_id")
    )


def templating(
    cleaning: CleaningConfig, position: int = POSITION
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``: columns of :func:`templated` -> one example per record, columns of silver.examples without
    run_id.

    All examples get ``position``. A record that fails gives a row without question and answer, rejected as
    ``failed:examples:TYPE``.
    """

    made_of = schema()

    def convert(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        cleaner = Cleaner(cleaning)

        def work(batch: pa.RecordBatch) -> pa.RecordBatch:
            return to_examples(batch, cleaner, made_of, position=position)

        def without_text(row: pa.RecordBatch, reason: str) -> pa.RecordBatch:
            nothing = emptied(row, ("question", "answer", "category", "priority", "outcome", "rejections"))
            return to_examples(nothing, cleaner, made_of, (reason,), position=position)

        for batch in batches:
            if batch.num_rows:
                yield from isolated(batch, work, without_text, stage="examples")

    return convert


def to_examples(
    batch: pa.RecordBatch,
    cleaner: Cleaner,
    made_of: pa.Schema,
    reasons: Iterable[str] = (),
    *,
    position: int = POSITION,
) -> pa.RecordBatch:
    """One example per row of :func:`templated`, all with ``position``; ``reasons`` are added to every row's
    rejections."""
    questions, answers = (cleaner.clean(batch.column(name).to_pylist()) for name in ("question", "answer"))
    given = list(reasons)
    rejections = [
        given + _with_missing_texts(question, answer, list(own or ()))
        for question, answer, own in zip(
            questions, answers, batch.column("rejections").to_pylist(), strict=True
        )
    ]
    records, rows = batch.column("record_id").to_pylist(), batch.num_rows
    outcomes = [list(dict(outcome or ()).items()) for outcome in batch.column("outcome").to_pylist()]
    made = {
        "example_id": pa.array([stable_id("example", record, position) for record in records], pa.string()),
        "position": pa.array([position] * rows, pa.int32()),
        "question": pa.array(questions, pa.string()),
        "answer": pa.array(answers, pa.string()),
        "context": pa.array([[]] * rows, made_of.field("context").type),
        "text_hash": pa.array(text_hashes(questions, answers), pa.string()),
        "rejections": pa.array(rejections, made_of.field("rejections").type),
        "outcome": pa.array(outcomes, made_of.field("outcome").type),
    }
    columns = [made[name] if name in made else batch.column(name) for name in made_of.names]
    return pa.RecordBatch.from_arrays(
        [column.cast(field.type) for column, field in zip(columns, made_of, strict=True)], schema=made_of
    )


def _with_missing_texts(question: str | None, answer: str | None, reasons: list[str]) -> list[str]:
    """Add ``no_question`` or ``no_answer`` if cleaning left a text empty."""
    reasons += ["no_question"] if not question and "no_question" not in reasons else []
    reasons += ["no_answer"] if not answer and "no_answer" not in reasons else []
    return reasons
