"""Matches answers with tasks: which answers count, and the resulting state of every task and answer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from smelt.review.answers import Answer
from smelt.review.tasks import DECISIONS, RATINGS, Task

LONG_AGO = dt.datetime(1, 1, 1, tzinfo=dt.UTC)

TASK_STATES = ("answered", "partly_answered", "stale", "skipped", "refused", "lost")
"""States of a task, exactly one each: enough answers; some; text changed since; skipped by all who saw it; only
answers that cannot be used; nothing returned."""

REFUSALS = (
    *("unknown_task", "text_altered", "no_annotator", "skipped", "draft", "empty", "unknown_decision"),
    *("unknown_reason", "rating_out_of_range", "no_correction", "answered_twice", "personal_data"),
)
"""Reasons for refusing an answer."""


class Kept(NamedTuple):
    """An answer that counts, with its task."""

    answer: Answer
    task: Task


class Reconciled(NamedTuple):
    """``kept`` answers; number ``refused`` by reason; ``places`` of some refused entries; number of ``tasks`` by
    state."""

    kept: list[Kept]
    refused: Counter[str]
    places: dict[str, list[str]]
    tasks: dict[str, int]


PLACES_SHOWN = 5


def problem_of(answer: Answer, task: Task | None, reasons: Collection[str]) -> str | None:
    """The reason for refusing an answer, one of REFUSALS, or None."""
    if task is None:
        return "unknown_task"
    if answer.state != "answered":
        return answer.state
    checks = {
        "text_altered": answer.content_hash not in (None, task.text_hash),
        "no_annotator": answer.annotator is None,
        "unknown_decision": answer.decision not in DECISIONS,
        "unknown_reason": not set(answer.reasons) <= set(reasons),
        "rating_out_of_range": answer.rating is not None and answer.rating not in RATINGS,
        "no_correction": answer.decision == "correct" and not (answer.question or answer.answer),
    }
    return next((name for name, is_wrong in checks.items() if is_wrong), None)


def reconcile(
    answers: Sequence[Answer],
    tasks: Mapping[str, Task],
    *,
    reasons: Collection[str],
    stale: Collection[str],
    answered_before: Mapping[str, Collection[str]],
    samples: Collection[str],
) -> Reconciled:
    """Match ``answers`` with ``tasks`` (by task_id) of ``samples``, those that the file belongs to.

    ``stale`` are task_ids whose pair changed since sampling: their answers are kept, and the caller marks them as
    stale. ``answered_before`` is task_id -> annotators of earlier imports. Of two answers of one annotator the newer
    one counts; without times, the later one in the file.
    """
    refused: Counter[str] = Counter()
    places: dict[str, list[str]] = {}
    seen: dict[str, set[str]] = {}
    latest: dict[tuple[str, str], Kept] = {}

    def refuse(reason: str, answer: Answer) -> None:
        refused[reason] += 1
        shown = places.setdefault(reason, [])
        if len(shown) < PLACES_SHOWN:
            shown.append(answer.where)
        if answer.task_id:
            seen.setdefault(answer.task_id, set()).add(
                "skipped" if reason in ("skipped", "draft", "empty") else "refused"
            )

    for answer in answers:
        task = tasks.get(answer.task_id or "")
        reason = problem_of(answer, task, reasons)
        if reason or task is None:
            refuse(reason or "unknown_task", answer)
            continue
        key = (task.task_id, str(answer.annotator))
        before = latest.get(key)
        if before is not None and (answer.at or LONG_AGO) < (before.answer.at or LONG_AGO):
            refuse("answered_twice", answer)
            continue
        if before is not None:
            refuse("answered_twice", before.answer)
        latest[key] = Kept(answer, task)
    people: dict[str, set[str]] = {task: set(names) for task, names in answered_before.items()}
    for task_id, annotator in latest:
        people.setdefault(task_id, set()).add(annotator)
    states = Counter(
        _state(task, people.get(task_id, set()), seen.get(task_id, set()), task_id in stale)
        for task_id, task in tasks.items()
        if task.sample in samples
    )
    return Reconciled(list(latest.values()), refused, places, {name: states[name] for name in TASK_STATES})


def _state(task: Task, people: set[str], seen: set[str], is_stale: bool) -> str:
    if people and is_stale:
        return "stale"
    if people:
        return "answered" if len(people) >= task.overlap else "partly_answered"
    if "refused" in seen:
        return "refused"
    return "skipped" if "skipped" in seen else "lost"
