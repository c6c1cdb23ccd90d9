"""Pairs of a module's parameters, scored together."""

from __future__ import annotations

import pyarrow as pa
import pytest

from smelt.quality.score import score_pairs
from tests.unit.quality.judging import ANSWER, QUESTION


@pytest.fixture(scope="module")
def judged(request):
    """Scores and rejections of a question and an answer.

    All pairs that the parameters of this module name are scored as one batch, which costs what one pair costs:
    a pair's scores do not depend on the rows beside it, as test_repeats.py shows. Another pair is scored alone.
    """
    given = [item.callspec.params for item in request.session.items if _is_of(item, request.module)]
    pairs = dict.fromkeys((p.get("question", QUESTION), p.get("answer", ANSWER)) for p in given)
    scored = dict(zip(pairs, _scored(list(pairs)), strict=True))

    def of(question=QUESTION, answer=ANSWER):
        pair = question, answer
        if pair not in scored:
            (scored[pair],) = _scored([pair])
        return scored[pair]

    return of


def _is_of(item, module):
    return getattr(item, "module", None) is module and hasattr(item, "callspec")


def _scored(pairs):
    return score_pairs(
        pa.table({"question": [q for q, _ in pairs], "answer": [a for _, a in pairs]})
    ).to_pylist()
