"""Answers that answer nothing: notices of the help desk, and the question said once more."""

from __future__ import annotations

import numpy as np
import polars as pl

from smelt.conversations.notices import are_notices
from smelt.quality.pairs import Pairs
from smelt.quality.rules import Verdict, rule
from smelt.quality.texts import Texts

SAYS_THE_SAME, STATES_THE_SAME = 0.8, 0.97
"""Share of the longer text from which a text within another is the same text: where the answer asks, and where it
does not ("Do they have a garage?", "They have a garage.")."""
FEW_LETTERS = 12
"""Shorter answers may repeat words of the question: "the red one"."""


@rule("answer_only_notice", measure="answer_completeness", looks_at="answer")
def answer_only_notice(pairs: Pairs) -> Verdict:
    """The answer is a notice: merged, closed by itself, out of office, received, survey, deleted, passed on."""
    found = are_notices(pairs.answer.series)
    return np.where(found, 0.1, 1.0), {"notice": found}


@rule("answer_repeats_question", measure="answer_completeness")
def answer_repeats_question(pairs: Pairs) -> Verdict:
    """The answer is the question, or a part of it, and nothing more."""
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
    letters: pl.Series = texts.series.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    return letters
