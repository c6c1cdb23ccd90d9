from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from smelt.duplicates.config import DuplicatesConfig, SemanticConfig
from smelt.duplicates.one_task import settle_batches
from smelt.duplicates.semantic import Meaning, hyperplane_buckets
from smelt.duplicates.signing import sign
from smelt.embeddings import load_model, model_digest
from smelt.errors import ConfigError

CONFIG = SemanticConfig(enabled=True, model="model")


def unit_vectors(*angles):
    """Vectors in a plane of a space of 16 dimensions, at these angles in degrees."""
    base = np.linalg.qr(np.random.default_rng(3).standard_normal((16, 2)))[0]
    turned = np.radians(angles)
    return np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32) @ base.T.astype(np.float32)


def meaning_of(vectors, threshold=0.95):
    return Meaning(vectors, hyperplane_buckets(vectors, CONFIG), threshold)


@pytest.mark.parametrize("hot", [2, 64], ids=["blocks", "pairs"])
def test_vectors_at_a_small_angle_mean_the_same(hot):
    found = meaning_of(unit_vectors(0, 10, 90, 95, 180)).edges(hot)
    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert pairs == {(0, 1), (2, 3)}
    assert sorted(set(found.similarity.round(4))) == [0.9848, 0.9962]


def test_pairs_share_a_bucket_as_often_as_the_formula_says():
    draw = np.random.default_rng(1)
    one = draw.standard_normal((400, 64))
    one /= np.linalg.norm(one, axis=1, keepdims=True)
    side = draw.standard_normal((400, 64))
    side -= (side * one).sum(axis=1, keepdims=True) * one
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    for cosine in (0.95, 0.8):
        other = cosine * one + np.sqrt(1 - cosine**2) * side
        a, b = (hyperplane_buckets(v.astype(np.float32), CONFIG) for v in (one, other))
        expected = 1 - (1 - (1 - np.arccos(cosine) / np.pi) ** CONFIG.planes) ** CONFIG.tables
        assert (a == b).any(axis=1).mean() == pytest.approx(expected, abs=0.06)


def test_other_words_of_the_same_meaning_are_semantic_and_other_facts_are_kept():
    answers = [
        "You can reset it in the settings of your account.",
        "Go to your account preferences to choose a new one.",
        "Go to your account preferences to choose a new one!",
        "We open at 9 in the morning on every weekday.",
        "From 10 in the morning onwards we welcome you daily.",
        "Something else entirely, about parcels.",
    ]
    angles = [0, 8, 8, 90, 95, 180]
    config = DuplicatesConfig(semantic=CONFIG)
    names = [f"e{i}" for i in range(6)]
    batch = sign(
        pa.record_batch({"example_id": names, "record_id": names, "content_hash": names, "source": names,
                         "question": ["How?"] * 6, "answer": answers}), config, np.empty(0, np.int64)
    )  # fmt: skip
    vectors = unit_vectors(*angles)
    for name, values in {
        "linked": pa.nulls(6, pa.string()), "asked_at": pa.nulls(6, pa.timestamp("us")),
        "score": pa.nulls(6, pa.float64()),
        "vector": pa.array(vectors.tolist(), pa.list_(pa.float32())),
        "buckets": pa.array(hyperplane_buckets(vectors, CONFIG).tolist(), pa.list_(pa.int64())),
    }.items():  # fmt: skip
        batch = batch.append_column(name, values)
    found = pl.DataFrame(settle_batches([batch.slice(0, 2), batch.slice(2)], config))
    rows = {row["example_id"]: row for row in found.iter_rows(named=True)}
    assert sorted(rows) == ["e0", "e1", "e2", "e3", "e4"]
    assert [rows[f"e{i}"]["kind"] for i in range(3)] == ["semantic"] * 3
    assert [rows[f"e{i}"]["kept_id"] for i in range(5)] == ["e0", "e0", "e0", "e3", "e4"]
    assert rows["e1"]["similarity"] == pytest.approx(np.cos(np.radians(8)), abs=1e-4)
    assert rows["e3"]["cluster_id"] == rows["e4"]["cluster_id"]


def test_a_model_is_known_by_its_files(tmp_path):
    for name, content in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "weights").write_bytes(content)
    one, same, other = (model_digest(str(tmp_path / name)) for name in "abc")
    assert one == same != other


def test_a_missing_model_is_said_before_anything_is_loaded(tmp_path):
    with pytest.raises(ConfigError, match="is no folder"):
        load_model(str(tmp_path / "none"))
