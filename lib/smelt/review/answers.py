"""One answer from a file, independent of the tool; it is checked against its task later."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, NamedTuple

import orjson

from smelt.review.tasks import annotator_name

State = Literal["answered", "skipped", "draft", "empty"]

FIELDS = (
    "decision",
    "reasons",
    "rating",
    "right_category",
    "corrected_question",
    "corrected_answer",
    "comment",
)
"""Names of the questions to annotators, the same in every tool."""


class Answer(NamedTuple):
    """One annotator's answer to a task. ``where`` locates the entry in the file without quoting it."""

    task_id: str | None
    content_hash: str | None
    annotator: str | None
    state: State
    decision: str | None
    reasons: tuple[str, ...]
    rating: object
    right_category: str | None
    question: str | None
    answer: str | None
    comment: str | None
    seconds: float | None
    at: dt.datetime | None
    tool: str
    where: str


def made_of(
    values: dict[str, Any],
    *,
    task: object,
    content_hash: object,
    annotator: object,
    state: State,
    tool: str,
    where: str,
    seconds: object = None,
    at: object = None,
) -> Answer:
    """Make an answer from raw values, named as in FIELDS; missing ones are None.

    An answer without a decision is empty.
    """
    decision = one(values.get("decision"))
    if state == "answered" and decision is None:
        state = "empty"
    return Answer(
        task_id=_text(task),
        content_hash=_text(content_hash),
        annotator=annotator_name(annotator),
        state=state,
        decision=decision.casefold() if decision else None,
        reasons=tuple(dict.fromkeys(reason.casefold() for reason in many(values.get("reasons")))),
        rating=_rating(values.get("rating")),
        right_category=one(values.get("right_category")),
        question=one(values.get("corrected_question")),
        answer=one(values.get("corrected_answer")),
        comment=one(values.get("comment")),
        seconds=_number(seconds),
        at=moment(at),
        tool=tool,
        where=where,
    )


def many(value: Any) -> list[str]:
    """A tool's value as a list; Label Studio writes one choice as a string, several as {"choices": [...]}."""
    if value is None:
        return []
    if isinstance(value, str):
        stripped = value.strip()
        if stripped and stripped[0] in "[{" and stripped[-1:] in "]}":
            try:
                return many(orjson.loads(stripped))
            except orjson.JSONDecodeError:
                return [stripped]
        return [part.strip() for part in stripped.split(";") if part.strip()]
    if isinstance(value, dict):
        for key in ("choices", "text", "rating", "number", "value"):
            if key in value:
                return many(value[key])
        return []
    if isinstance(value, list | tuple):
        texts = (
            ([each.strip()] if each.strip() else []) if isinstance(each, str) else many(each)
            for each in value
        )
        return [text for found in texts for text in found]
    return [str(value)]


def one(value: Any) -> str | None:
    """A tool's value as one text, or None; semicolons and brackets in it are kept."""
    if isinstance(value, str):
        stripped = value.strip()
        if stripped.startswith(('{"', '["', '[{"')):
            found = many(stripped)
            return found[0] if found else None
        return stripped or None
    found = many(value)
    return found[0] if found else None


def moment(value: object) -> dt.datetime | None:
    """Parse a time in ISO 8601 (with Z or an offset, by default UTC); None if it is invalid."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        found = dt.datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _rating(value: Any) -> object:
    """The rating as an int if possible; otherwise unchanged, so that the error can be reported."""
    found = many(value)
    if not found:
        return None
    text = found[0]
    number = _number(text)
    return int(number) if number is not None and number == int(number) else text


def _number(value: object) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if found == found and abs(found) != float("inf") else None


def _text(value: object) -> str | None:
    text = "" if value is None else str(value).strip()
    return text or None
