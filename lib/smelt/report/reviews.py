"""The reviewed samples, for the report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from smelt.report.data import ReviewLine
from smelt.review.agreement import alpha
from smelt.review.effect import VERDICTS
from smelt.review.summary import SampleAnswers, outcomes, rates
from smelt.review.tasks import DECISIONS, from_row
from smelt.review.tasks import TABLE as TASKS
from smelt.review.verdicts import read_reviews
from smelt.tables.contract import contract

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse


def review_lines(warehouse: Warehouse) -> list[ReviewLine]:
    """One line per answered sample, in the order of drawing."""
    reviews = read_reviews(warehouse)
    if not reviews:
        return []
    tasks = [from_row(row) for row in warehouse.collect(TASKS, *contract(TASKS).column_names)]
    verdicts = {
        row["example_id"]: row["decision"]
        for row in warehouse.collect(VERDICTS, "example_id", "decision", "is_effective")
        if row["is_effective"]
    }
    drawn: dict[str, SampleAnswers] = {}
    for task in sorted(tasks, key=lambda each: (each.created_at, each.sample)):
        drawn.setdefault(task.sample, SampleAnswers({}, [])).tasks[task.task_id] = task
    for review in reviews:
        if review["sample"] in drawn:
            drawn[review["sample"]].reviews.append(review)
    return [_line(name, sample, verdicts) for name, sample in drawn.items() if sample.reviews]


def _line(name: str, sample: SampleAnswers, verdicts: dict[str, str]) -> ReviewLine:
    agreed = alpha(sample.ratings(), DECISIONS)
    accepted = rates(outcomes(sample))[0][3]
    examples = {task.example_id for task in sample.tasks.values()}
    decided = Counter(verdicts[example] for example in examples & verdicts.keys())
    return ReviewLine(
        sample=name,
        scope=next(iter(sample.tasks.values())).scope,
        tasks=len(sample.tasks),
        answers=len(sample.reviews),
        people=len({review["annotator"] for review in sample.reviews}),
        alpha=agreed.value,
        alpha_interval=_both(agreed.low, agreed.high),
        accepted=accepted.value,
        accepted_interval=_both(accepted.low, accepted.high),
        rejected=decided["reject"],
        corrected=decided["correct"],
    )


def _both(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)
