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
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from smelt.isolate import emptied, isolated
from smelt.pii.cache import no_cycles
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey
from smelt.pii.result import SPAN_COLUMNS, Replaced, ScrubResult, arrow_type
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import FIELD, Known, TextBatch

Integers = npt.NDArray[np.int64]

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
    """For ``mapInArrow``: scrubs its batches by one Scrubber per process, and applies ``then`` to the results.

    A conversation that fails is returned without text, with ``failed:STAGE:TYPE`` in ``pii_rejections``.
    """

    def scrub_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scrubber = kept_scrubber(config, key)

        def scrub(batch: pa.RecordBatch) -> pa.RecordBatch:
            return then(scrub_conversations(batch, scrubber))

        def without_text(row: pa.RecordBatch, reason: str) -> pa.RecordBatch:
            return with_rejection(scrub(emptied(row, (*TEXT_FIELDS, "known"))), reason)

        for batch in batches:
            yield from isolated(batch, scrub, without_text, stage=stage)

    return scrub_batches


def kept_scrubber(config: PiiConfig, key: ScrubKey | None) -> Scrubber:
    """This process' Scrubber of a configuration and key, for functions that are called for one piece after another.

    Texts repeat from piece to piece, and a Scrubber that is done with is freed by a full garbage collection only.
    """
    return _kept(config.model_dump_json(), key)


@lru_cache(maxsize=1)
def _kept(settings: str, key: ScrubKey | None) -> Scrubber:
    return Scrubber(PiiConfig.model_validate_json(settings), key)


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
    """The batch's texts as a flat list by conversation, with their field and position.

    A place is one entry of a text column, also a missing one; places are ordered by row, then field, then position.
    """

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.fields = [name for name in TEXT_FIELDS if name in batch.schema.names]
        columns = [_texts(name, batch.column(name)) for name in self.fields]
        lengths = np.array([column.lengths for column in columns], np.int64).reshape(
            len(columns), batch.num_rows
        )
        places = int(lengths.sum())
        begins = (np.cumsum(lengths.T) - lengths.T.ravel()).reshape(batch.num_rows, len(columns)).T
        texts = np.empty(places, object)
        roles = np.full(places, FIELD, object)
        self._field = np.zeros(places, np.int32)
        self._position = np.zeros(places, np.int32)
        self._lengths = dict(zip(self.fields, lengths, strict=True))
        self._places: dict[str, Integers] = {}
        for number, (name, column) in enumerate(zip(self.fields, columns, strict=True)):
            held = lengths[number]
            inside = np.arange(len(column.texts)) - np.repeat(np.cumsum(held) - held, held)
            at = self._places[name] = np.repeat(begins[number], held) + inside
            texts[at] = column.texts
            if column.roles:
                roles[at] = column.roles
            self._field[at] = number
            self._position[at] = inside
        rows = np.repeat(np.arange(batch.num_rows), lengths.sum(axis=0))
        self._given = np.flatnonzero([text is not None for text in texts])
        self._rows = rows[self._given]
        self.batch = TextBatch(
            texts[self._given].tolist(),
            self._rows.tolist(),
            roles[self._given].tolist(),
            _identities(batch.column("known")) if "known" in batch.schema.names else [()] * batch.num_rows,
        )

    def place(self, text: int) -> tuple[str, int]:
        """The field of a text of :attr:`batch`, and its position there."""
        place = self._given[text]
        return self.fields[self._field[place]], int(self._position[place])

    def rebuilt(self, name: str, column: pa.Array, result: ScrubResult) -> pa.Array:
        """The column with the scrubbed texts."""
        every = np.empty(len(self._field), object)
        every[self._given] = result.texts
        texts = every[self._places[name]].tolist()
        if name == "turns":
            return _turns(column, texts, self._lengths[name])
        missing = column.is_null().to_pylist()
        if name == "outcome":
            ends = np.cumsum(self._lengths[name]).tolist()
            rows = [texts[start:end] for start, end in pairwise([0, *ends])]
            return pa.array(
                [
                    None if is_missing else list(dict(zip(row[::2], row[1::2], strict=True)).items())
                    for row, is_missing in zip(rows, missing, strict=True)
                ],
                pa.map_(pa.string(), pa.string()),
            )
        following = iter(texts)
        return pa.array([None if is_missing else next(following) for is_missing in missing], pa.string())

    def findings_by_row(self, result: ScrubResult) -> pa.ListArray:
        """The findings of each conversation: a list of FINDING_TYPE per row, in the order of its texts."""
        numbers, *spans = (
            zip(*result.replaced, strict=True) if result.replaced else [()] * len(Replaced._fields)
        )
        texts = np.array(numbers, np.int64)
        places = self._given[texts]
        counts = np.bincount(self._rows[texts], minlength=len(self.batch.known))
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        names = pa.array(self.fields, pa.string()).take(pa.array(self._field[places]))
        structs = pa.StructArray.from_arrays(
            [
                names,
                *(
                    pa.array(column, kind.type)
                    for column, kind in zip(
                        (self._position[places], *spans), list(FINDING_TYPE)[1:], strict=True
                    )
                ),
            ],
            fields=list(FINDING_TYPE),
        )
        return pa.ListArray.from_arrays(pa.array(offsets), structs)


class _Column(NamedTuple):
    """A column's texts one after the other, the number of each row, and the speakers' roles if they are turns."""

    texts: list[str | None]
    lengths: Integers
    roles: list[str] | None = None


def _texts(name: str, column: pa.Array) -> _Column:
    """The texts of a column; a map gives key, value, key, value."""
    if name == "turns":
        turns = column.flatten()
        roles = pc.fill_null(pc.struct_field(turns, "role"), "").to_pylist()
        return _Column(pc.struct_field(turns, "text").to_pylist(), _list_lengths(column), roles)
    if name == "outcome":
        rows = [row or () for row in column.to_pylist()]
        return _Column(
            [text for row in rows for entry in row for text in entry],
            np.array([2 * len(row) for row in rows], np.int64),
        )
    return _Column(column.drop_null().to_pylist(), column.is_valid().to_numpy(zero_copy_only=False))


def _list_lengths(column: pa.Array) -> Integers:
    """The number of entries of each row, 0 if the list is missing."""
    lengths: Integers = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    return lengths


def _identities(column: pa.Array) -> list[list[Known]]:
    entries = column.flatten()
    kinds = pc.fill_null(pc.struct_field(entries, "kind"), "").to_pylist()
    values = pc.struct_field(entries, "value").to_pylist()
    ends = np.cumsum(_list_lengths(column)).tolist()
    return [
        [Known(kind, value) for kind, value in zip(kinds[start:end], values[start:end], strict=True) if value]
        for start, end in pairwise([0, *ends])
    ]


def _turns(column: pa.Array, texts: list[str | None], lengths: Integers) -> pa.Array:
    turns = column.flatten()
    kept = {
        "role": pc.struct_field(turns, "role"),
        "text": pa.array(texts, pa.string()),
        "at": pc.struct_field(turns, "at"),
    }
    structs = pa.StructArray.from_arrays(list(kept.values()), names=list(kept))
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
    return pa.ListArray.from_arrays(offsets, structs, mask=column.is_null())
