"""The functions that run in Spark's tasks, over Arrow batches as Spark gives them, without Spark."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from smelt.duplicates.config import DuplicatesConfig, NearConfig
from smelt.duplicates.engine import bands_of, find_duplicates
from smelt.duplicates.graph import arrow_components
from smelt.duplicates.partitions import kept_function, pairs_function, stars_function, verify_function
from smelt.duplicates.texts import whole_texts

CONFIG = DuplicatesConfig()


def corpus():
    draw = random.Random(5)
    words = [f"w{i}" for i in range(300)]
    bases = [draw.choices(words, k=30) for _ in range(12)]
    texts = []
    for _ in range(90):
        edited = list(draw.choice(bases))
        for _ in range(draw.choice((0, 1, 1, 2))):
            edited[draw.randrange(30)] = draw.choice(words)
        texts.append(" ".join(edited))
    return list(dict.fromkeys(texts))


def rows(batches):
    return [row for batch in batches for row in batch.to_pylist()]


def batches(columns, size=7):
    return pa.table(columns).to_batches(max_chunksize=size)


@pytest.mark.parametrize("hot", [3, 64], ids=["hot buckets", "all pairs"])
def test_the_steps_of_a_distributed_run_give_what_one_process_gives(hot):
    near = NearConfig(hot_bucket=hot)
    texts = corpus()
    compared = whole_texts(pl.Series(texts), CONFIG)
    sets, names = compared.shingles(near), compared.hashes()
    arrays = {
        name: sets.hashes[sets.offsets[i] : sets.offsets[i + 1]].view(np.int32).tolist()
        for i, name in enumerate(names)
    }
    bands = bands_of(sets, near)
    slots = {"bucket": bands.ravel(), "key": np.repeat(np.arange(len(texts)), bands.shape[1])}
    doubled = {name: pa.array(np.tile(values, 2)) for name, values in slots.items()}
    found = rows(pairs_function(hot)(batches(doubled)))
    pairs = [(names[row["a"]], names[row["b"]]) for row in found if row["b"] is not None]
    assert len(set(pairs)) == len(pairs)
    verified = rows(
        verify_function(0.7)(
            batches(
                {
                    "a": [a for a, _ in pairs], "b": [b for _, b in pairs],
                    "a_shingles": pa.array([arrays[a] for a, _ in pairs], pa.list_(pa.int32())),
                    "b_shingles": pa.array([arrays[b] for _, b in pairs], pa.list_(pa.int32())),
                }
            )
        )
    )  # fmt: skip
    members = sorted((row["bucket"], names[row["a"]]) for row in found if row["b"] is None)
    assert bool(members) == (hot == 3)
    if members:
        hot_rows = {
            "bucket": [bucket for bucket, _ in members], "text_hash": [name for _, name in members],
            "shingles": pa.array([arrays[name] for _, name in members], pa.list_(pa.int32())),
        }  # fmt: skip
        verified += rows(stars_function(near)(batches(hot_rows)))
    linked = rows(
        arrow_components(batches({"a": [e["a"] for e in verified], "b": [e["b"] for e in verified]}))
    )
    clusters = {row["node"]: row["component"] for row in linked}

    expected = find_duplicates(compared, np.arange(len(texts)), near)
    assert [clusters.get(name) for name in names] == expected["cluster_id"].to_list()

    ordered = sorted((clusters[name], row, name) for row, name in enumerate(names) if name in clusters)
    statements = compared.statements(near).take(np.array([row for _, row, _ in ordered], dtype=np.int64))
    given = {
        "cluster_id": [cluster for cluster, _, _ in ordered], "text_hash": [name for _, _, name in ordered],
        "shingles": pa.array([arrays[name] for _, _, name in ordered], pa.list_(pa.int32())),
        "facts": pa.array(statements.facts),
        "words": pa.ListArray.from_arrays(
            pa.array(statements.words.offsets, pa.int32()), pa.array(statements.words.hashes.view(np.int32))
        ),
    }  # fmt: skip
    kept = {row["text_hash"]: row for row in rows(kept_function(0.7)(batches(given)))}
    for name, similarity, kept_row in zip(names, expected["similarity"], expected["kept_row"], strict=True):
        if name in kept:
            assert kept[name]["similarity"] == similarity
            assert kept[name]["kept_text"] == names[kept_row]


def test_empty_partitions_give_nothing():
    empty = pa.RecordBatch.from_pylist([], pa.schema([("bucket", pa.int64()), ("key", pa.int64())]))
    for function in (pairs_function(8), stars_function(NearConfig()), kept_function(0.7), arrow_components):
        assert list(function([])) == []
    assert list(pairs_function(8)([empty])) == []
