"""Computes rows of silver.signatures from Arrow batches of examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import polars as pl
import pyarrow as pa

from smelt.duplicates.boilerplate import (
    I64,
    NO_LINES,
    hashes_of,
    line_hashes,
    lines_of,
    set_aside,
    without_lines,
)
from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.contamination import NOTHING, Index
from smelt.duplicates.minhash import band_hashes, signatures
from smelt.duplicates.texts import compared_texts
from smelt.isolate import emptied, isolated

STAGE = "duplicates"
SIDES = ("question", "answer")
LINES_DDL = "example_id string, record_id string, lines array<bigint>"
SIGNED = (
    "example_id", "record_id", "content_hash", "source", "text_hash", "lines", "set_aside", "bands", "shingles",
    "facts", "words", "contaminated_by",
)  # fmt: skip
"""Columns of silver.signatures, in the order of the output."""
ArrowFunction = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def lines_function(config: DuplicatesConfig) -> ArrowFunction:
    """(example_id, record_id, question, answer) to ``LINES_DDL``, for ``mapInArrow``."""

    def to_lines(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        def work(batch: pa.RecordBatch) -> pa.RecordBatch:
            lines = _bigints(_lines(_frame(batch), config))
            return pa.RecordBatch.from_arrays(
                [batch["example_id"], batch["record_id"], lines], names=["example_id", "record_id", "lines"]
            )

        for batch in batches:
            yield from isolated(batch, work, lambda row, _: work(emptied(row, SIDES)), stage=STAGE)

    return to_lines


def signing_function(config: DuplicatesConfig, boilerplate: I64, index: Index) -> ArrowFunction:
    """(example_id, record_id, content_hash, source, question, answer) to ``SIGNED``, for ``mapInArrow``.

    An example that fails is not compared, and has ``failed:duplicates:TYPE`` in ``contaminated_by``.
    """

    def work(batch: pa.RecordBatch) -> pa.RecordBatch:
        return sign(batch, config, boilerplate, index)

    def unsigned(row: pa.RecordBatch, reason: str) -> pa.RecordBatch:
        signed = work(emptied(row, SIDES))
        at = signed.schema.get_field_index("contaminated_by")
        return signed.set_column(
            at, "contaminated_by", pa.array([[reason]] * row.num_rows, pa.list_(pa.string()))
        )

    def to_signatures(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from isolated(batch, work, unsigned, stage=STAGE)

    return to_signatures


def stripping_function(config: DuplicatesConfig) -> ArrowFunction:
    """For ``mapInArrow``: (example_id, question, answer, set_aside) -> the first three, without the lines set aside."""

    def to_stripped(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        def work(batch: pa.RecordBatch) -> pa.RecordBatch:
            known = np.unique(batch["set_aside"].flatten().to_numpy(zero_copy_only=False).astype(np.int64))
            frame = _frame(batch)
            sides = [
                set_aside(
                    frame[side], known, config.placeholder, config.boilerplate.min_words
                ).texts.str.strip_chars()
                for side in SIDES
            ]
            return pa.RecordBatch.from_arrays(
                [batch["example_id"], *(side.to_arrow().cast(pa.string()) for side in sides)],
                names=["example_id", *SIDES],
            )

        def as_it_is(row: pa.RecordBatch, reason: str) -> pa.RecordBatch:
            return row.select(["example_id", *SIDES])

        for batch in batches:
            yield from isolated(batch, work, as_it_is, stage=STAGE)

    return to_stripped


def sign(
    batch: pa.RecordBatch, config: DuplicatesConfig, boilerplate: I64, index: Index = NOTHING
) -> pa.RecordBatch:
    """The signatures of one batch of examples; an example without any word has a null text_hash."""
    frame = _frame(batch)
    rule = config.boilerplate
    lines = [
        lines_of(side, config.placeholder, rule.min_words) if rule.enabled else NO_LINES for side in frame
    ]
    question, answer = (
        without_lines(side, of_side, boilerplate) for side, of_side in zip(frame, lines, strict=True)
    )
    texts = compared_texts(question.texts, answer.texts, config)
    sets = texts.shingles(config.near)
    statements = texts.statements(config.near)
    shape = config.near.shape
    bands = band_hashes(signatures(sets, shape.permutations, config.near.seed), shape)
    filled = sets.sizes > 0
    band_ends = np.concatenate(([0], np.cumsum(np.where(filled, shape.bands, 0)))).astype(np.int32)
    columns = {
        "example_id": batch["example_id"],
        "record_id": batch["record_id"],
        "content_hash": batch["content_hash"],
        "source": batch["source"],
        "text_hash": pa.array(texts.hashes(), pa.string()),
        "lines": _bigints(_union(*(hashes_of(of_side, batch.num_rows) for of_side in lines))),
        "set_aside": _bigints(_union(question.removed, answer.removed)),
        "bands": pa.ListArray.from_arrays(pa.array(band_ends), pa.array(bands[filled].ravel())),
        "shingles": pa.ListArray.from_arrays(
            pa.array(sets.offsets.astype(np.int32)), pa.array(sets.hashes.view(np.int32))
        ),
        "facts": pa.array(statements.facts),
        "words": pa.ListArray.from_arrays(
            pa.array(statements.words.offsets.astype(np.int32)),
            pa.array(statements.words.hashes.view(np.int32)),
        ),
        "contaminated_by": index.found_in(frame["question"], frame["answer"], config)
        .to_arrow()
        .cast(pa.list_(pa.string())),
    }
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _lines(frame: pl.DataFrame, config: DuplicatesConfig) -> pl.Series:
    rule = config.boilerplate
    sides = [line_hashes(frame[side], config.placeholder, rule.min_words) for side in ("question", "answer")]
    return _union(*sides)


def _union(one: pl.Series, other: pl.Series) -> pl.Series:
    joined: pl.Series = one.list.concat(other).list.unique().list.sort()
    return joined


def _frame(batch: pa.RecordBatch) -> pl.DataFrame:
    return pl.DataFrame({side: pl.Series(side, batch[side], dtype=pl.String) for side in SIDES})


def _bigints(lists: pl.Series) -> pa.Array:
    return lists.to_arrow().cast(pa.list_(pa.int64()))
