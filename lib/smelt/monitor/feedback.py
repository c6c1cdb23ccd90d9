"""Writes what users said about answers to silver.feedback: the newest of each kind per request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from rapidfuzz.distance import Levenshtein

from smelt.identity import stable_id
from smelt.monitor.config import LabelConfig
from smelt.monitor.features import scrub
from smelt.monitor.logs.parse import Parsed
from smelt.monitor.quarantine import Place
from smelt.pii.scrubber import Scrubber
from smelt.tables.contract import contract
from smelt.tables.without_spark import PlainTables

PREDICTIONS, FEEDBACK = "silver.predictions", "silver.feedback"

Answered = tuple[str | None, dt.datetime, str | None]
"""Answer, time and customer of a prediction."""


class FeedbackTable:
    """Writes silver.feedback; an edit is scrubbed and scored by its similarity to the answer."""

    def __init__(
        self,
        tables: PlainTables,
        scrubber: Scrubber,
        labels: LabelConfig,
        *,
        run_id: str,
        now: dt.datetime,
    ) -> None:
        self._tables, self._scrubber, self._labels = tables, scrubber, labels
        self._run_id, self._now = run_id, now

    def answers(self, keys: Sequence[str]) -> dict[str, Answered]:
        """record_id -> answer, time and customer of the existing predictions."""
        if not keys:
            return {}
        rows = self._tables.read(
            PREDICTIONS,
            ["record_id", "answer", "at", "customer_key"],
            ds.field("record_id").isin(sorted(set(keys))),
        )
        return {row["record_id"]: (row["answer"], row["at"], row["customer_key"]) for row in rows.to_pylist()}

    def write(
        self,
        log: str,
        said: Sequence[tuple[Place | None, Parsed]],
        answers: Mapping[str, Answered],
    ) -> None:
        """Write the feedback of the log named ``log`` that differs from the stored one and is not older.

        ``answers`` has the predictions of all that was ``said`` (:meth:`answers`).
        """
        found: dict[str, dict[str, Any]] = {}
        edits = [{"edited": each.text} for _, parsed in said for each in parsed.feedback if each.text]
        clean = scrub(edits, (("edited", "agent"),), self._scrubber)
        texts = iter(range(len(edits)))
        for _, parsed in said:
            answer, predicted_at, customer = answers[str(parsed.record_id)]
            for each in parsed.feedback:
                number = next(texts) if each.text else None
                if number is not None and number in clean.rejected:
                    continue
                text = None if number is None else clean.texts[(number, "edited")]
                score = each.score if each.score is not None else similarity(answer, text)
                row = {
                    "feedback_id": stable_id("feedback", parsed.record_id, each.kind), "record_id": parsed.record_id,
                    "source": log, "kind": each.kind, "score": score,
                    "is_right": score >= self._labels.mark(each.kind), "text": text, "customer_key": customer,
                    "at": parsed.at, "predicted_at": predicted_at,
                }  # fmt: skip
                row["content_hash"] = stable_id(each.kind, round(score, 9), text, parsed.at)
                key = str(row["feedback_id"])
                if key not in found or found[key]["at"] <= parsed.at:
                    found[key] = row
        if not found:
            return
        held = self._tables.read(
            FEEDBACK, ["feedback_id", "content_hash", "at"], ds.field("feedback_id").isin(sorted(found))
        ).to_pylist()
        old = {row["feedback_id"]: row for row in held}
        rows = [
            row | {"ingested_at": self._now, "run_id": self._run_id}
            for key, row in found.items()
            if key not in old
            or (old[key]["content_hash"] != row["content_hash"] and old[key]["at"] <= row["at"])
        ]
        schema = contract(FEEDBACK).arrow_schema()
        new = [row for row in rows if row["feedback_id"] not in old]
        self._tables.append(FEEDBACK, pa.Table.from_pylist(new, schema))
        self._tables.merge(
            FEEDBACK, pa.Table.from_pylist([row for row in rows if row["feedback_id"] in old], schema)
        )


def similarity(answer: str | None, edited: str | None) -> float:
    """Similarity of answer and edit in [0, 1]: 1 less the Levenshtein distance over the longer length."""
    return float(Levenshtein.normalized_similarity(answer or "", edited or ""))
