"""Training rows from Arrow batches equal those that are written down turn by turn."""

from __future__ import annotations

from itertools import groupby

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from smelt.releases.arrow import training_batches, training_columns
from smelt.releases.config import ReleaseConfig
from smelt.tables.contract import contract

CONTEXT = pa.list_(pa.struct([("role", pa.string()), ("text", pa.string())]))

turns = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["customer", "agent", "bot"]), "text": st.text(max_size=5)}
    ),
    max_size=5,
)
pairs = st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5), turns), max_size=6)


def plain(question, answer, context, system_prompt, context_turns):
    kept = context[-context_turns:] if context_turns else []
    said = [("user" if turn["role"] == "customer" else "assistant", turn["text"]) for turn in kept]
    said.append(("user", question))
    prompt = [
        {"role": role, "content": "\n".join(text for _, text in same)}
        for role, same in groupby(said, key=lambda message: message[0])
    ]
    if prompt[0]["role"] == "assistant":
        prompt = prompt[1:]
    if system_prompt:
        prompt = [{"role": "system", "content": system_prompt}, *prompt]
    completion = [{"role": "assistant", "content": answer}]
    return {
        "prompt": prompt,
        "completion": completion,
        "messages": prompt + completion,
        "instruction": question,
        "input": "\n".join(f"{turn['role'].capitalize()}: {turn['text']}" for turn in kept),
        "output": answer,
    }


@given(pairs, st.sampled_from([None, "Be kind."]), st.integers(0, 6))
def test_columns_are_those_of_the_plain_way(examples, system_prompt, context_turns):
    columns = [list(column) for column in zip(*examples, strict=True)] or [[], [], []]
    batch = pa.record_batch(
        [pa.array(columns[0], pa.string()), pa.array(columns[1], pa.string()), pa.array(columns[2], CONTEXT)],
        names=["question", "answer", "context"],
    )
    for part in (batch, batch.slice(1)):  # a slice keeps the offsets of the whole
        found = training_columns(part, system_prompt=system_prompt, context_turns=context_turns)
        rows = pa.table(found).to_pylist() if part.num_rows else []
        chosen = examples[len(examples) - part.num_rows :]
        assert rows == [plain(*each, system_prompt, context_turns) for each in chosen]


def test_only_assigned_examples_become_rows_with_their_group_and_split():
    schema = contract("gold.curated_examples").arrow_schema()
    fixed = {"composite": 0.5, "context": [], "category": None, "asked_at": None}
    rows = [
        {field.name: fixed.get(field.name, f"{field.name} {number}") for field in schema}
        for number in range(3)
    ]
    assigned = pa.table(
        {
            "example_id": ["example_id 2", "example_id 0"],
            "group_id": ["g2", "g0"],
            "split": ["test", "train"],
        }
    )
    batches = pa.Table.from_pylist(rows, schema).to_batches(max_chunksize=2)

    made = training_batches(batches, assigned, ReleaseConfig(), release="r1", run_id="now")
    found = pa.Table.from_batches(made).to_pylist()

    assert [(row["example_id"], row["group_id"], row["split"]) for row in found] == [
        ("example_id 0", "g0", "train"),
        ("example_id 2", "g2", "test"),
    ]
    assert {row["release"] for row in found} == {"r1"}
    assert {row["run_id"] for row in found} == {"now"}
    assert [row["origin"] for row in found] == [None, None]
    assert found[1]["messages"] == [
        {"role": "user", "content": "question 2"},
        {"role": "assistant", "content": "answer 2"},
    ]
