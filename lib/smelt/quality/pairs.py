"""The batch of pairs that rules look at."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pyarrow as pa

from smelt.quality.config import QualityConfig
from smelt.quality.texts import Texts


class Pairs:
    """A batch of question/answer pairs with all that a rule may ask of it.

    Built from a table with ``question`` and ``answer`` (string) and, where the source has them,
    ``language``, ``category`` (string) and ``outcome`` (map or struct of strings).
    """

    def __init__(self, table: pa.Table, config: QualityConfig) -> None:
        missing = sorted({"question", "answer"} - set(table.column_names))
        if missing:
            raise ValueError(f"pairs need the columns question and answer; missing: {', '.join(missing)}")
        self.config = config
        self.question = Texts(_strings(table, "question"))
        self.answer = Texts(_strings(table, "answer"))
        self.language = _strings(table, "language")
        self.category = _strings(table, "category")
        self.outcome = _outcomes(table)

    def __len__(self) -> int:
        return len(self.question)


def _strings(table: pa.Table, name: str) -> pl.Series:
    """Column ``name`` as strings; all null where the table has no such column."""
    if name not in table.column_names:
        return pl.Series(name, [None] * table.num_rows, dtype=pl.String)
    return pl.Series(name, table.column(name).cast(pa.string()))


def _outcomes(table: pa.Table) -> list[Mapping[str, str]]:
    if "outcome" not in table.column_names:
        return [{}] * table.num_rows
    return [dict(row) if row else {} for row in table.column("outcome").to_pylist()]
