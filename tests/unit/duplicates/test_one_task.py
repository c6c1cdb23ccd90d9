"""The comparison in one task reads batches one by one and keeps one signature for equal texts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.engine import find_duplicates
from smelt.duplicates.one_task import settle_batches
from smelt.duplicates.signing import sign
from smelt.duplicates.texts import compared_texts

CONFIG = DuplicatesConfig()
ANSWERS = (
    "You can reset the password in the settings of your account at any time you like.",
    "You can reset the password in the settings of your account at any time you want.",
    "We open at 9 in the morning on every weekday, and at 10 on Saturdays.",
    "The parcel left our store yesterday and should reach you by Friday evening.",
    "",
)


@given(st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=12), st.data())
def test_batches_give_what_all_examples_at_once_give(answers, data):
    count = len(answers)
    names = [f"e{number:02}" for number in range(count)]
    question = "How do I do that with my order?"
    signed = sign(
        pa.record_batch({"example_id": names, "record_id": names, "content_hash": names, "source": names,
                         "question": [question if answer else "" for answer in answers], "answer": answers}),
        CONFIG, np.empty(0, np.int64),
    )  # fmt: skip
    for name, kind in {"linked": pa.string(), "asked_at": pa.timestamp("us"), "score": pa.float64()}.items():
        signed = signed.append_column(name, pa.nulls(count, kind))
    signed = signed.filter(signed["text_hash"].is_valid())
    cuts = sorted(data.draw(st.lists(st.integers(0, signed.num_rows), max_size=3)))
    ends = [0, *cuts, signed.num_rows]
    batches = [signed.slice(start, end - start) for start, end in pairwise(ends)]
    found = settle_batches(batches, CONFIG) if signed.num_rows else None

    frame = {side: pl.Series(signed_side) for side, signed_side in (
        ("question", [question if answer else "" for answer in answers]), ("answer", answers))}  # fmt: skip
    texts = compared_texts(frame["question"], frame["answer"], CONFIG)
    plain = find_duplicates(texts, np.arange(count), CONFIG.near).drop_nulls("cluster_id")
    expected = {
        names[row["row"]]: (row["cluster_id"], row["kind"], names[row["kept_row"]])
        for row in plain.iter_rows(named=True)
    }
    rows = [] if found is None else found.to_pylist()
    assert {row["example_id"]: (row["cluster_id"], row["kind"], row["kept_id"]) for row in rows} == expected
