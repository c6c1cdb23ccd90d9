"""Answers without content: automatic notices, and the question repeated."""

from __future__ import annotations

import numpy as np
import polars as pl

from smelt.conversations.notices import are_notices
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Texts

SAYS_THE_SAME, STATES_THE_SAME = 0.8, 0.97
"""Ratio of lengths, shorter to longer, from which two texts are the same if one contains the other: for answers that
ask, and for others ("Do they have a garage?", "They have a garage.")."""
FEW_LETTERS = 12
"""Fewest letters; shorter answers may repeat words of the question: "the red one"."""


@rule("answer_only_notice", measure="answer_completeness", looks_at="answer")
def answer_only_notice(pairs: Pairs) -> Verdict:
    """The answer is an automatic notice: merged, closed, out of office, received, survey, deleted, transferred."""
    found = are_notices(pairs.answer.series)
    return np.where(found, 0.1, 1.0), {"notice": found}


@rule("answer_repeats_question", measure="answer_completeness")
def answer_repeats_question(pairs: Pairs) -> Verdict:
    """The answer is only the question, or a part of it."""
    question, answer = pl.col("question"), pl.col("answer")
    sides = {"question": _letters(pairs.question), "answer": _letters(pairs.answer)}
    lengths = question.str.len_chars().alias("asked"), answer.str.len_chars().alias("said")
    frame = pl.DataFrame(sides | {"asks": pairs.answer.contains(r"\?")}).with_columns(*lengths)
    within = question.str.contains(answer, literal=True) | answer.str.contains(question, literal=True)
    share = pl.min_horizontal("asked", "said") / pl.max_horizontal("asked", "said")
    needed = pl.when("asks").then(SAYS_THE_SAME).otherwise(STATES_THE_SAME)
    found = frame.select((pl.col("said") >= FEW_LETTERS) & (share >= needed) & within).to_series().to_numpy()
    return np.where(found, 0.1, 1.0), {"repeats": found}


def _letters(texts: Texts) -> pl.Series:
    letters = texts.distinct.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    return letters.gather(texts.code)
