"""One system over the test rows: scores with intervals, by category, as a classifier where answers are categories."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from smelt.tuning.answers.generate import Answer, Likelihood
from smelt.tuning.base.libraries import library
from smelt.tuning.evaluation.collapse import collapse
from smelt.tuning.evaluation.intervals import difference, estimate
from smelt.tuning.evaluation.scores import SCORES, corpus_bleu, normal, scores_of

OTHER = "(another answer)"


@dataclass(frozen=True)
class TestRow:
    """What answers are judged by."""

    __test__ = False  # no test, whatever pytest makes of the name

    example_id: str
    question: str
    reference: str
    category: str
    group: str


@dataclass
class SystemResult:
    """Answers and likelihoods of one system, row by row."""

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
                [row.reference for row in rows], [answer.text for answer in self.answers], labels
            )
        return found


def judged(name: str, answers: list[Answer], rows: Sequence[TestRow], seconds: float) -> SystemResult:
    """Score every answer against its row."""
    each = [scores_of(answer.text, row.reference) for answer, row in zip(answers, rows, strict=True)]
    return SystemResult(
        name, answers, {score: [one[score] for one in each] for score in SCORES}, None, seconds
    )


def loss_report(found: Sequence[Likelihood], groups: Sequence[str], resamples: int) -> dict[str, Any]:
    """Loss a token over all tokens with its interval, and perplexity."""
    a_token = [one.lost / max(one.tokens, 1) for one in found]
    loss = estimate(a_token, groups, weights=[one.tokens for one in found], resamples=resamples)
    return {
        "loss": loss.as_dict(),
        "perplexity": math.exp(min(loss.mean, 700.0)),
        "tokens": sum(n.tokens for n in found),
    }


def compared(
    one: SystemResult, two: SystemResult, rows: Sequence[TestRow], resamples: int
) -> dict[str, dict[str, Any]]:
    """What ``one`` is above ``two`` on the same rows, with paired intervals; ``sure`` where 0 is outside."""
    groups = [row.group for row in rows]
    found = {}
    for score in SCORES:
        gained = difference(one.scores[score], two.scores[score], groups, resamples=resamples)
        found[score] = gained.as_dict() | {"sure": gained.low > 0 or gained.high < 0}
    return found


def loss_compared(
    one: Sequence[Likelihood], two: Sequence[Likelihood], groups: Sequence[str], resamples: int
) -> dict[str, Any]:
    """Loss a token of ``one`` less that of ``two``, row by row, weighted by token."""
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
    """The answers as categories, where there are 2 to ``at_most`` different ones and each names several rows."""
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
    references: Sequence[str], answers: Sequence[str], labels: frozenset[str]
) -> dict[str, Any]:
    """Accuracy and macro precision, recall and F1 over the labels; an answer that is no label is wrong for each."""
    metrics = library("sklearn.metrics")
    truth = [normal(text) for text in references]
    said = [label if (label := normal(text)) in labels else OTHER for text in answers]
    names = sorted(labels)
    precision, recall, f1, rows = metrics.precision_recall_fscore_support(
        truth, said, labels=names, zero_division=0
    )
    held = [at for at, count in enumerate(rows) if count]
    return {
        "accuracy": sum(one == two for one, two in zip(truth, said, strict=True)) / max(len(truth), 1),
        "precision": float(sum(precision[at] for at in held) / max(len(held), 1)),
        "recall": float(sum(recall[at] for at in held) / max(len(held), 1)),
        "f1": float(sum(f1[at] for at in held) / max(len(held), 1)),
        "labels": len(names),
        "answers_that_are_no_label": said.count(OTHER),
    }
