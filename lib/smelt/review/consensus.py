"""Consensus of annotators: by Dawid and Skene's model if there are enough answers, else by weighted votes."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from smelt.errors import MissingExtra
from smelt.review.agreement import Rating

Method = Literal["dawid_skene", "vote"]

PRIOR_RIGHT, PRIOR_WRONG = 4.0, 1.0
"""Beta prior of an annotator's ability: right in four of five."""

MIN_TASKS = 30
"""Least tasks with two or more answers for fitting one confusion matrix per annotator."""

ITERATIONS = 100


class Consensus(NamedTuple):
    """The most probable label of a task with its probability, from ``votes`` answers."""

    label: str
    probability: float
    votes: int
    method: Method


class Ability(NamedTuple):
    """An annotator's results on gold items: ``right`` of ``answered``; ``estimate`` includes the prior, in (0, 1)."""

    answered: int
    right: int

    @property
    def estimate(self) -> float:
        """Posterior mean of the share of right answers, with a Beta(4, 1) prior."""
        return (self.right + PRIOR_RIGHT) / (self.answered + PRIOR_RIGHT + PRIOR_WRONG)


def abilities(ratings: Sequence[Rating], expected: Mapping[str, str]) -> dict[str, Ability]:
    """Annotator -> ability, for all annotators, from the tasks in ``expected`` (task -> right label)."""
    answered: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for rating in ratings:
        answered[rating.annotator] += rating.task in expected
        right[rating.annotator] += expected.get(rating.task) == rating.label
    return {who: Ability(answered[who], right[who]) for who in sorted(answered)}


def consensus(
    ratings: Sequence[Rating],
    labels: Sequence[str],
    *,
    expected: Mapping[str, str] | None = None,
) -> dict[str, Consensus]:
    """Task -> consensus over ``labels``, ordered from accept to reject; in a tie the later one is chosen.

    ``expected`` (task -> right label) are the gold items, with which the model is fitted and votes are weighted.
    """
    known = expected or {}
    by: dict[str, list[Rating]] = defaultdict(list)
    for rating in sorted(ratings, key=lambda each: (each.task, each.annotator)):
        by[rating.task].append(rating)
    overlapping = sum(1 for answers in by.values() if len(answers) >= 2)
    voted = _votes(by, labels, abilities(ratings, known))
    if overlapping < MIN_TASKS or len({rating.annotator for rating in ratings}) < 2:
        return voted
    chances = _dawid_skene(by, labels, known, voted)
    return {task: _best(chances[task], labels, len(by[task]), "dawid_skene") for task in by}


def _best(chances: Mapping[str, float], labels: Sequence[str], votes: int, method: Method) -> Consensus:
    order = {label: place for place, label in enumerate(labels)}
    label = max(chances, key=lambda each: (round(chances[each], 9), order[each]))
    return Consensus(label, min(1.0, float(chances[label])), votes, method)


def _votes(
    by: Mapping[str, Sequence[Rating]], labels: Sequence[str], known: Mapping[str, Ability]
) -> dict[str, Consensus]:
    """Consensus by votes, if each annotator is right with their ability and all wrong labels are equally likely."""
    wrong = max(len(labels) - 1, 1)
    found = {}
    for task, answers in by.items():
        logs = dict.fromkeys(labels, 0.0)
        for answer in answers:
            right = known[answer.annotator].estimate
            for label in labels:
                logs[label] += math.log(right if label == answer.label else (1 - right) / wrong)
        highest = max(logs.values())
        weights = {label: math.exp(value - highest) for label, value in logs.items()}
        total = sum(weights.values())
        chances = {label: weight / total for label, weight in weights.items()}
        found[task] = _best(chances, labels, len(answers), "vote")
    return found


def _dawid_skene(
    by: Mapping[str, Sequence[Rating]],
    labels: Sequence[str],
    known: Mapping[str, str],
    voted: Mapping[str, Consensus],
) -> dict[str, dict[str, float]]:
    try:
        import pandas as pd
        from crowdkit.aggregation.classification.dawid_skene import DawidSkene
    except ImportError:
        raise MissingExtra("crowd-kit", "review") from None
    rows = [
        (rating.task, rating.annotator, str(rating.label)) for answers in by.values() for rating in answers
    ]
    data = pd.DataFrame(rows, columns=["task", "worker", "label"])
    gold = {task: label for task, label in known.items() if task in by}
    used = set(data["label"])
    truths = pd.Series({task: label for task, label in gold.items() if label in used}, dtype=object)
    model = DawidSkene(n_iter=ITERATIONS, tol=1e-5)
    chances = (
        model.fit_predict_proba(data, true_labels=truths) if len(truths) else model.fit_predict_proba(data)
    )
    found: dict[str, dict[str, float]] = {}
    names = [str(name) for name in chances.columns]
    for task, values in zip(chances.index, chances.to_numpy(), strict=True):
        found[str(task)] = dict.fromkeys(labels, 0.0) | dict(zip(names, map(float, values), strict=True))
    for task, outcome in voted.items():  # if the model fails, the vote is used
        if any(math.isnan(value) for value in found[task].values()):
            found[task] = {label: float(label == outcome.label) for label in labels}
    return found
