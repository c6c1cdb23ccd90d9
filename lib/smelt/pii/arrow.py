"""Scrubs Arrow batches of conversations; run by ``mapInArrow``, usable without Spark.

In, besides other columns, any of the columns

====================  ====================================================================
``title``             string
``turns``             list<struct<role: string, text: string, at: timestamp, ...>>
``resolution``        string
``category``,         string
``priority``
``outcome``           map<string, string>
``known``             list<struct<kind: string, value: string>>, the record's own identities
====================  ====================================================================

Out: the same columns in the same order with scrubbed texts and without ``known``; turns keep role, text and at only;
then ``pii_count`` int, ``pii_rejections`` array<string> and ``pii_findings``, an array of FINDING_DDL. Other columns
are not scanned, so they must not hold texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from smelt.isolate import emptied, isolated
from smelt.pii.cache import no_cycles
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey
from smelt.pii.result import SPAN_COLUMNS, Replaced, ScrubResult, arrow_type
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import FIELD, Known, TextBatch

TEXT_FIELDS = ("title", "turns", "resolution", "category", "priority", "outcome")
"""Columns with texts, in the order in which placeholders are numbered: the title's first."""

_COLUMNS = {"field": "string", "position": "int", **SPAN_COLUMNS}

FINDING_DDL = f"struct<{','.join(f'{name}:{kind}' for name, kind in _COLUMNS.items())}>"
"""``field`` is the column; ``position`` the index of the turn, or of the outcome's key or value, from 0."""

FINDING_TYPE = pa.struct([(name, arrow_type(kind)) for name, kind in _COLUMNS.items()])


def scrubbing(
    config: PiiConfig,
    key: ScrubKey | None,
    *,
    stage: str = "scrub",
    then: Callable[[pa.RecordBatch], pa.RecordBatch] = lambda batch: batch,
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``: builds one Scrubber per task, scrubs its batches, and applies ``then`` to the results.

    A conversation that fails is returned without text, with ``failed:STAGE:TYPE`` in ``pii_rejections``.
    """

    def scrub_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scrubber = Scrubber(config, key)

        def scrub(batch: pa.RecordBatch) -> pa.RecordBatch:
            return then(scrub_conversations(batch, scrubber))

        def without_text(row: pa.RecordBatch, reason: str) -> pa.RecordBatch:
            return with_rejection(scrub(emptied(row, (*TEXT_FIELDS, "known"))), reason)

        for batch in batches:
            yield from isolated(batch, scrub, without_text, stage=stage)

    return scrub_batches


def with_rejection(batch: pa.RecordBatch, reason: str) -> pa.RecordBatch:
    """The batch with ``reason`` as the only entry in ``pii_rejections``."""
    at = batch.schema.get_field_index("pii_rejections")
    reasons = pa.array([[reason]] * batch.num_rows, pa.list_(pa.string()))
    return batch.set_column(at, "pii_rejections", reasons)


def scrub_conversations(batch: pa.RecordBatch, scrubber: Scrubber) -> pa.RecordBatch:
    """Scrub a batch of one row per conversation; see the module's docstring for the columns."""
    with no_cycles():
        return _scrubbed(batch, scrubber)


def _scrubbed(batch: pa.RecordBatch, scrubber: Scrubber) -> pa.RecordBatch:
    slots = Slots(batch)
    result = scrubber.scrub(slots.batch)
    columns: dict[str, pa.Array] = {}
    for name in batch.schema.names:
        if name == "known":
            continue
        column = batch.column(name)
        columns[name] = slots.rebuilt(name, column, result) if name in TEXT_FIELDS else column
    findings = slots.findings_by_row(result)
    columns["pii_count"] = pc.list_value_length(findings)
    columns["pii_rejections"] = pa.array(
        [result.rejected.get(row, []) for row in range(batch.num_rows)], pa.list_(pa.string())
    )
    columns["pii_findings"] = findings
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


class Slots:
    """The batch's texts as a flat list by conversation, with their row, field and position."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        fields = [name for name in TEXT_FIELDS if name in batch.schema.names]
        texts: list[str] = []
        roles: list[str] = []
        rows: list[int] = []
        self.places: list[tuple[str, int]] = []
        self.index: dict[str, list[Any]] = {name: [] for name in fields}
        columns = {name: _texts(name, batch.column(name)) for name in fields}
        for row in range(batch.num_rows):
            for name in fields:
                entries = columns[name][row]
                if entries is None:
                    self.index[name].append(None)
                    continue
                here: list[int | None] = []
                for position, (role, text) in enumerate(entries):
                    if text is None:
                        here.append(None)
                        continue
                    here.append(len(texts))
                    texts.append(text)
                    roles.append(role)
                    rows.append(row)
                    self.places.append((name, position))
                self.index[name].append(here)
        known = (
            batch.column("known").to_pylist() if "known" in batch.schema.names else [None] * batch.num_rows
        )
        identities = [
            [Known(entry["kind"] or "", entry["value"]) for entry in row or () if entry and entry["value"]]
            for row in known
        ]
        self.batch = TextBatch(texts, rows, roles, identities)

    def rebuilt(self, name: str, column: pa.Array, result: ScrubResult) -> pa.Array:
        """The column with the scrubbed texts."""
        rows: list[list[str | None] | None] = [
            None if here is None else [None if slot is None else result.texts[slot] for slot in here]
            for here in self.index[name]
        ]
        if name == "turns":
            return _turns(column, rows)
        if name == "outcome":
            return pa.array(
                [
                    None if row is None else list(dict(zip(row[::2], row[1::2], strict=True)).items())
                    for row in rows
                ],
                pa.map_(pa.string(), pa.string()),
            )
        return pa.array([None if row is None else row[0] for row in rows], pa.string())

    def findings_by_row(self, result: ScrubResult) -> pa.ListArray:
        """The findings of each conversation: a list of FINDING_TYPE per row, in the order of its texts."""
        counts = np.zeros(len(self.batch.known), dtype=np.int32)
        for entry in result.replaced:
            counts[self.batch.conversation[entry.text]] += 1
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        texts, *spans = (
            zip(*result.replaced, strict=True) if result.replaced else [()] * len(Replaced._fields)
        )
        places = [self.places[text] for text in texts]
        values = ([field for field, _ in places], [position for _, position in places], *spans)
        structs = pa.StructArray.from_arrays(
            [pa.array(column, kind.type) for column, kind in zip(values, FINDING_TYPE, strict=True)],
            fields=list(FINDING_TYPE),
        )
        return pa.ListArray.from_arrays(pa.array(offsets), structs)


def _texts(name: str, column: pa.Array) -> list[list[tuple[str, str | None]] | None]:
    """A column's texts by row, with the speaker's role; a map gives key, value, key, value."""
    if name == "turns":
        return _turn_texts(column)
    if name == "outcome":
        return [
            None if row is None else [(FIELD, text) for entry in row for text in entry]
            for row in column.to_pylist()
        ]
    return [None if text is None else [(FIELD, text)] for text in column.to_pylist()]


def _turn_texts(column: pa.Array) -> list[list[tuple[str, str | None]] | None]:
    turns = column.flatten()
    pairs = list(zip(pc.fill_null(pc.struct_field(turns, "role"), "").to_pylist(), _text(turns), strict=True))
    lengths = pc.list_value_length(column).to_pylist()
    rows: list[list[tuple[str, str | None]] | None] = []
    at = 0
    for length in lengths:
        if length is None:
            rows.append(None)
            continue
        rows.append(pairs[at : at + length])
        at += length
    return rows


def _text(turns: pa.Array) -> list[str | None]:
    texts: list[str | None] = pc.struct_field(turns, "text").to_pylist()
    return texts


def _turns(column: pa.Array, rows: list[list[str | None] | None]) -> pa.Array:
    turns = column.flatten()
    texts = pa.array([text for row in rows if row is not None for text in row], pa.string())
    kept = {"role": pc.struct_field(turns, "role"), "text": texts, "at": pc.struct_field(turns, "at")}
    structs = pa.StructArray.from_arrays(list(kept.values()), names=list(kept))
    lengths = np.array([0 if row is None else len(row) for row in rows], dtype=np.int32)
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
    missing = pa.array([row is None for row in rows], pa.bool_())
    return pa.ListArray.from_arrays(offsets, structs, mask=missing)
