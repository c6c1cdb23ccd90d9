"""Measures of one system on the test rows: scores with intervals, by category, and as a classifier."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smelt.tuning.answers.generate import Answer, Likelihood
from smelt.tuning.evaluation.collapse import collapse
from smelt.tuning.evaluation.intervals import difference, estimate, resampled_weights
from smelt.tuning.evaluation.scores import SCORES, corpus_bleu, normal, scores_of

OTHER = "(another answer)"
MACRO = ("accuracy", "precision", "recall", "f1")


@dataclass(frozen=True)
class TestRow:
    """A test row with the reference answer."""

    __test__ = False  # not a test class for pytest, despite its name

    example_id: str
    question: str
    reference: str
    category: str
    group: str


@dataclass
class SystemResult:
    """Answers, scores and likelihoods of one system by row."""

    name: str
    answers: list[Answer]
    scores: dict[str, list[float]] = field(default_factory=dict)
    likelihoods: list[Likelihood] | None = None
    seconds: float = 0.0

    def report(self, rows: Sequence[TestRow], labels: frozenset[str], resamples: int) -> dict[str, Any]:
        """All measures of this system."""
        groups = [row.group for row in rows]
        by_category: dict[str, dict[str, Any]] = {}
        for name in sorted({row.category for row in rows}):
            at = [number for number, row in enumerate(rows) if row.category == name]
            by_category[name] = {
                score: estimate(
                    [values[n] for n in at], [groups[n] for n in at], resamples=resamples
                ).as_dict()
                for score, values in self.scores.items()
            }
        whole = corpus_bleu([answer.text for answer in self.answers], [row.reference for row in rows])
        found: dict[str, Any] = {
            "scores": {
                score: estimate(values, groups, resamples=resamples).as_dict()
                for score, values in self.scores.items()
            },
            "corpus_bleu": {"score": whole.score, "signature": whole.signature},
            "by_category": by_category,
            "collapse": collapse(self.answers, [row.reference for row in rows]),
            "seconds": round(self.seconds, 2),
            "tokens_per_second": round(sum(a.tokens for a in self.answers) / max(self.seconds, 1e-9), 1),
        }
        if labels:
            found["classification"] = classification(
                [row.reference for row in rows],
                [answer.text for answer in self.answers],
                labels,
                groups,
                resamples,
            )
        return found


def judged(name: str, answers: list[Answer], rows: Sequence[TestRow], seconds: float) -> SystemResult:
    """Score every answer against the reference of its row."""
    each = [scores_of(answer.text, row.reference) for answer, row in zip(answers, rows, strict=True)]
    return SystemResult(
        name, answers, {score: [one[score] for one in each] for score in SCORES}, None, seconds
    )


def loss_report(found: Sequence[Likelihood], groups: Sequence[str], resamples: int) -> dict[str, Any]:
    """Loss per token over all tokens with its interval, and perplexity."""
    a_token = [one.lost / max(one.tokens, 1) for one in found]
    loss = estimate(a_token, groups, weights=[one.tokens for one in found], resamples=resamples)
    return {
        "loss": loss.as_dict(),
        "perplexity": math.exp(min(loss.mean, 700.0)),
        "perplexity_interval": [math.exp(min(bound, 700.0)) for bound in (loss.low, loss.high)],
        "tokens": sum(n.tokens for n in found),
    }


def compared(
    one: SystemResult, two: SystemResult, rows: Sequence[TestRow], resamples: int
) -> dict[str, dict[str, Any]]:
    """Score -> paired difference ``one`` less ``two`` with its interval; ``sure`` if that excludes 0."""
    groups = [row.group for row in rows]
    found = {}
    for score in SCORES:
        gained = difference(one.scores[score], two.scores[score], groups, resamples=resamples)
        found[score] = gained.as_dict() | {"sure": gained.low > 0 or gained.high < 0}
    return found


def loss_compared(
    one: Sequence[Likelihood], two: Sequence[Likelihood], groups: Sequence[str], resamples: int
) -> dict[str, Any]:
    """Loss per token of ``one`` less that of ``two``, paired by row and weighted by tokens."""
    gained = difference(
        [each.lost / max(each.tokens, 1) for each in one],
        [each.lost / max(each.tokens, 1) for each in two],
        groups,
        weights=[each.tokens for each in one],
        resamples=resamples,
    )
    return gained.as_dict() | {"sure": gained.low > 0 or gained.high < 0}


def category_labels(
    train_answers: Sequence[str], test_answers: Sequence[str], at_most: int
) -> frozenset[str]:
    """The distinct train answers, normalised, if they can serve as class labels; else empty.

    There must be 2 to ``at_most`` of them, with five train rows each on average, and every test answer among them.
    """
    known = {normal(text) for text in train_answers}
    several = len(train_answers) >= 5 * len(known)
    if (
        not 2 <= len(known) <= at_most
        or not several
        or any(normal(text) not in known for text in test_answers)
    ):
        return frozenset()
    return frozenset(known)


def classification(
    references: Sequence[str],
    answers: Sequence[str],
    labels: frozenset[str],
    groups: Sequence[str],
    resamples: int,
) -> dict[str, Any]:
    """Accuracy, and macro precision, recall and F1 over the labels in ``references``, with intervals over ``groups``.

    An answer that is not a label counts as wrong.
    """
    truth = [normal(text) for text in references]
    said = [label if (label := normal(text)) in labels else OTHER for text in answers]
    number = {name: at for at, name in enumerate([*sorted(labels), OTHER])}
    wanted, given = (np.asarray([number[name] for name in names]) for names in (truth, said))

    def measured(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return _macro(wanted, given, weights, len(labels))

    whole = measured(np.ones(len(truth)))
    drawn = np.asarray([measured(weights) for weights in resampled_weights(groups, resamples)])
    bounds = np.nanpercentile(drawn, [2.5, 97.5], axis=0) if len(set(groups)) > 1 else None
    return {
        **{name: float(value) for name, value in zip(MACRO, whole, strict=True)},
        "intervals": {
            name: [float(bounds[0, at]), float(bounds[1, at])] if bounds is not None else None
            for at, name in enumerate(MACRO)
        },
        "labels": len(labels),
        "answers_that_are_no_label": said.count(OTHER),
    }


def _macro(
    wanted: NDArray[np.int_], given: NDArray[np.int_], weights: NDArray[np.float64], labels: int
) -> NDArray[np.float64]:
    """MACRO over the labels with rows of positive weight; a ratio without rows is 0, as in scikit-learn."""
    right = wanted == given
    hits = np.bincount(wanted[right], weights[right], labels + 1)[:labels]
    asked = np.bincount(wanted, weights, labels + 1)[:labels]
    said = np.bincount(given, weights, labels + 1)[:labels]
    held = asked > 0
    precision = np.divide(hits, said, out=np.zeros(labels), where=said > 0)[held]
    recall = hits[held] / asked[held]
    both = precision + recall
    f1 = np.divide(2 * precision * recall, both, out=np.zeros(len(both)), where=both > 0)
    accuracy = weights[right].sum() / weights.sum()
    return np.asarray([accuracy, precision.mean(), recall.mean(), f1.mean()])
