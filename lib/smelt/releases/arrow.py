"""Training rows from Arrow batches, for the embedded engine: the columns of :mod:`smelt.releases.rows`, computed here.

As expressions of the engine they would be most of the time of a release: every column names the conversation again, and
all texts cross the border between engine and process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from smelt.tables.contract import contract

if TYPE_CHECKING:
    from smelt.releases.config import ReleaseConfig

TABLE = "gold.training_splits"
ROLES = pa.array(["assistant", "user", "system"])
_ASSISTANT, _USER, _SYSTEM = range(3)

Places = npt.NDArray[np.int64]


def training_batches(
    curated: Iterable[pa.RecordBatch], assigned: pa.Table, config: ReleaseConfig, *, release: str, run_id: str
) -> Iterator[pa.RecordBatch]:
    """Rows of gold.training_splits for those ``curated`` examples that ``assigned`` has, as from ``training_rows``.

    ``curated`` has the columns of gold.curated_examples, ``assigned`` example_id, group_id and split; origin is null.
    """
    schema = contract(TABLE).arrow_schema()
    assigned = assigned.combine_chunks()
    ids = assigned["example_id"].combine_chunks()
    for batch in curated:
        place = pc.index_in(batch["example_id"], value_set=ids)
        rows = batch.filter(place.is_valid())
        if not rows.num_rows:
            continue
        own = assigned.take(place.drop_null())
        columns = {name: rows[name] for name in rows.schema.names if name != "run_id"}
        columns |= {name: own[name].combine_chunks() for name in ("group_id", "split")}
        columns |= training_columns(
            rows, system_prompt=config.system_prompt, context_turns=config.context_turns
        )
        columns |= {
            name: pa.repeat(pa.scalar(value, pa.string()), rows.num_rows)
            for name, value in (("release", release), ("run_id", run_id), ("origin", None))
        }
        arrays = [columns[field.name].cast(field.type) for field in schema]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def training_columns(
    examples: pa.RecordBatch, *, system_prompt: str | None, context_turns: int
) -> dict[str, pa.Array]:
    """What :func:`smelt.releases.messages.add_training_columns` adds, for question, answer and context."""
    rows = examples.num_rows
    question, answer = (examples[name].cast(pa.string()) for name in ("question", "answer"))
    turns = _last_turns(examples["context"], context_turns)
    prompt = _prompt(turns, question, system_prompt)
    every = np.arange(rows)
    completion = _Spoken(every, pa.array(np.full(rows, _ASSISTANT)), answer)
    return {
        "prompt": _messages(prompt, rows),
        "completion": _messages(completion, rows),
        "messages": _messages(_joined([prompt, completion]), rows),
        "instruction": question,
        "input": _input(turns, rows),
        "output": answer,
    }


class _Spoken(NamedTuple):
    """Texts in the order of their rows: the row's number, the role (its place in ROLES, or its name), the text."""

    row: Places
    role: pa.Array
    text: pa.Array


def _last_turns(context: pa.Array, turns: int) -> _Spoken:
    """The last ``turns`` turns of every context; role is the turn's own word."""
    sizes = pc.list_value_length(context).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    values = context.flatten()
    row = np.repeat(np.arange(len(sizes)), sizes)
    from_end = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(row))
    kept = from_end <= turns
    chosen = values.filter(pa.array(kept))
    role, text = (pc.struct_field(chosen, name).cast(pa.string()) for name in ("role", "text"))
    return _Spoken(row[kept], role, text)


def _prompt(turns: _Spoken, question: pa.Array, system_prompt: str | None) -> _Spoken:
    """The turns and the question as messages: one for consecutive turns of one role, none of an assistant first."""
    rows = len(question)
    is_user = pc.equal(turns.role, "customer").fill_null(False).to_numpy(zero_copy_only=False)
    codes = pa.array(np.where(is_user, _USER, _ASSISTANT))
    asked = _Spoken(np.arange(rows), pa.array(np.full(rows, _USER)), question)
    said = _joined([_Spoken(turns.row, codes, turns.text), asked])
    role = said.role.to_numpy()
    begins = np.ones(len(role), dtype=np.bool_)
    begins[1:] = (np.diff(said.row) != 0) | (np.diff(role) != 0)
    starts = np.flatnonzero(begins)
    ends = np.append(starts, len(role)).astype(np.int32)
    texts = pc.binary_join(pa.ListArray.from_arrays(pa.array(ends), said.text), "\n")
    row, role = said.row[starts], role[starts]
    is_first = np.ones(len(row), dtype=np.bool_)
    is_first[1:] = np.diff(row) != 0
    kept = ~(is_first & (role == _ASSISTANT))
    spoken = _Spoken(row[kept], pa.array(role[kept]), texts.filter(pa.array(kept)))
    if not system_prompt:
        return spoken
    prompted = pa.repeat(pa.scalar(system_prompt), rows)
    return _joined([_Spoken(np.arange(rows), pa.array(np.full(rows, _SYSTEM)), prompted), spoken])


def _joined(parts: list[_Spoken]) -> _Spoken:
    """All texts, row by row, those of an earlier part first."""
    row = np.concatenate([part.row for part in parts])
    order = np.argsort(row, kind="stable")
    places = pa.array(order)
    role = pa.concat_arrays([part.role for part in parts]).take(places)
    return _Spoken(row[order], role, pa.concat_arrays([part.text for part in parts]).take(places))


def _messages(spoken: _Spoken, rows: int) -> pa.Array:
    fields = [ROLES.take(spoken.role), spoken.text]
    return pa.ListArray.from_arrays(
        _offsets(spoken.row, rows), pa.StructArray.from_arrays(fields, ["role", "content"])
    )


def _input(turns: _Spoken, rows: int) -> pa.Array:
    """A line per turn that has a role and a text: ``Customer: Hello``."""
    names = turns.role.dictionary_encode()
    titles = pa.array([_title(name) for name in names.dictionary.to_pylist()], pa.string())
    lines = pc.binary_join_element_wise(titles.take(names.indices), turns.text, ": ")
    held = lines.is_valid()
    row = turns.row[held.to_numpy(zero_copy_only=False)]
    return pc.binary_join(pa.ListArray.from_arrays(_offsets(row, rows), lines.filter(held)), "\n")


def _title(words: str) -> str:
    """Every word with a capital and small letters after it, as Spark's ``initcap`` writes it."""
    return " ".join(word[:1].upper() + word[1:].lower() for word in words.split(" "))


def _offsets(row: Places, rows: int) -> pa.Array:
    counts = np.bincount(row, minlength=rows)
    return pa.array(np.concatenate(([0], np.cumsum(counts))).astype(np.int32))
