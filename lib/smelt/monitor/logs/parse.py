"""Parses a log entry into a prediction and feedback, or returns every reason why that is not possible."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from smelt.identity import record_id, stable_id
from smelt.intake.paths import getter
from smelt.intake.times import FutureTime, time_parser
from smelt.monitor.logs.columns import FEEDBACK, FEEDBACK_KINDS, PREDICTION, SHAPES, Reason
from smelt.monitor.logs.config import LogConfig

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_UP = frozenset(
    {"up", "thumbs_up", "thumbs-up", "+1", "positive", "like", "good", "yes", "true", "accept", "👍"}
)
_DOWN = frozenset(
    {"down", "thumbs_down", "thumbs-down", "-1", "negative", "dislike", "bad", "no", "false", "reject", "👎"}
)
_NOT_A_CLASS = re.compile(r"[^A-Za-z0-9_.]")
_DURATION = re.compile(r"([0-9.]+)s")


class Said(NamedTuple):
    """One kind of feedback: ``score`` in [0, 1], None for an edit, which is scored later; ``text`` is the
    correction."""

    kind: str
    score: float | None
    text: str | None


class Parsed(NamedTuple):
    """A parsed entry. ``values`` are the fields of a request, empty for feedback; ``reasons`` why it is refused."""

    record_id: str | None
    at: dt.datetime | None
    values: Mapping[str, Any]
    feedback: tuple[Said, ...]
    reasons: tuple[str, ...]
    content_hash: str


class Parser:
    """Reads entries of one log."""

    def __init__(
        self, log: LogConfig, *, now: dt.datetime, ahead_s: float, versions: Collection[str]
    ) -> None:
        """``versions`` are the known model versions; empty: all are accepted."""
        self._log, self._versions = log, frozenset(versions)
        self._time = time_parser(log.time_zone, log.time_formats, now + dt.timedelta(seconds=ahead_s))
        shape = SHAPES[log.shape]
        names = {*PREDICTION, *FEEDBACK, "latency_s"}
        self._getters: dict[str, list[Callable[[Mapping[str, Any]], Any]]] = {
            name: [getter(path) for path in log.mapping.get(name, shape.get(name, (name,)))] for name in names
        }

    def parse(self, fields: Mapping[str, Any]) -> Parsed:
        """The entry's prediction and feedback, or the reasons for refusing it."""
        reasons: list[str] = []
        key = self._text(fields, "key")
        if key is None:
            reasons.append(Reason.MISSING_KEY.value)
        at = self._moment(fields, reasons)
        is_feedback = self._log.holds == "feedback"
        said = self._feedback(fields, reasons)
        if is_feedback and not said and Reason.BAD_FEEDBACK.value not in reasons:
            reasons.append(Reason.NO_FEEDBACK.value)
        values = {} if is_feedback else self._prediction(fields, reasons)
        owner = self._log.of if is_feedback else self._log.name
        return Parsed(
            None if key is None else record_id(f"log:{owner}", key),
            at,
            values,
            said,
            tuple(dict.fromkeys(reasons)),
            stable_id(at, *(f"{name}={value}" for name, value in sorted(values.items()))),
        )

    def _get(self, fields: Mapping[str, Any], name: str) -> Any:
        for get in self._getters[name]:
            value = get(fields)
            if value is not None and value != "":
                return value
        return self._log.defaults.get(name)

    def _text(self, fields: Mapping[str, Any], name: str) -> str | None:
        value = self._get(fields, name)
        if value is None:
            return None
        if isinstance(value, str) and name in ("question", "answer") and self._log.shape == "mlflow":
            value = _opened(value)
        if isinstance(value, list | dict):
            value = message_of(value, "user" if name == "question" else "assistant")
        text = str(value).strip()
        return text or None

    def _moment(self, fields: Mapping[str, Any], reasons: list[str]) -> dt.datetime | None:
        try:
            value = self._get(fields, "at")
            if isinstance(value, str) and re.fullmatch(r"\d{9,19}(\.\d+)?", value):
                value = float(value)  # seconds since the epoch in a CSV
            micros = self._time(value)
        except FutureTime:
            reasons.append(Reason.TIME_IN_FUTURE.value)
            return None
        except ValueError:
            reasons.append(Reason.BAD_TIME.value)
            return None
        if micros is None:
            reasons.append(Reason.MISSING_TIME.value)
            return None
        return _EPOCH + dt.timedelta(microseconds=micros)

    def _prediction(self, fields: Mapping[str, Any], reasons: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {
            name: self._text(fields, name)
            for name in ("model_version", "customer_id", "category", "language", "question", "answer")
        }
        if found["model_version"] is None:
            reasons.append(Reason.MISSING_VERSION.value)
        elif self._versions and found["model_version"] not in self._versions:
            reasons.append(Reason.UNKNOWN_VERSION.value)
        error = self._text(fields, "error")
        found["error"] = (
            None if error is None else _NOT_A_CLASS.sub("", error.split(":")[0].split(" ")[0])[:60] or "error"
        )
        latency = self._number(fields, "latency_ms", reasons)
        if latency is None:
            seconds = self._number(fields, "latency_s", reasons)
            latency = None if seconds is None else seconds * 1_000
        if latency is not None and latency < 0:
            reasons.append(Reason.NEGATIVE_LATENCY.value)
        found["latency_ms"] = latency
        for name in ("tokens_in", "tokens_out", "cost_usd"):
            value = self._number(fields, name, reasons)
            if value is not None and value < 0:
                reasons.append(Reason.BAD_NUMBER.value)
            found[name] = value
        return found

    def _number(self, fields: Mapping[str, Any], name: str, reasons: list[str]) -> float | None:
        value = self._get(fields, name)
        if value is None:
            return None
        duration = _DURATION.fullmatch(value) if isinstance(value, str) else None  # a protobuf Duration
        try:
            number = float(duration[1] if duration else value)
        except (TypeError, ValueError):
            number = math.nan
        if isinstance(value, bool) or not math.isfinite(number):
            reasons.append(Reason.BAD_NUMBER.value)
            return None
        return number

    def _feedback(self, fields: Mapping[str, Any], reasons: list[str]) -> tuple[Said, ...]:
        found = []
        for kind in FEEDBACK_KINDS:
            value = self._get(fields, kind)
            if value is None:
                continue
            said = feedback(kind, value)
            if said is None:
                reasons.append(Reason.BAD_FEEDBACK.value)
            else:
                found.append(said)
        return tuple(found)


def feedback(kind: str, value: Any) -> Said | None:
    """The feedback in a value, or None if the value is unknown.

    rating: up or down, or stars from 1 to 5; csat: 1 to 5; reopened: yes is bad; correct: yes or no; review: accept
    (1), correct (0.5) or reject (0); edited: the answer as it was sent, whose similarity to the model's is scored
    later.
    """
    word = str(value).strip().casefold()
    if kind == "edited":
        return Said(kind, None, str(value).strip()) if word else None
    if kind == "review":
        scores = {"accept": 1.0, "correct": 0.5 - 1e-9, "reject": 0.0}
        return Said(kind, scores[word], None) if word in scores else None
    is_yes_or_no = word in _UP or word in _DOWN or word in ("1", "0", "1.0", "0.0")
    if kind in ("correct", "reopened") and is_yes_or_no:
        is_yes = word in _UP or word in ("1", "1.0")
        return Said(kind, float(is_yes != (kind == "reopened")), None)
    if kind == "rating" and (word in _UP or word in _DOWN):
        return Said(kind, float(word in _UP), None)
    if kind in ("rating", "csat"):
        try:
            stars = float(word)
        except ValueError:
            return None
        return Said(kind, (stars - 1) / 4, None) if 1 <= stars <= 5 else None
    return None


def _opened(value: str) -> Any:
    """The value decoded if it is JSON, else as it is; traces store requests and responses as JSON text."""
    if value[:1] not in ("{", "[", '"'):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def message_of(value: Any, role: str) -> str | None:
    """The text of the last message of ``role`` in a list of messages, an object with such a list, or one message."""
    if isinstance(value, Mapping):
        for name in ("messages", "input", "choices", "output"):
            if isinstance(value.get(name), list):
                return message_of(value[name], role)
        inside = value.get("message", value)
        content = inside.get("content") if isinstance(inside, Mapping) else None
        if content is None and "text" in value:
            content = value["text"]
        return (
            content
            if isinstance(content, str)
            else message_of(content, role)
            if content
            else json.dumps(value)
        )
    if not isinstance(value, list):
        return None
    asked = [each for each in value if isinstance(each, Mapping) and each.get("role", role) == role]
    parts = asked if any("role" in each for each in asked) else value
    texts = [each if isinstance(each, str) else message_of(each, role) for each in parts]
    known = [text for text in texts if text]
    return known[-1] if known else None
