"""ops.model_requests: every request to a model, before it is sent and after it was answered; hashes, no text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from smelt.augment.model.config import ModelConfig
from smelt.augment.model.writing import Asked, Request
from smelt.tables.contract import contract

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse

REQUESTS = "ops.model_requests"
NOT_ASKED = "not_asked"
"""Outcome of a request that was not sent because a limit was reached."""


class RequestLog:
    """Reads and writes the requests to one server."""

    def __init__(self, warehouse: Warehouse, config: ModelConfig, *, run_id: str) -> None:
        self._warehouse, self._config, self._run_id = warehouse, config, run_id

    def batches(self, *, are_open: bool) -> list[str]:
        """Ids of this server's batches: with ``are_open`` those not read yet, else those read."""
        columns = ("batch_id", "server", "outcome")
        rows = [
            row
            for row in self._warehouse.collect(REQUESTS, *columns)
            if row["batch_id"] and row["server"] == self._config.url
        ]
        waiting = {row["batch_id"] for row in rows if row["outcome"] is None}
        return sorted(waiting if are_open else {row["batch_id"] for row in rows} - waiting)

    def of_batch(self, batch: str) -> list[dict[str, Any]]:
        """The requests of a batch that have no outcome yet: request_hash, example_id, record_id."""
        columns = ("request_hash", "example_id", "record_id", "batch_id", "outcome")
        rows = self._warehouse.collect(REQUESTS, *columns)
        return [row for row in rows if row["batch_id"] == batch and row["outcome"] is None]

    def note_sent(self, requests: Sequence[Request], batch: str | None) -> None:
        """Record requests before they are sent; ``batch`` is None for requests outside a batch."""
        self._merge([(request, batch, None, 0, 0) for request in requests])

    def note_outcomes(
        self, requests: Sequence[Request], batch: str | None, asked: Mapping[str, Asked]
    ) -> None:
        """Record what became of requests; ``asked`` is request hash -> result, NOT_ASKED for those without one."""
        found = []
        for request in requests:
            each = asked.get(request.request_hash)
            outcome = each.outcome if each else NOT_ASKED
            tokens = (each.tokens_in, each.tokens_out) if each else (0, 0)
            found.append((request, batch, outcome, *tokens))
        self._merge(found)

    def _merge(self, rows: Sequence[tuple[Request, str | None, str | None, int, int]]) -> None:
        if not rows:
            return
        now = dt.datetime.now(dt.UTC)
        values = {
            request.request_hash: (
                request.request_hash, request.parent["example_id"], request.parent["record_id"],
                self._config.url, self._config.name, batch, now, outcome, tokens_in, tokens_out, self._run_id,
            )
            for request, batch, outcome, tokens_in, tokens_out in rows
        }  # fmt: skip
        frame = self._warehouse.spark.createDataFrame(list(values.values()), contract(REQUESTS).ddl())
        self._warehouse.merge(REQUESTS, frame)
