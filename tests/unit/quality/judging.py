"""One pair, scored as a batch of its own, for tests of what rejects it."""

from __future__ import annotations

import pyarrow as pa

from smelt.quality.config import QualityConfig
from smelt.quality.score import score_pairs

QUESTION = "How do I reset the password of my account?"
ANSWER = "Open the settings of your account and choose reset password."


def judged(question: str = QUESTION, answer: str = ANSWER) -> dict:
    """Scores and rejections of the pair."""
    return score_pairs(pa.table({"question": [question], "answer": [answer]})).to_pylist()[0]


def is_rejected_for(reason: str, found: dict, measure: str) -> bool:
    """Whether ``reason`` rejects a pair; its score must be low in any case, or the pair would prove nothing."""
    assert found[measure] < QualityConfig().pass_mark(measure)
    return reason in found["rejections"]
