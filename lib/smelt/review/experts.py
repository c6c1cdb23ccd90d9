"""Selects cases for experts and assigns them by topic, measured ability and load."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from smelt.review.config import ExpertsConfig, ReviewConfig
from smelt.review.consensus import Ability, Consensus
from smelt.review.population import population
from smelt.review.summary import SampleAnswers, agreed, measured_abilities
from smelt.review.tasks import ReviewError, Task, annotator_name, task_id

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse


def cases(
    answers: SampleAnswers, outcome: Mapping[str, Consensus], config: ExpertsConfig
) -> dict[str, tuple[str, ...]]:
    """task_id -> reasons for asking an expert, for answered tasks without an expert's answer.

    ``disagreement``: the probability of the consensus is below ``min_probability``; ``low_score_accepted``: accepted
    with a composite below ``low_score``; ``privacy_doubt``: an annotator gave one of ``privacy_reasons``;
    ``policy_topic``: the category is one of ``topics``.
    """
    doubted = {
        review["task_id"]
        for review in answers.reviews
        if set(review["reasons"] or ()) & set(config.privacy_reasons)
    }
    seen = {review["example_id"] for review in answers.reviews if review["is_expert"]}
    asked = {task.example_id for task in answers.tasks.values() if task.part == "expert"}
    found = {}
    for key, each in outcome.items():
        task = answers.tasks[key]
        if task.part == "expert" or task.example_id in seen | asked:
            continue
        reasons = {
            "disagreement": each.probability < config.min_probability,
            "low_score_accepted": each.label == "accept"
            and task.composite is not None
            and task.composite < config.low_score,
            "privacy_doubt": key in doubted,
            "policy_topic": task.category in config.topics,
        }
        why = tuple(name for name, holds in reasons.items() if holds)
        if why:
            found[key] = why
    return found


def assign_experts(
    categories: Sequence[str | None], config: ExpertsConfig, ability: Mapping[str, Ability]
) -> list[str | None]:
    """An expert for each entry of ``categories``, or None if there is no suitable one.

    Experts for the category come before experts for all; among them the order is by least load, ability and name.
    Experts measured below ``min_ability`` get nothing.
    """
    fit = {
        person: topics
        for person, topics in sorted(config.people.items())
        if _measured(ability.get(annotator_name(person) or "")) >= config.min_ability
    }
    load: Counter[str] = Counter()
    chosen: list[str | None] = []
    for category in categories:
        knowing = [person for person, topics in fit.items() if category in topics]
        candidates = knowing or [person for person, topics in fit.items() if not topics]
        if not candidates:
            chosen.append(None)
            continue
        best = min(
            candidates, key=lambda who: (load[who], -_measured(ability.get(annotator_name(who) or "")), who)
        )
        load[best] += 1
        chosen.append(best)
    return chosen


def _measured(ability: Ability | None) -> float:
    """Share of right answers to gold items; 1 if not measured, as the configuration names the experts."""
    return ability.right / ability.answered if ability is not None and ability.answered else 1.0


def expert_tasks(
    warehouse: Warehouse, answers: SampleAnswers, config: ReviewConfig, *, run_id: str
) -> list[Task]:
    """New tasks of the part ``expert``, with texts, sorted by id; nothing is written.

    Raises ReviewError if there are cases but no configured experts.
    """
    found = cases(answers, agreed(answers), config.experts)
    if found and not config.experts.people:
        raise ReviewError(f"{len(found):,} cases need an expert, and review.experts.people names none")
    if not found:
        return []
    scope = next(iter(answers.tasks.values())).scope
    wanted = warehouse.spark.createDataFrame(
        [(answers.tasks[key].example_id,) for key in found], "example_id string"
    )
    rows = population(warehouse, scope).join(wanted, "example_id", "left_semi")
    texts = {
        row["example_id"]: row
        for row in rows.select(
            "example_id", "question", "answer", "text_hash", "base_hash",
            F.transform("context", lambda turn: F.struct(turn["role"], turn["text"])).alias("context"),
        ).collect()
    }  # fmt: skip
    now = dt.datetime.now(dt.UTC)
    keys = sorted(key for key in found if answers.tasks[key].example_id in texts)
    people = assign_experts(
        [answers.tasks[key].category for key in keys], config.experts, measured_abilities(answers)
    )
    made = []
    for key, person in zip(keys, people, strict=True):
        task = answers.tasks[key]
        row = texts[task.example_id]
        made.append(
            replace(
                task,
                task_id=task_id(task.sample, "expert", task.example_id),
                part="expert",
                stratum=None,
                stratum_rows=None,
                stratum_drawn=None,
                inclusion_probability=None,
                uncertain_because=found[key],
                overlap=1,
                assigned_to=(person,) if person else (),
                text_hash=row["text_hash"],
                base_hash=row["base_hash"],
                created_at=now,
                run_id=run_id,
                question=row["question"],
                answer=row["answer"],
                context=tuple((turn[0], turn[1]) for turn in row["context"]),
            )
        )
    return made
