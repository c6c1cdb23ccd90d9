"""References of a comparison: the release that the model was trained on, and the model's own first windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow.compute as pc
import pyarrow.dataset as ds
from numpy.typing import NDArray

from smelt.identity import stable_id
from smelt.monitor.measure import Counts, Windows
from smelt.monitor.rows import MISSING
from smelt.tables.without_spark import PlainTables

RELEASED = "gold.training_splits"
CATEGORIES = ("category", "language", "source")
HELD_FIELDS = ("question_chars", "category", "language", "latency_ms", "tokens_in", "tokens_out")
"""Fields whose share of missing values is checked."""


@dataclass(frozen=True)
class Reference:
    """One side of a comparison; ``categories`` and ``values`` exclude missing values."""

    name: str
    n: int
    digest: str
    categories: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    values: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    texts: Mapping[str, list[str]] = field(default_factory=dict)
    counts: Mapping[tuple[str, str], Counts] = field(default_factory=dict)
    present: Mapping[str, int] = field(default_factory=dict)


def of_release(tables: PlainTables, release: str, max_texts: int) -> Reference | None:
    """The rows of all splits of a release as a reference; None if the warehouse has none."""
    columns = ["example_id", "instruction", "output", "category", "language", "source"]
    rows = tables.read(RELEASED, columns, ds.field("release") == release)
    if not rows.num_rows:
        return None
    rows = rows.take(pc.sort_indices(rows["example_id"]))
    lengths = {
        name: np.asarray(pc.utf8_length(rows[column]).to_numpy(zero_copy_only=False), dtype=np.float64)
        for name, column in (("question_chars", "instruction"), ("answer_chars", "output"))
    }
    step = max(1, rows.num_rows // max_texts)
    texts = {
        name: list(dict.fromkeys(rows[column][::step].to_pylist()))[:max_texts]
        for name, column in (("question", "instruction"), ("answer", "output"))
    }
    counted = {
        name: {
            str(pair["values"]): int(pair["counts"])
            for pair in pc.value_counts(rows[name]).to_pylist()
            if pair["values"] is not None
        }
        for name in ("category", "language")
    }
    ids = stable_id(
        release, rows.num_rows, *rows["example_id"][:: max(1, rows.num_rows // 1_000)].to_pylist()
    )
    return Reference("release", rows.num_rows, ids, counted, lengths, texts)


def of_rows(windows: Windows, name: str, digest: str, *, max_texts: int = 0) -> Reference:
    """The rows of the view ``name`` as a reference: the baseline, or the window itself."""
    counts = windows.counts(name)
    categories = {
        column: {value: n for value, n in windows.categories(name, column).items() if value != MISSING}
        for column in CATEGORIES
    }
    values = {
        column: windows.values(name, column) for column in ("question_chars", "answer_chars", "latency_ms")
    }
    texts = {
        column: list(dict.fromkeys(windows.texts(name, column, max_texts)))
        for column in ("question", "answer")
        if max_texts
    }
    total = next(iter(counts.values()))["requests"] if counts else 0
    return Reference(
        "baseline", int(total), digest, categories, values, texts, counts, windows.present(name, HELD_FIELDS)
    )
