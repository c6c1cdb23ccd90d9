"""Finds the training rows nearest to questions whose answers were rated wrong, as candidates for the cause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds

from smelt.errors import MissingExtra
from smelt.tables.contract import contract
from smelt.tables.without_spark import PlainTables

TABLE = "silver.feedback_neighbours"
NEAREST = 5
BATCH = 500


class Near(NamedTuple):
    """A training row (index ``row``) similar to a question (index ``query``)."""

    query: int
    row: int
    rank: int
    similarity: float


def nearest(questions: Sequence[str], trained: Sequence[str], count: int = NEAREST) -> list[Near]:
    """The ``count`` most similar of ``trained`` for each question, by TF-IDF cosine; none if no word is shared.

    The earlier row comes first in a tie. Raises MissingExtra.
    """
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        raise MissingExtra("scikit-learn", "monitor") from None
    if not questions or not trained:
        return []
    vectorizer = TfidfVectorizer(
        sublinear_tf=True, ngram_range=(1, 2), min_df=1, token_pattern=r"(?u)\b\w+\b"
    )
    try:
        rows = vectorizer.fit_transform(trained)
    except ValueError:  # no text has a word
        return []
    found = []
    for begin in range(0, len(questions), BATCH):
        likeness = (vectorizer.transform(questions[begin : begin + BATCH]) @ rows.T).toarray()
        best = np.argsort(-likeness, axis=1, kind="stable")[:, :count]
        for query, order in enumerate(best):
            found += [
                Near(begin + query, int(row), rank, min(1.0, float(likeness[query, row])))
                for rank, row in enumerate(order, 1)
                if likeness[query, row] > 0
            ]
    return found


def point_back(tables: PlainTables, *, run_id: str, now: dt.datetime) -> int:
    """Store the neighbours of answers that were rated wrong since the last call; returns the number of answers."""
    tables.create(TABLE)
    wrong = set(tables.read("silver.feedback", ["record_id"], ~ds.field("is_right"))["record_id"].to_pylist())
    wrong -= set(tables.read(TABLE, ["record_id"])["record_id"].to_pylist())
    if not wrong:
        return 0
    asked = tables.read(
        "silver.predictions", ["record_id", "release", "question"], ds.field("record_id").isin(sorted(wrong))
    ).to_pylist()
    done = 0
    for release in sorted({row["release"] for row in asked if row["release"]}):
        where = (ds.field("release") == release) & (ds.field("split") == "train")
        rows = sorted(
            tables.read("gold.training_splits", ["example_id", "instruction"], where).to_pylist(),
            key=lambda row: str(row["example_id"]),
        )
        own = [row for row in asked if row["release"] == release and row["question"]]
        near = nearest([row["question"] for row in own], [row["instruction"] for row in rows])
        values = [
            {
                "record_id": own[each.query]["record_id"], "example_id": rows[each.row]["example_id"],
                "release": release, "rank": each.rank, "similarity": each.similarity, "found_at": now, "run_id": run_id,
            }
            for each in near
        ]  # fmt: skip
        tables.append(TABLE, pa.Table.from_pylist(values, contract(TABLE).arrow_schema()))
        done += len({each.query for each in near})
    return done
