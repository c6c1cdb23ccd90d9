"""Length: too short to say anything, or too long to be one pair."""

from __future__ import annotations

import numpy as np

from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Counts, Floats


def _at_least(length: Counts, minimum: int) -> Floats:
    """1 from ``minimum`` on, else 0.49 * length / minimum, which is below the default pass mark of 0.5."""
    if minimum == 0:
        return np.ones(len(length))
    return np.where(length >= minimum, 1.0, 0.49 * length / minimum)


def _at_most(length: Counts, maximum: int) -> Floats:
    """1 up to ``maximum``, else 0.49 * maximum / length."""
    return np.where(length <= maximum, 1.0, 0.49 * maximum / np.maximum(length, 1))


@rule("question_too_short", measure="question_length", looks_at="question")
def question_too_short(pairs: Pairs) -> Verdict:
    """The question has fewer characters than ``question.minimum``."""
    length = pairs.question.length
    return _at_least(length, pairs.config.question.minimum), {"characters": length}


@rule("question_too_long", measure="question_length", looks_at="question")
def question_too_long(pairs: Pairs) -> Verdict:
    """The question has more characters than ``question.maximum``."""
    length = pairs.question.length
    return _at_most(length, pairs.config.question.maximum), {"characters": length}


@rule("answer_too_short", measure="answer_length", looks_at="answer")
def answer_too_short(pairs: Pairs) -> Verdict:
    """The answer has fewer characters than ``answer.minimum``."""
    length = pairs.answer.length
    return _at_least(length, pairs.config.answer.minimum), {"characters": length}


@rule("answer_too_long", measure="answer_length", looks_at="answer")
def answer_too_long(pairs: Pairs) -> Verdict:
    """The answer has more characters than ``answer.maximum``."""
    length = pairs.answer.length
    return _at_most(length, pairs.config.answer.maximum), {"characters": length}
