"""Builders of tasks and answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from smelt.identity import stable_id
from smelt.review.answers import Answer
from smelt.review.tasks import Task, task_id, text_hash

NOW = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)


def a_task(key: str = "1", **changed: Any) -> Task:
    question, answer = f"How do I reset password {key}?", f"Open settings; choose reset {key}."
    example = stable_id("example", key)
    task = Task(
        task_id=task_id("pilot", "pair", example), sample="pilot", scope="curated", part="representative",
        example_id=example, record_id=stable_id("record", key), source="mail", category="account", stratum="s",
        stratum_rows=100, stratum_drawn=10, inclusion_probability=0.1, composite=0.8, is_accepted=True,
        uncertain_because=(), expected=None, overlap=2, assigned_to=(), text_hash=text_hash(question, answer),
        base_hash=text_hash(question, answer), created_at=NOW, run_id="r1", question=question, answer=answer,
        context=(("customer", "Hello"),),
    )  # fmt: skip
    return replace(task, **changed)


def an_answer(
    task: Task, annotator: str | None = "ann", decision: str | None = "accept", **changed: Any
) -> Answer:
    answer = Answer(
        task_id=task.task_id, content_hash=task.text_hash, annotator=annotator, state="answered", decision=decision,
        reasons=(), rating=None, right_category=None, question=None, answer=None, comment=None, seconds=None,
        at=NOW, tool="csv", where="row 1",
    )  # fmt: skip
    return answer._replace(**changed)
