"""Accuracy of the answer, estimated from indirect evidence.

There are three kinds of evidence, each used only where available: the nearest article of the knowledge base, other
answers to the same question, and the outcome of the conversation. Without any, the score is the neutral
``NO_WITNESS``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from smelt.quality.corpus.model import counted, hashes
from smelt.quality.measures.ratings import rating_share
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule

NO_WITNESS = 0.7
YES = frozenset({"true", "yes", "1", "y"})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
"""Fields with the time at which a conversation was reopened (Freshdesk, HubSpot)."""
UNSOLVED = frozenset({"unsolved", "unresolved", "abandoned", "failed", "escalated", "cancelled"})


@rule("answer_unsupported", measure="answer_accuracy", looks_at="answer")
def answer_unsupported(pairs: Pairs) -> Verdict:
    """The nearest article of the knowledge base does not support the answer."""
    if pairs.knowledge is None:
        return np.full(len(pairs), NO_WITNESS)
    nearness, support = pairs.knowledge.support(pairs.view)
    score = np.where(nearness < 0.35, NO_WITNESS, 0.35 + 0.65 * np.minimum(support / 0.6, 1.0))
    return score, {"nearness": nearness, "support": support}


@rule("answer_disagrees", measure="answer_accuracy")
def answer_disagrees(pairs: Pairs) -> Verdict:
    """Other answers to the very same question say something else.

    Agreement is the cosine with the mean word vector of the other answers (at least two). A dissenting answer may be
    right, so the score stays above half of ``NO_WITNESS``.
    """
    corpus, view = pairs.corpus, pairs.view
    if not len(corpus.question_keys):
        return np.full(len(pairs), 1.0)
    keys = hashes(pairs.question.series.str.to_lowercase().alias("c0"))
    others = counted(keys, corpus.question_keys, corpus.question_counts) - np.minimum(view.own_count, 1)
    position = np.minimum(np.searchsorted(corpus.question_keys, keys), len(corpus.question_keys) - 1)
    mean = corpus.question_answers[position] - view.answer_meaning * (view.own_count > 0)[:, None]
    length = np.linalg.norm(mean, axis=1)
    cosine = np.einsum("ij,ij->i", mean, view.answer_meaning) / np.maximum(length, 1e-9)
    heard = others >= 2
    unanimous = np.clip(length / np.maximum(others, 1.0), 0.0, 1.0)
    agreement = 1.0 - unanimous * (1.0 - np.clip(cosine, 0.0, 1.0))
    return np.where(heard, 0.4 + 0.6 * agreement, 1.0), {"others": others, "agreement": agreement}


@rule("answer_outcome_bad", measure="answer_accuracy")
def answer_outcome_bad(pairs: Pairs) -> Verdict:
    """The conversation went wrong: reopened, rated low, or left unsolved."""
    distinct, code = pairs.outcomes
    scores = np.array([outcome_score(outcome) for outcome in distinct])[code]
    return scores, {"score": scores}


def outcome_score(outcome: Mapping[str, str]) -> float:
    """The lowest score of the outcome's entries: csat in numbers or words (:mod:`smelt.quality.measures.ratings`),
    reopened, status."""
    scores = [1.0]
    reopened = str(outcome.get("reopened") or outcome.get("reopen_count") or "").strip().lower()
    if reopened in YES or (reopened.isdigit() and int(reopened) > 0) or _DATE.match(reopened):
        scores.append(0.4)
    share = rating_share(outcome.get("csat"))
    if share is not None:
        scores.append(0.2 + 0.8 * min(max(share * 1.4, 0.0), 1.0))
    status = str(outcome.get("status") or outcome.get("solved") or "").strip().lower()
    if status in UNSOLVED or status in {"false", "no", "0"}:
        scores.append(0.4)
    return min(scores)
