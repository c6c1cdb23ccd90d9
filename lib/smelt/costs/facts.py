"""Reads the facts for a choice from the tables: rows and tokens of the newest release, accuracy in production."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from smelt.identity import stable_id
from smelt.tables.contract import contract
from smelt.tables.without_spark import PlainTables

CHARACTERS_A_TOKEN = 4.0
"""Characters per token of English text in usual vocabularies; ``smelt train --check`` counts tokens exactly."""

ESTIMATES = "gold.cost_estimates"


class Known(NamedTuple):
    """Facts from the tables; None for what is not there."""

    release: str | None
    rows: int
    train_tokens: float | None
    accuracy: float | None


def known(tables: PlainTables) -> Known:
    """Facts of the newest release that was not dropped, and the latest measured accuracy."""
    made = tables.read("gold.releases", ["release", "created_at", "dropped_at"]).to_pylist()
    made = [row for row in made if row["dropped_at"] is None]
    accuracy = _accuracy(tables)
    if not made:
        return Known(None, 0, None, accuracy)
    release = max(made, key=lambda row: (row["created_at"], row["release"]))["release"]
    where = (ds.field("release") == release) & (ds.field("split") == "train")
    rows = tables.read("gold.training_splits", ["instruction", "input", "output"], where)
    characters = sum(pc.sum(pc.utf8_length(rows[name])).as_py() or 0 for name in rows.column_names)
    return Known(release, rows.num_rows, characters / CHARACTERS_A_TOKEN or None, accuracy)


def keep(
    tables: PlainTables,
    found: Known,
    estimate: dict[str, Any],
    recommended: str,
    *,
    run_id: str,
    now: dt.datetime,
) -> None:
    """Store an estimate in gold.cost_estimates unless the same one is there already."""
    text = json.dumps(estimate, sort_keys=True)
    key = stable_id("estimate", found.release, text, recommended)
    card = estimate["accelerator"]
    row = (
        key, found.release, card["name"], card["usd_per_hour"], card["retrieved"], estimate["cheapest"], recommended,
        text, now, run_id,
    )  # fmt: skip
    schema = contract(ESTIMATES).arrow_schema()
    rows = pa.Table.from_pylist([dict(zip(schema.names, row, strict=True))], schema)
    if not tables.read(ESTIMATES, ["estimate_id"], ds.field("estimate_id") == key).num_rows:
        tables.append(ESTIMATES, rows)


def _accuracy(tables: PlainTables) -> float | None:
    where = (
        (ds.field("measure") == "accuracy")
        & (ds.field("dimension") == "all")
        & (ds.field("family") == "quality")
    )
    rows = tables.read("gold.monitoring", ["window_start", "value"], where).to_pylist()
    rows = [row for row in rows if row["value"] is not None]
    return max(rows, key=lambda row: row["window_start"])["value"] if rows else None
