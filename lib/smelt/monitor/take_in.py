"""Imports logs into silver.predictions and silver.feedback, scrubbed, each entry once; bad entries are quarantined.

Requests are imported before feedback, so that feedback of the same run finds them; feedback whose request is missing
waits in quarantine and is retried by every run. A request keeps the day on which it was first seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds

from smelt.identity import fingerprint, pseudonym, stable_id
from smelt.monitor.config import MonitorConfig
from smelt.monitor.features import ROLES, flags, scrub
from smelt.monitor.feedback import FEEDBACK, PREDICTIONS, FeedbackTable
from smelt.monitor.logs.columns import Reason
from smelt.monitor.logs.config import LogConfig
from smelt.monitor.logs.parse import Parsed, Parser
from smelt.monitor.logs.read import entries, files_of
from smelt.monitor.quarantine import QUARANTINE, Books, Place, Quarantine
from smelt.monitor.refused import Refused
from smelt.pii.config import PiiConfig
from smelt.pii.keys import load_keys
from smelt.pii.scrubber import Scrubber
from smelt.tables.ledger import StageResult
from smelt.tables.without_spark import PlainTables

FILES = "ops.files"
WRITES = (PREDICTIONS, FEEDBACK, QUARANTINE, FILES)
STAGE = "predictions"
BATCH = 20_000
"""Entries processed, and scrubbed, at once."""


class Intake:
    """Imports the logs of one configuration."""

    def __init__(
        self, tables: PlainTables, config: MonitorConfig, pii: PiiConfig, *, run_id: str, now: dt.datetime
    ) -> None:
        self._tables, self._config, self._run_id, self._now = tables, config, run_id, now
        ring = load_keys(pii.key)
        self._scrubber = Scrubber(pii, ring.current)
        self._secret = ring.current.derive("pseudonym")
        self._refused = Refused.read(tables, ring)
        self._books = Books()
        self._feedback = FeedbackTable(tables, self._scrubber, config.labels, run_id=run_id, now=now)
        self._quarantine = Quarantine(tables, self._refused, self._books, run_id=run_id, now=now)

    def run(self) -> StageResult:
        """Import all new files of all logs; returns the ledger entries."""
        self._tables.create(*WRITES)
        for holds in ("predictions", "feedback"):
            for log in self._config.logs:
                if log.holds == holds:
                    self._log(log)
        return self._books.result()

    def _log(self, log: LogConfig) -> None:
        reading = fingerprint(log)
        seen = {
            (row["source_file"], row["modified_at"], row["bytes"], row["reading"])
            for row in self._tables.read(
                FILES,
                ["source_file", "modified_at", "bytes", "reading"],
                ds.field("source") == f"log:{log.name}",
            ).to_pylist()
        }
        if log.holds == "feedback":
            self._take(log, self._quarantine.waiting(log))
        for file in files_of(log.path, log.glob):
            stat = file.stat()
            mark = (
                stable_id(str(file.resolve())),
                dt.datetime.fromtimestamp(stat.st_mtime_ns // 1_000 / 1e6, dt.UTC),
                stat.st_size,
                reading,
            )
            if mark in seen:
                continue
            places = (Place(log, str(file), entry) for entry in entries(Path(file), log.format))
            self._take(log, places)
            row = (f"log:{log.name}", mark[0], stat.st_size, mark[1], reading, self._now, self._run_id)
            self._tables.append_rows(FILES, [row])

    def _take(self, log: LogConfig, places: Iterable[Place]) -> None:
        parser = Parser(
            log, now=self._now, ahead_s=self._config.max_clock_ahead_s, versions=self._config.models
        )
        stream: Iterator[Place] = iter(places)
        while batch := list(islice(stream, BATCH)):
            parsed: list[tuple[Place, Parsed]] = []
            for place in batch:
                if place.quarantine_id is None:
                    self._books.add(log.name, "in")
                if place.entry.fields is None:
                    self._quarantine.add([(place, place.entry.reasons)])
                    continue
                found = parser.parse(place.entry.fields)
                parsed.append((place, found))
            bad = [(place, found.reasons) for place, found in parsed if found.reasons]
            self._quarantine.add(bad)
            good = [(place, found) for place, found in parsed if not found.reasons]
            good = self._without_refused(log, good)
            if log.holds == "predictions":
                self._predictions(log, good)
            else:
                self._late_feedback(log, good)

    def _without_refused(
        self, log: LogConfig, good: list[tuple[Place, Parsed]]
    ) -> list[tuple[Place, Parsed]]:
        if not self._refused:
            return good
        kept = [(place, found) for place, found in good if not self._refused.is_refused(found.record_id)]
        if len(kept) < len(good):
            self._books.add(log.name, "rejected", "erased_on_request", len(good) - len(kept))
        return kept

    # -- requests ----------------------------------------------------------------------------------

    def _predictions(self, log: LogConfig, good: list[tuple[Place, Parsed]]) -> None:
        newest = {found.record_id: found for _, found in good}  # the last entry of a key is used
        if len(newest) < len(good):
            self._books.add(log.name, "rejected", "superseded_within_arrival", len(good) - len(newest))
        held = self._stored_hashes({found.at.date() for found in newest.values() if found.at})
        fresh = [found for key, found in newest.items() if held.get(str(key)) != found.content_hash]
        if len(fresh) < len(newest):
            self._books.add(log.name, "rejected", "unchanged", len(newest) - len(fresh))
        requests = [dict(found.values) for found in fresh]
        clean = scrub(requests, ROLES, self._scrubber)
        if clean.rejected:
            self._books.add(log.name, "rejected", "personal_data", len(clean.rejected))
        rows = self._rows(log, fresh, requests, clean)
        table = rows.to_arrow()
        is_new = [str(key) not in held for key in rows["record_id"]]
        self._tables.append(PREDICTIONS, table.filter(pa.array(is_new, pa.bool_())))
        self._tables.merge(PREDICTIONS, table.filter(pa.array([not each for each in is_new], pa.bool_())))
        self._books.add(log.name, "out", None, rows.height)
        kept = set(rows["record_id"])
        fresh_keys = {found.record_id for found in fresh}
        said = [
            (None, found)
            for found in newest.values()
            if found.feedback and (found.record_id in kept or found.record_id not in fresh_keys)
        ]
        answers = {
            key: (answer, at, customer)
            for key, answer, at, customer in rows.select(
                "record_id", "answer", "at", "customer_key"
            ).iter_rows()
        }
        missing = [str(found.record_id) for _, found in said if found.record_id not in answers]
        self._feedback.write(log.name, said, answers | self._feedback.answers(missing))

    def _stored_hashes(self, days: set[dt.date]) -> dict[str, str]:
        if not days:
            return {}
        rows = self._tables.read(
            PREDICTIONS, ["record_id", "content_hash"], ds.field("day").isin(sorted(days))
        )
        return dict(zip(rows["record_id"].to_pylist(), rows["content_hash"].to_pylist(), strict=True))

    def _rows(
        self, log: LogConfig, fresh: Sequence[Parsed], requests: Sequence[Mapping[str, Any]], clean: Any
    ) -> pl.DataFrame:
        kept = [number for number in range(len(fresh)) if number not in clean.rejected]
        answers = [clean.texts.get((number, "answer")) for number in kept]
        columns: dict[str, list[Any]] = {name: [] for name in _SCHEMA}
        for number in kept:
            found, request = fresh[number], requests[number]
            version = str(request["model_version"])
            model = self._config.models.get(version)
            question, answer = request["question"], request["answer"]
            values = {
                "record_id": found.record_id, "source": log.name, "day": found.at.date() if found.at else None,
                "at": found.at, "model_version": version, "release": model.release if model else None,
                "customer_key": pseudonym(self._secret, "customer", request["customer_id"]),
                "category": clean.texts.get((number, "category")), "language": _language(request["language"]),
                "question": clean.texts.get((number, "question")), "answer": clean.texts.get((number, "answer")),
                "question_chars": len(question) if question else None, "answer_chars": len(answer) if answer else None,
                "latency_ms": request["latency_ms"], "tokens_in": _whole(request["tokens_in"]),
                "tokens_out": _whole(request["tokens_out"]), "cost_usd": self._cost(version, request),
                "error": request["error"], "answer_pii": clean.spans.get((number, "answer"), 0),
                "content_hash": found.content_hash, "ingested_at": self._now, "run_id": self._run_id,
            }  # fmt: skip
            for name, value in values.items():
                columns[name].append(value)
        frame = pl.DataFrame({name: columns[name] for name in _SCHEMA}, schema=_SCHEMA)
        seen = flags(answers, columns["error"], self._config.refusals)
        return pl.concat([frame, seen], how="horizontal")

    def _cost(self, version: str, request: Mapping[str, Any]) -> float | None:
        if request["cost_usd"] is not None:
            return float(request["cost_usd"])
        price = self._config.prices.get(version)
        if price is None or request["tokens_in"] is None or request["tokens_out"] is None:
            return None
        return float(request["tokens_in"] * price.tokens_in + request["tokens_out"] * price.tokens_out) / 1e6

    # -- feedback ----------------------------------------------------------------------------------

    def _late_feedback(self, log: LogConfig, good: list[tuple[Place, Parsed]]) -> None:
        answers = self._feedback.answers([str(found.record_id) for _, found in good])
        unknown = [place for place, found in good if found.record_id not in answers]
        early = [
            place
            for place, found in good
            if found.record_id in answers and found.at and found.at < answers[str(found.record_id)][1]
        ]
        self._quarantine.add([(place, (Reason.UNKNOWN_PREDICTION.value,)) for place in unknown])
        self._quarantine.add([(place, (Reason.BEFORE_PREDICTION.value,)) for place in early])
        refused = {id(place) for place in (*unknown, *early)}
        known = [(place, found) for place, found in good if id(place) not in refused]
        self._feedback.write(log.name, known, answers)
        self._quarantine.release([place for place, _ in known])
        self._books.add(log.name, "out", None, len(known))


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _language(value: str | None) -> str | None:
    """The language subtag (two or three letters) of a language tag."""
    return value.replace("_", "-").split("-")[0].casefold()[:3] if value else None


_SCHEMA: dict[str, Any] = {
    "record_id": pl.String, "source": pl.String, "day": pl.Date, "at": pl.Datetime("us", "UTC"),
    "model_version": pl.String, "release": pl.String, "customer_key": pl.String, "category": pl.String,
    "language": pl.String, "question": pl.String, "answer": pl.String, "question_chars": pl.Int32,
    "answer_chars": pl.Int32, "latency_ms": pl.Float64, "tokens_in": pl.Int32, "tokens_out": pl.Int32,
    "cost_usd": pl.Float64, "error": pl.String, "answer_pii": pl.Int32, "content_hash": pl.String,
    "ingested_at": pl.Datetime("us", "UTC"), "run_id": pl.String,
}  # fmt: skip
