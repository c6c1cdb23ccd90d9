"""Simulates annotators, to try the whole review without people; writes a Label Studio export."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from smelt.identity import stable_id
from smelt.review.config import ReviewConfig
from smelt.review.tasks import DECISIONS, Task

ADDED = "Please write to us again if this does not help."
"""Sentence that a simulated correction appends to the answer."""


def truth_of(task: Task, seed: str) -> str:
    """The right decision of a task: that of a gold item; else by hash, with more rejections at low scores."""
    if task.expected:
        return task.expected
    draw = int(stable_id(seed, "truth", task.example_id)[:8], 16) / 2**32
    score = task.composite if task.composite is not None else 0.5
    if draw < 0.6 * (1 - score) + 0.05:
        return "reject"
    return "correct" if draw > 0.97 else "accept"


def simulate(
    tasks: Sequence[Task],
    path: Path,
    config: ReviewConfig,
    *,
    people: int = 2,
    ability: float = 0.9,
    seed: str = "smelt",
    texts: Mapping[str, str] | None = None,
) -> int:
    """Write ``path``, a Label Studio JSON export with ``people`` answers per task; returns the number of answers.

    Each annotator is right with probability ``ability`` and otherwise gives one of the other decisions at random; one
    task in fifty is skipped. A correction is the task's answer (``texts`` has it by example_id where the task has none)
    with a sentence more. The same tasks and seed give the same file.
    """
    entries = []
    answers = 0
    for number, task in enumerate(sorted(tasks, key=lambda each: each.task_id), start=1):
        truth = truth_of(task, seed)
        annotations = []
        for person in range(1, people + 1):
            answer = task.answer or (texts or {}).get(task.example_id, "")
            chance = random.Random(stable_id(seed, person, task.task_id))
            skipped = chance.random() < 0.02
            others = [decision for decision in DECISIONS if decision != truth]
            decision = truth if chance.random() < ability else chance.choice(others)
            annotations.append(
                {
                    "id": number * 100 + person,
                    "completed_by": person,
                    "result": [] if skipped else _result(decision, answer, chance, config),
                    "was_cancelled": skipped,
                    "created_at": f"2026-01-05T09:{number % 60:02d}:00.000000Z",
                    "updated_at": f"2026-01-05T09:{number % 60:02d}:30.000000Z",
                    "lead_time": round(chance.uniform(5, 60), 2),
                }
            )
            answers += not skipped
        data = {"task_id": task.task_id, "content_hash": task.text_hash, "sample": task.sample}
        entries.append({"id": number, "data": data, "annotations": annotations, "predictions": []})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(entries))
    return answers


def _result(
    decision: str, answer: str, chance: random.Random, config: ReviewConfig
) -> list[dict[str, object]]:
    def part(name: str, kind: str, value: dict[str, object]) -> dict[str, object]:
        return {"from_name": name, "to_name": "answer", "type": kind, "value": value}

    rating = {"accept": 4, "correct": 3, "reject": 1}[decision] + chance.randint(0, 1)
    found = [
        part("decision", "choices", {"choices": [decision]}),
        part("rating", "rating", {"rating": rating}),
    ]
    if decision == "reject":
        found.append(part("reasons", "choices", {"choices": [chance.choice(config.reasons)]}))
    if decision == "correct":
        found.append(
            part(
                "corrected_answer",
                "textarea",
                {"text": [f"{answer} {ADDED}".strip()]},
            )
        )
    return found
