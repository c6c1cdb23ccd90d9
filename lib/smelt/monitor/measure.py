"""Aggregates the rows of windows with SQL (DuckDB) over the Delta tables, all segments in one pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from smelt.errors import MissingExtra
from smelt.monitor.config import MonitorConfig
from smelt.monitor.rows import MISSING, OTHER, WHOLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smelt.tables.without_spark import PlainTables

Counts = Mapping[str, Any]

_HELD = (
    *("record_id", "source", "day", "at", "model_version", "category", "language", "answer_hash"),
    *(
        "question_chars",
        "answer_chars",
        "latency_ms",
        "tokens_in",
        "tokens_out",
        "cost_usd",
        "error",
        "is_empty",
    ),
    *("is_refusal", "is_repetitive", "answer_pii", "content_hash"),
)
"""Columns kept in memory: all but texts and customer keys."""

COUNTED = """
  count(*) AS requests,
  count(*) FILTER (error IS NOT NULL) AS errors,
  count(*) FILTER (is_empty) AS empty,
  count(*) FILTER (is_refusal) AS refusals,
  count(*) FILTER (is_repetitive) AS repetitive,
  count(*) FILTER (answer_pii > 0) AS with_pii,
  count(answer_hash) AS answered,
  count(answer_hash) - count(DISTINCT answer_hash) AS repeated,
  count(latency_ms) AS timed,
  quantile_cont(latency_ms, [0.5, 0.95, 0.99]) AS latency,
  avg(answer_chars) AS answer_chars,
  stddev_samp(answer_chars) AS answer_chars_spread,
  count(answer_chars) AS with_answer,
  sum(tokens_in) AS tokens_in, sum(tokens_out) AS tokens_out,
  sum(cost_usd) AS cost_usd, count(cost_usd) AS priced,
  count(is_right) AS labelled,
  count(*) FILTER (is_right) AS hits,
  count(kept) AS edited, avg(kept) AS kept,
  count(reopened) AS closed, count(*) FILTER (reopened < 0.5) AS reopened,
  count(csat) AS surveyed, avg(csat) AS csat
"""


class Windows:
    """The rows of some windows in DuckDB, with queries over them."""

    def __init__(self, tables: PlainTables, config: MonitorConfig, since: dt.datetime | None = None) -> None:
        """Load the rows from ``since`` (UTC) on. Raises MissingExtra without DuckDB."""
        try:
            import duckdb
        except ImportError:
            raise MissingExtra("duckdb", "monitor") from None
        self._config = config
        self._spans: list[dict[str, Any]] | None = None
        self._db = duckdb.connect(":memory:")
        self._db.execute("SET TimeZone = 'UTC'")
        self._predictions = tables.dataset("silver.predictions")
        self._db.register("held", self._predictions)
        self._db.register("said", tables.dataset("silver.feedback"))
        order = ", ".join(f"('{kind}', {number})" for number, kind in enumerate(config.labels.order))
        day = "" if since is None else f"WHERE day >= DATE '{since.date()}'"
        at = "" if since is None else f"WHERE predicted_at >= TIMESTAMPTZ '{since.isoformat()}'"
        self._db.execute(
            f"""CREATE TEMP TABLE labels AS
            SELECT record_id, arg_min(is_right, position) FILTER (position IS NOT NULL) AS is_right,
                   max(score) FILTER (kind = 'edited') AS kept, max(score) FILTER (kind = 'reopened') AS reopened,
                   max(score) FILTER (kind = 'csat') AS csat, bit_xor(hash(feedback_id, content_hash)) AS said_hash
            FROM said LEFT JOIN (VALUES {order}) o(kind, position) USING (kind) {at} GROUP BY record_id"""
        )
        columns = ", ".join(f'h."{name}"' for name in _HELD)
        inner = ", ".join(f'"{name}"' for name in _HELD)
        self._db.execute(
            f"""CREATE TEMP TABLE rows AS
            SELECT {columns}, date_trunc('{config.window}', h."at") AS w,
                   l.is_right, l.kept, l.reopened, l.csat, l.said_hash
            FROM (SELECT {inner} FROM held {day}) h LEFT JOIN labels l USING (record_id)"""
        )

    def spans(self) -> list[dict[str, Any]]:
        """One entry per window, in order of time: model_version, w (its start), rows, first, last and digest."""
        return self._ask(
            """SELECT model_version, w, count(*) AS rows, min("at") AS first, max("at") AS last,
                      bit_xor(hash(record_id, content_hash, is_right, said_hash))::VARCHAR AS digest
               FROM rows GROUP BY model_version, w ORDER BY w, model_version"""
        )

    def spans_once(self) -> list[dict[str, Any]]:
        """The result of :meth:`spans`, cached."""
        if self._spans is None:
            self._spans = self.spans()
        return self._spans

    def choose(self, version: str, starts: Sequence[dt.datetime], name: str) -> None:
        """Create the view ``name``: rows of a version in the windows that begin at ``starts``, with segment columns."""
        moments = ", ".join(f"TIMESTAMPTZ '{start.isoformat()}'" for start in starts) or "NULL"
        segments = ", ".join(f"coalesce({each}, '{MISSING}') AS {each}_" for each in self._config.dimensions)
        self._db.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT *{',' if segments else ''} {segments} FROM rows"
            f" WHERE model_version = {_quoted(version)} AND w IN ({moments})"
        )

    def counts(self, name: str) -> dict[tuple[str, str], Counts]:
        """(dimension, segment) -> the aggregates COUNTED over the view ``name``; (all, all) is the whole."""
        found: dict[tuple[str, str], Counts] = {}
        for row in self._ask(f"SELECT {COUNTED} FROM {name}"):
            found[(WHOLE, WHOLE)] = row
        for dimension in self._config.dimensions:
            most = f"ORDER BY count(*) DESC, 1 LIMIT {self._config.drift.max_segments}"
            largest = f"SELECT {dimension}_ FROM {name} GROUP BY 1 {most}"
            name_of = f"if({dimension}_ IN ({largest}), {dimension}_, '{OTHER}')"
            asked = f"SELECT {name_of} AS segment, {COUNTED} FROM {name} GROUP BY 1"
            for row in self._ask(asked):
                found[(dimension, row["segment"])] = row
        return found

    def categories(self, name: str, column: str) -> dict[str, int]:
        """Value of a column -> number of rows; null counts as MISSING."""
        asked = (
            f"SELECT coalesce({column}, '{MISSING}') AS v, count(*) AS n FROM {name} GROUP BY 1 ORDER BY 1"
        )
        return {row["v"]: row["n"] for row in self._ask(asked)}

    def values(self, name: str, column: str) -> NDArray[np.float64]:
        """The values of a numeric column that are not null."""
        import numpy as np

        found = self._db.execute(f"SELECT {column} AS v FROM {name} WHERE {column} IS NOT NULL").fetchnumpy()
        return np.asarray(found["v"], dtype=np.float64)

    def present(self, name: str, columns: Iterable[str]) -> dict[str, int]:
        """Column -> number of rows in which it is not null."""
        asked = ", ".join(f"count({column}) AS {column}" for column in columns)
        return {key: int(value) for key, value in self._ask(f"SELECT {asked} FROM {name}")[0].items()}

    def texts(self, name: str, column: str, limit: int) -> list[str]:
        """At most ``limit`` texts of the rows, sampled by hash, so that a rerun gets the same."""
        days = [row["day"] for row in self._ask(f"SELECT DISTINCT day FROM {name}")]
        if not days:
            return []
        drawn = f"SELECT record_id FROM {name} ORDER BY hash(record_id), record_id LIMIT {int(limit * 1.2)}"
        between = ", ".join(f"DATE '{day}'" for day in days)
        asked = (
            f"SELECT h.{column} AS v FROM (SELECT record_id, {column} FROM held WHERE day IN ({between})) h"
            f" SEMI JOIN ({drawn}) d USING (record_id) WHERE h.{column} IS NOT NULL"
            " ORDER BY hash(h.record_id), h.record_id"
            f" LIMIT {limit}"
        )
        return [row["v"] for row in self._ask(asked)]

    def _ask(self, query: str) -> list[dict[str, Any]]:
        answer = self._db.execute(query)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
